// TLS with the servers that programs talk to: nginx, redis, PostgreSQL and Python's ssl, in each way to wait. A longer run:
// BERKELEY_EXCHANGES=1000 BERKELEY_MEGABYTES=50 node scripts/test.mjs tls/servers tls/clients

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createServer, type InetAddress } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { Child } from '../support/child.js'
import { find, needs, startPostgres, startRedisOnPort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'
import { sha256 } from '../support/large-body.js'
import { certificates, EXCHANGES, MEGABYTES } from '../support/tls.js'
import { endedBy, type Parser, type Route, sizedBy, WAYS } from '../support/tls-ways.js'

/** A server, and how to make it return what it was sent. */
interface Peer {
  readonly route: Omit<Route, 'options'>
  /** Exchanged once, before anything else. */
  readonly first?: { readonly request: Uint8Array; readonly parser: Parser }
  /** A request for each step of sending a payload and receiving it again, with the parser of its reply. */
  steps(payload: Buffer): readonly { readonly request: Uint8Array; readonly parser: Parser }[]
  /** The payload in the reply to the last step. */
  payloadIn(reply: Buffer, size: number): Uint8Array
}

interface Row {
  readonly name: string
  readonly requirement: ReturnType<typeof needs>
  start(context: TestContext): Promise<Peer>
}

const withBody = (head: string, body: Uint8Array): Buffer => Buffer.concat([Buffer.from(head), body])
const httpReply = (): Parser => sizedBy('\r\n\r\n', (head) => Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0))
const redisReply = (): Parser => sizedBy('\r\n', (head) => (head.startsWith('$') ? Number(head.slice(1)) + 2 : 0))

/** Starts nginx on an inherited listener: a file that was stored by PUT is served by GET. */
async function startNginx(context: TestContext): Promise<Peer> {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'site'))
  const { certFile, keyFile } = certificates.good
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.getSockName() as InetAddress
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const configuration = `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {}
    http {
      access_log off; keepalive_requests 1000000; client_max_body_size 0;
      ${temporaries.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n      ')}
      server {
        listen 127.0.0.1:${port} ssl; ssl_certificate ${certFile}; ssl_certificate_key ${keyFile};
        root ${folder}/site; dav_methods PUT;
      }
    }`
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  const inherited = { env: { NGINX: '3;' }, descriptors: [listener.fd] }
  new Child(context, find('nginx')!, args, { ...inherited, endBy: 'SIGTERM' })
  return {
    route: { target: { host: '127.0.0.1', port } },
    steps: (payload) => [
      {
        request: withBody(`PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: ${payload.length}\r\n\r\n`, payload),
        parser: httpReply(),
      },
      { request: Buffer.from('GET /file HTTP/1.1\r\nhost: x\r\n\r\n'), parser: httpReply() },
    ],
    payloadIn: (reply, size) => reply.subarray(-size),
  }
}

async function startRedis(context: TestContext): Promise<Peer> {
  const { certFile, keyFile } = certificates.good
  const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no']
  const { port } = await startRedisOnPort(context, (port) => ['--port', '0', '--tls-port', String(port), ...files])
  return {
    route: { target: { host: '127.0.0.1', port } },
    steps: (payload) => [
      {
        request: withBody(
          `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${payload.length}\r\n`,
          Buffer.concat([payload, Buffer.from('\r\n')]),
        ),
        parser: redisReply(),
      },
      { request: Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n'), parser: redisReply() },
    ],
    payloadIn: (reply, size) => reply.subarray(-size - 2, -2),
  }
}

/** A message of PostgreSQL's protocol, version 3: its type, unless it is the first, its length, its content. */
function message(type: string, ...content: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

const READY_FOR_QUERY = Buffer.from('Z\0\0\0\x05I')
const NUMBER_OF_SSL_REQUEST = Buffer.from([0x04, 0xd2, 0x16, 0x2f])
const PROTOCOL_3 = Buffer.from([0, 3, 0, 0])

/** The payload is sent as text, so that it is a literal of a query: twice as many bytes. */
async function startPostgresWithTls(context: TestContext): Promise<Peer> {
  const { port } = await startPostgres(context, certificates.good)
  return {
    route: {
      target: { host: '127.0.0.1', port },
      greeting: { request: message('', NUMBER_OF_SSL_REQUEST), reply: 'S' },
    },
    first: {
      request: message('', PROTOCOL_3, 'user\0berkeley\0database\0postgres\0\0'),
      parser: endedBy(READY_FOR_QUERY),
    },
    steps: (payload) => [
      { request: message('Q', `select '${payload.toString('hex')}'\0`), parser: endedBy(READY_FOR_QUERY) },
    ],
    payloadIn(reply, size) {
      const end = reply.indexOf('C\0\0\0')
      return Buffer.from(reply.toString('latin1', end - 2 * size, end), 'hex')
    },
  }
}

/** Python's ssl: a message is its length in eight digits, then the data; the reply is the same. */
async function startPython(context: TestContext): Promise<Peer> {
  const { certFile, keyFile } = certificates.good
  const program = `
import socket, ssl
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(${JSON.stringify(certFile)}, ${JSON.stringify(keyFile)})
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
while True:
    with context.wrap_socket(listener.accept()[0], server_side=True) as secure, secure.makefile('rwb') as file:
        while head := file.read(8):
            file.write(head + file.read(int(head)))
            file.flush()
`
  const child = new Child(context, find('python3')!, ['-c', program])
  const target = { host: '127.0.0.1', port: Number(await child.line()) }
  return {
    route: { target },
    steps: (payload) => {
      const head = String(payload.length).padStart(8, '0')
      return [{ request: withBody(head, payload), parser: sizedBy(head, () => payload.length) }]
    },
    payloadIn: (reply) => reply.subarray(8),
  }
}

const ROWS: readonly Row[] = [
  { name: 'nginx', requirement: needs('nginx', 'nginx-light'), start: startNginx },
  { name: 'redis', requirement: needs('redis-server'), start: startRedis },
  { name: 'PostgreSQL', requirement: needs('postgres', 'postgresql'), start: startPostgresWithTls },
  { name: "Python's ssl", requirement: needs('python3'), start: startPython },
]

for (const { name, requirement, start } of ROWS) {
  const skip = noOpenSsl || requirement.skip
  test(`tls servers: ${name}, ${EXCHANGES} exchanges and ${MEGABYTES} MB each way, in each way to wait`, {
    skip,
    timeout: 600_000,
  }, async (context) => {
    const peer = await start(context)
    const large = randomBytes(MEGABYTES * 2 ** 20)
    for (const way of WAYS) {
      const options = { ca: certificates.root.cert }
      const connection = await way.open({ ...peer.route, options })
      const returned = async (payload: Buffer): Promise<Uint8Array> => {
        let reply: Buffer = Buffer.alloc(0)
        for (const { request, parser } of peer.steps(payload)) reply = await connection.exchange(request, parser)
        return peer.payloadIn(reply, payload.length)
      }
      if (peer.first !== undefined) await connection.exchange(peer.first.request, peer.first.parser)
      for (let number = 0; number < EXCHANGES; number++) {
        const payload = Buffer.from(`${way.name} ${number}`)
        assert.deepEqual(Buffer.from(await returned(payload)), payload)
      }
      assert.equal(sha256(await returned(large)), sha256(large), way.name)
      connection.close()
    }
  })
}
