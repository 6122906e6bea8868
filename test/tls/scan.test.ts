// What a scanner finds of a server: no more than of a server of node:tls with the same certificate.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HostAddress, serveBlocking } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { succeeds } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { certificates, startNodeServer, tlsPair } from '../support/tls.js'

const ECHO = new URL('../fixtures/serve-blocking/echo.js', import.meta.url)

test('tls scan: sslscan finds of serveBlocking what it finds of node:tls', {
  skip: noOpenSsl || needs('sslscan').skip,
  timeout: 180_000,
}, async (context) => {
  const { cert, key } = certificates.goodRsa
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, ECHO, { tls: { cert, key } })
  context.after(() => server.close({ drainMs: 0 }))
  // A scan is a series of handshakes that fail.
  server.on('error', () => {})
  const { target } = await startNodeServer(context, { cert, key })
  const findings = async (port: number): Promise<string[]> => {
    const report = await succeeds(context, find('sslscan')!, ['--no-colour', `127.0.0.1:${port}`])
    return report.split('\n').filter((line) => !line.startsWith('Testing SSL server'))
  }
  const own = await findings((server.address as HostAddress).port)
  assert.ok(own.some((line) => /^Preferred TLSv1\.3 /.test(line)))
  assert.deepEqual(own, await findings(target.port))
})

test('tls scan: the order of the server’s ciphers decides, as with node:tls', { skip: noOpenSsl }, () => {
  const [weaker, stronger] = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']
  const maxVersion = 'TLSv1.2'
  for (const ciphers of [`${weaker}:${stronger}`, `${stronger}:${weaker}`]) {
    const { client, server } = tlsPair({
      client: { maxVersion, ciphers: `${weaker}:${stronger}` },
      server: { maxVersion, ciphers },
    })
    assert.equal(client.tls.cipher.name, ciphers.split(':')[0])
    client.close()
    server.close()
  }
})
