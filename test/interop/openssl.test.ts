// node:tls over SocketDuplex, as client and as server, against openssl.

import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { connect, createSecureContext, type SecureVersion, TLSSocket } from 'node:tls'
import { Child, run } from '../support/child.js'
import { find, needs, onFreePort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { type Place, transport } from '../support/transport.js'

const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3']

/** A key and its certificate, in a temporary folder. */
interface Identity {
  readonly folder: string
  readonly key: string
  readonly cert: string
}

async function identityFor(context: TestContext): Promise<Identity> {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const args = ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', cert]
  const { code, stderr } = await run(context, find('openssl')!, args)
  assert.equal(code, 0, stderr)
  return { folder, key, cert }
}

/** Starts `openssl s_server` with further options. */
async function startServer(context: TestContext, identity: Identity, options: readonly string[]) {
  const { child, port } = await onFreePort(async (port) => {
    const args = ['s_server', '-accept', `127.0.0.1:${port}`, '-key', identity.key, '-cert', identity.cert, ...options]
    // s_server closes a connection at the end of its standard input.
    const child = new Child(context, find('openssl')!, args, { cwd: identity.folder, input: 'open' })
    await child.prints(/ACCEPT/)
    return child
  })
  return { child, place: { host: '127.0.0.1', port } }
}

interface ClientOptions {
  readonly session?: Buffer
  readonly maxVersion?: SecureVersion
  /** Called for each session that the server offers to resume; the first may arrive during the handshake. */
  readonly offered?: (session: Buffer) => void
}

/** Connects a TLS client over a stream of the transport. */
async function connectTo(place: Place, { cert }: Identity, options: ClientOptions = {}): Promise<TLSSocket> {
  const { offered = () => {}, ...others } = options
  const socket = await transport.open(place)
  const client = connect({ socket, ca: readFileSync(cert), servername: 'localhost', ...others })
  client.on('session', offered)
  await once(client, 'secureConnect')
  assert.ok(client.authorized)
  return client
}

/** Listens, and makes each accepted stream a TLS server. */
function serve(context: TestContext, { key, cert }: Identity, use: (server: TLSSocket) => void): Promise<Place> {
  const secureContext = createSecureContext({ key: readFileSync(key), cert: readFileSync(cert) })
  return transport.listen(context, (stream) => {
    use(new TLSSocket(stream, { isServer: true, secureContext }).on('error', () => {}))
  })
}

/** Runs `openssl s_client` to its end. */
function runClient(context: TestContext, { host, port }: Place, options: readonly string[], input?: Buffer) {
  const args = ['s_client', '-connect', `${host}:${port}`, '-servername', 'localhost', ...options]
  return run(context, find('openssl')!, args, input === undefined ? {} : { input })
}

const openssl = needs('openssl')

test('tls client: 1,000 lines one by one, each reversed by s_server', openssl, async (context) => {
  const identity = await identityFor(context)
  const { place } = await startServer(context, identity, ['-rev'])
  const client = await connectTo(place, identity)
  const lines = createInterface(client)[Symbol.asyncIterator]()
  for (let index = 0; index < OPERATIONS; index++) {
    client.write(`line ${index}\n`)
    assert.equal((await lines.next()).value, [...`line ${index}`].reverse().join(''))
  }
  client.destroy()
})

test('tls client: 50 MB from s_server, after another client has left within the body', openssl, async (context) => {
  const identity = await identityFor(context)
  const body = largeBody()
  writeFileSync(join(identity.folder, 'large'), body)
  const { place } = await startServer(context, identity, ['-WWW'])
  const leaver = await connectTo(place, identity)
  leaver.write('GET /large HTTP/1.0\r\n\r\n')
  await once(leaver, 'data')
  const closed = once(leaver, 'close')
  leaver.destroy()
  await closed
  const client = await connectTo(place, identity)
  client.write('GET /large HTTP/1.0\r\n\r\n')
  const reply = Buffer.concat(await client.toArray())
  assert.match(reply.toString('latin1', 0, 100), /^HTTP\/1\.0 200 ok\r\n/)
  assert.equal(sha256(reply.subarray(-LARGE)), sha256(body))
})

test('tls client: 50 MB to s_server', openssl, async (context) => {
  const identity = await identityFor(context)
  const body = largeBody()
  const { child, place } = await startServer(context, identity, ['-naccept', '1'])
  const client = await connectTo(place, identity)
  const ended = child.ended()
  // s_server exits without reading close_notify, which may reset the connection.
  client
    .on('error', () => {})
    .resume()
    .end(body)
  const { stdout } = await ended
  // s_server prints the session around the body.
  assert.ok(stdout.includes(body), 's_server did not print the body')
})

test('tls client: a server that is killed within the body', openssl, async (context) => {
  const identity = await identityFor(context)
  writeFileSync(join(identity.folder, 'large'), largeBody())
  const { child, place } = await startServer(context, identity, ['-WWW'])
  const client = await connectTo(place, identity)
  let received = 0
  const closed = nextEvent(client, 'close')
  client.on('error', () => {})
  client.write('GET /large HTTP/1.0\r\n\r\n')
  await once(client, 'readable')
  await child.stop()
  client.on('data', (chunk) => {
    received += chunk.length
  })
  await closed
  assert.ok(received > 0 && received < LARGE, `${received} bytes`)
})

for (const maxVersion of VERSIONS) {
  test(`tls client: resumes a session of s_server (${maxVersion})`, openssl, async (context) => {
    const identity = await identityFor(context)
    const { place } = await startServer(context, identity, ['-rev'])
    const sessions: Buffer[] = []
    const first = await connectTo(place, identity, { maxVersion, offered: (session) => sessions.push(session) })
    first.write('once\n')
    await once(first, 'data')
    const session = sessions.at(-1)!
    assert.equal(first.isSessionReused(), false)
    first.destroy()
    const second = await connectTo(place, identity, { maxVersion, session })
    assert.equal(second.isSessionReused(), true)
    second.write('twice\n')
    assert.equal(String((await once(second, 'data'))[0]), 'eciwt\n')
    second.destroy()
  })

  test(`tls server: resumes a session of s_client (${maxVersion})`, openssl, async (context) => {
    const identity = await identityFor(context)
    const reused: boolean[] = []
    const place = await serve(context, identity, (server) => {
      server.on('secure', () => {
        reused.push(server.isSessionReused())
        server.end('welcome\n')
      })
    })
    const file = join(identity.folder, 'session')
    const version = maxVersion === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'
    for (const option of ['-sess_out', '-sess_in']) {
      const { stdout, stderr } = await runClient(context, place, ['-ign_eof', version, option, file])
      assert.match(stdout.toString(), /^welcome$/m, stderr)
      assert.match(stdout.toString(), option === '-sess_in' ? /^Reused, /m : /^New, /m)
    }
    assert.deepEqual(reused, [false, true])
  })
}

test('tls server: 1,000 lines from s_client, each reversed', openssl, async (context) => {
  const identity = await identityFor(context)
  const place = await serve(context, identity, (server) => {
    let count = 0
    createInterface(server).on('line', (line) => {
      server.write(`${[...line].reverse().join('')}\n`)
      if (++count === OPERATIONS) server.end()
    })
  })
  const lines = Array.from({ length: OPERATIONS }, (_, index) => `line ${index}`)
  const { stdout } = await runClient(context, place, ['-quiet'], Buffer.from(`${lines.join('\n')}\n`))
  const replies = lines.map((line) => [...line].reverse().join(''))
  assert.equal(stdout.toString(), `${replies.join('\n')}\n`)
})

test('tls server: 50 MB from s_client and back', openssl, async (context) => {
  const identity = await identityFor(context)
  const body = largeBody()
  const place = await serve(context, identity, (server) => {
    const chunks: Buffer[] = []
    let length = 0
    server.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length === LARGE) server.end(Buffer.concat(chunks))
    })
  })
  const { stdout } = await runClient(context, place, ['-quiet'], body)
  assert.equal(sha256(stdout), sha256(body))
})

test('tls server: a client that is killed within the body', openssl, async (context) => {
  const identity = await identityFor(context)
  const streams = new EventEmitter<{ server: [TLSSocket] }>()
  const accepted = once(streams, 'server')
  const place = await serve(context, identity, (server) => streams.emit('server', server))
  const args = ['s_client', '-connect', `${place.host}:${place.port}`, '-quiet']
  const child = new Child(context, find('openssl')!, args, { input: largeBody() })
  const [server] = (await accepted) as [TLSSocket]
  let received = 0
  server.on('data', (chunk: Buffer) => {
    received += chunk.length
    child.signal('SIGKILL')
  })
  await nextEvent(server, 'close')
  assert.ok(received > 0 && received < LARGE, `${received} bytes`)
})
