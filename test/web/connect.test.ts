// The sockets API of WinterTC: streams, promises, TLS at once and later; and pg, which runs on it by pg-cloudflare.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket as NodeSocket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { TCP_NODELAY } from 'berkeley'
import { connect, StreamSocket } from 'berkeley/web'
import { native } from '../../src/native/addon.js'
import { noOpenSsl } from '../support/certificates.js'
import { succeeds } from '../support/child.js'
import { needs, startPostgres } from '../support/debian.js'
import { deadPort } from '../support/listeners.js'
import { tcpServer } from '../support/node-servers.js'
import { certificates, startNodeServer } from '../support/tls.js'

const limits = { timeout: 60_000 }
const secureLimits = { ...limits, skip: noOpenSsl }

const echoServer = (context: TestContext): Promise<number> =>
  tcpServer(context, (connection) => connection.pipe(connection))

async function textOf(readable: StreamSocket['readable']): Promise<string> {
  return new Response(readable as unknown as ConstructorParameters<typeof Response>[0]).text()
}

async function send(socket: StreamSocket, text: string, end = false): Promise<void> {
  const writer = socket.writable.getWriter()
  await writer.write(Buffer.from(text))
  if (end) await writer.close()
  else writer.releaseLock()
}

async function receive(socket: StreamSocket): Promise<string> {
  const reader = socket.readable.getReader()
  const { value } = await reader.read()
  reader.releaseLock()
  return Buffer.from(value ?? []).toString()
}

test('connect: sends, receives, opens and closes', limits, async (context) => {
  const port = await echoServer(context)
  for (const address of [`127.0.0.1:${port}`, { hostname: 'localhost', port }]) {
    const socket = connect(address, { allowHalfOpen: true })
    assert.ok(socket instanceof StreamSocket)
    assert.deepEqual([socket.secureTransport, socket.upgraded], ['off', false])
    await send(socket, 'hello', true)
    assert.equal(await textOf(socket.readable), 'hello')
    assert.equal(await socket.closed, undefined)
    const { remoteAddress, localAddress, alpn } = await socket.opened
    assert.match(remoteAddress!, new RegExp(`^(127\\.0\\.0\\.1|\\[::1\\]):${port}$`))
    assert.match(localAddress!, /:\d+$/)
    assert.equal(alpn, null)
  }
})

test('connect: a small write is not held back for the acknowledgement of the one before', limits, async (context) => {
  const port = await echoServer(context)
  const before = new Set(native.openDescriptors().map(({ fd }) => fd))
  const socket = connect(`127.0.0.1:${port}`)
  await socket.opened
  const opened = native.openDescriptors().filter(({ fd }) => !before.has(fd))
  const values = opened.map(({ fd }) => {
    const value = new Uint8Array(4)
    assert.equal(native.getOption(fd, TCP_NODELAY.level, TCP_NODELAY.number, value), 4)
    return value[0]
  })
  assert.deepEqual(values, [1])
  await socket.close()
})

test('connect: a failure is that of opened, closed and both streams', limits, async () => {
  const expected = { code: 'ECONNREFUSED' }
  const socket = connect({ hostname: '127.0.0.1', port: deadPort() })
  await assert.rejects(socket.opened, expected)
  await assert.rejects(socket.closed, expected)
  await assert.rejects(socket.readable.getReader().read(), expected)
  await assert.rejects(socket.writable.getWriter().write('a'), expected)
  await assert.rejects(connect(`no-such-host.invalid:80`).opened, { name: 'ResolveError' })
})

test('connect: arguments that are wrong are refused at once', limits, () => {
  for (const address of [
    'host',
    'host:',
    'host:99999',
    ':80',
    '::1:80',
    7,
    {},
    { hostname: 'a' },
    { hostname: 'a', port: '80' },
  ]) {
    assert.throws(() => connect(address as string), { code: /^ERR_(INVALID_ARG|OUT_OF_RANGE)/ }, String(address))
  }
  for (const options of [{ secureTransport: 'yes' }, { allowHalfOpen: 1 }, { sni: 1 }, { tls: 1 }, { port: 80 }, 7]) {
    assert.throws(() => connect('127.0.0.1:80', options as object), { code: /^ERR_INVALID_ARG/ })
  }
})

test('close: sends what was written, and ends both sides', limits, async (context) => {
  const server = createServer()
  context.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const received = once(server, 'connection').then(async ([connection]: NodeSocket[]) => {
    const chunks: Buffer[] = []
    for await (const chunk of connection!) chunks.push(chunk)
    return Buffer.concat(chunks).length
  })
  const { port } = server.address() as { port: number }
  const socket = connect(`127.0.0.1:${port}`)
  const writer = socket.writable.getWriter()
  const written = [writer.write(Buffer.alloc(3_000_000)), writer.write(Buffer.alloc(3_000_000))]
  assert.equal(await socket.close(), undefined)
  await Promise.all(written)
  assert.equal(await received, 6_000_000)
  assert.equal((await socket.readable.getReader().read()).done, true)
  await assert.rejects(writer.write('a'), { code: 'ERR_SOCKET_CLOSED' })
  assert.equal(await socket.close(), undefined)
})

