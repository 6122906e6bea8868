// The server of the scenarios of HTTP: `server http|https` prints its port and replies to each request with 100 bytes. For
// https it makes a certificate with openssl, in a file whose name has the port: see certificate.ts.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type RequestListener } from 'node:http'
import { createServer as createSecureServer, get as getSecurely } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateFile } from './certificate.js'

const BODY = Buffer.alloc(100, 'a')
const reply: RequestListener = (_, response) => response.end(BODY)

function identity(): { cert: Buffer; key: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-bench-'))
  const [certFile, keyFile] = [join(folder, 'cert'), join(folder, 'key')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-out', certFile, '-keyout', keyFile], { stdio: 'pipe' })
  const made = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  rmSync(folder, { recursive: true })
  return made
}

/** A server that has just started takes longer for its first requests than any client. */
const WARM_UP_REQUESTS = 50

function requestFrom(port: number): Promise<void> {
  const options = { host: '127.0.0.1', port, agent: false, rejectUnauthorized: false }
  return new Promise((resolve, reject) => {
    const request = secure === null ? get(options) : getSecurely(options)
    request.on('response', (response) => response.resume().on('end', resolve))
    request.on('error', reject)
  })
}

const secure = process.argv[2] === 'https' ? identity() : null
const server = secure === null ? createServer(reply) : createSecureServer(secure, reply)
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as AddressInfo
  for (let count = 0; count < WARM_UP_REQUESTS; count++) await requestFrom(port)
  if (secure !== null) {
    const file = certificateFile(port)
    writeFileSync(file, secure.cert)
    process.on('SIGTERM', () => {
      rmSync(file, { force: true })
      process.exit(0)
    })
  }
  console.log(port)
})