test('close: gives up a connection in the making', limits, async (context) => {
  const port = await echoServer(context)
  const socket = connect(`127.0.0.1:${port}`)
  assert.equal(await socket.close(), undefined)
  await assert.rejects(socket.opened, { code: 'ABORT_ERR' })
})

test('allowHalfOpen: false ends writable with readable', limits, async (context) => {
  const port = await tcpServer(context, (connection) => connection.end('bye'))
  const socket = connect(`127.0.0.1:${port}`)
  assert.equal(await textOf(socket.readable), 'bye')
  assert.equal(await socket.closed, undefined)
})

test("secureTransport: 'on' verifies the host, and agrees on a protocol", secureLimits, async (context) => {
  const { target } = await startNodeServer(context, { ALPNProtocols: ['a', 'b'] })
  const address = { hostname: target.host, port: target.port }
  const tls = { ca: certificates.root.cert }
  const socket = connect(address, { secureTransport: 'on', alpn: ['b'], tls })
  assert.equal((await socket.opened).alpn, 'b')
  await send(socket, 'over TLS')
  assert.equal(await receive(socket), 'over TLS')
  await socket.close()
  await assert.rejects(connect(address, { secureTransport: 'on' }).opened, { name: 'TlsError' })
  const wrong = connect(address, { secureTransport: 'on', sni: 'other.example', tls })
  await assert.rejects(wrong.opened, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})

/** A server that waits for a line in plain text, replies, and then echoes over TLS. */
function startTlsServer(context: TestContext): Promise<number> {
  const { cert, key } = certificates.good
  return tcpServer(context, (connection) => {
    connection.once('data', () => {
      connection.removeAllListeners('data')
      const secure = new TLSSocket(connection, { isServer: true, cert, key })
      secure.on('error', () => connection.destroy())
      secure.pipe(secure)
    })
    connection.on('data', () => connection.write('go\n'))
  })
}

test('startTls: after words in plain text', secureLimits, async (context) => {
  const port = await startTlsServer(context)
  const plain = connect(`127.0.0.1:${port}`, { secureTransport: 'starttls' })
  await send(plain, 'STARTTLS\n')
  assert.equal(await receive(plain), 'go\n')
  const secure = plain.startTls({ ca: certificates.root.cert })
  assert.deepEqual([plain.upgraded, secure.upgraded, secure.secureTransport], [true, true, 'on'])
  assert.equal(await plain.closed, undefined)
  await secure.opened
  await send(secure, 'secret')
  assert.equal(await receive(secure), 'secret')
  assert.throws(() => plain.startTls(), { code: 'ERR_TLS_UNSUPPORTED' })
  await assert.rejects(plain.writable.getWriter().write('a'), { code: 'ERR_SOCKET_DETACHED' })
  await secure.close()
})

test(
  'startTls: a certificate that is not valid, a read that waits, a socket without it',
  secureLimits,
  async (context) => {
    const port = await startTlsServer(context)
    const begin = async (): Promise<StreamSocket> => {
      const plain = connect(`127.0.0.1:${port}`, { secureTransport: 'starttls' })
      await send(plain, 'STARTTLS\n')
      assert.equal(await receive(plain), 'go\n')
      return plain
    }
    const untrusted = (await begin()).startTls()
    await assert.rejects(untrusted.opened, { name: 'TlsError' })
    await assert.rejects(untrusted.closed, { name: 'TlsError' })
    const named = (await begin()).startTls({ ca: certificates.root.cert, expectedServerHostname: 'other.example' })
    await assert.rejects(named.opened, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    const reading = await begin()
    const read = reading.readable.getReader().read()
    await assert.rejects(reading.startTls().opened, { code: 'ERR_SOCKET_BUSY' })
    assert.equal((await read).done, true)
    const off = connect(`127.0.0.1:${port}`)
    assert.throws(() => off.startTls(), { code: 'ERR_TLS_UNSUPPORTED' })
    assert.throws(() => off.startTls({ misspelt: 1 } as object), { code: 'ERR_INVALID_ARG_VALUE' })
    await off.close()
  },
)

const postgres = needs('postgres', 'postgresql')

test('pg by pg-cloudflare: queries in plain text and after SSLRequest over TLS', {
  ...postgres,
  timeout: 120_000,
  skip: postgres.skip || noOpenSsl,
}, async (context) => {
  const { port } = await startPostgres(context, certificates.good)
  for (const secure of ['off', 'on']) {
    const args = [String(port), secure, certificates.root.certFile]
    const start = { execArgv: ['--conditions=workerd'] }
    const result = JSON.parse(await succeeds(context, 'test/fixtures/web/pg-cloudflare.js', args, start))
    assert.deepEqual(
      { ...result, tls: result.tls.ssl },
      { tls: secure === 'on', sum: 20_100, large: 5_000_000, stream: 'CloudflareSocket' },
    )
  }
})
