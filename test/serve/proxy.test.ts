// serve and attach with proxyProtocol: the header of the PROXY protocol in front of each connection.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  attach,
  type Connection,
  encodeProxyHeader,
  type HandlerOptions,
  openConnection,
  readProxyHeader,
  type Socket,
  type SocketError,
  serve,
  toDuplex,
  toWeb,
} from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

const source = { host: '192.0.2.7', port: 56324 }
const destination = { host: '192.0.2.1', port: 443 }

interface Proxied {
  readonly proxy: Socket
  readonly calls: string[]
  /** The bytes that the last error carries. */
  readonly partial: () => string
  readonly connection: Connection
}

/** A connection behind a proxy, whose part the test plays, and the calls of its handlers. */
function proxied(options: HandlerOptions = {}): Proxied {
  const [inner, proxy] = tcpPair()
  const calls: string[] = []
  let failure: SocketError | null = null
  const hostOf = (address: Address): string => (address as { host: string }).host
  const connection = attach(
    inner,
    {
      open: (self) => void calls.push(`open ${hostOf(self.peerAddress)} v${self.proxyHeader?.version}`),
      data: (_, bytes) => void calls.push(`data ${bytes}`),
      end: () => void calls.push('end'),
      error: (_, error) => {
        failure = error as SocketError
        calls.push(`error ${failure.code}`)
      },
      close: (_, error) => void calls.push(`close ${error}`),
    },
    { proxyProtocol: true, ...options },
  )
  return { proxy, calls, partial: () => String(failure?.partial), connection }
}

for (const version of [1, 2] as const) {
  for (const reuseBuffer of [false, true]) {
    const header = encodeProxyHeader({ version, source, destination })

    test(`proxyProtocol: version ${version}, header and data together${reuseBuffer ? ', with reuseBuffer' : ''}`, async () => {
      const { proxy, calls } = proxied({ reuseBuffer })
      assert.deepEqual(calls, [])
      proxy.sendAll(Buffer.concat([header, Buffer.from('hello')]))
      await turns(5)
      assert.deepEqual(calls, [`open 192.0.2.7 v${version}`, 'data hello'])
      proxy.sendAll('more')
      proxy.close()
      await turns(5)
      assert.deepEqual(calls.slice(2), ['data more', 'end', 'close null'])
    })
  }

  test(`proxyProtocol: version ${version}, a byte at a time`, async () => {
    const { proxy, calls } = proxied()
    const bytes = Buffer.concat([encodeProxyHeader({ version, source, destination }), Buffer.from('hello')])
    for (const byte of bytes) {
      proxy.sendAll(Buffer.of(byte))
      await turns(2)
    }
    assert.deepEqual(
      [calls[0], calls.slice(1).join('')],
      [`open 192.0.2.7 v${version}`, [...'hello'].map((c) => `data ${c}`).join('')],
    )
    proxy.close()
    await turns()
  })
}

test('proxyProtocol: after a LOCAL header the proxy itself is the peer', async () => {
  const { proxy, calls } = proxied()
  proxy.sendAll(encodeProxyHeader({ command: 'local', transport: null }))
  await turns(5)
  assert.deepEqual(calls, ['open 127.0.0.1 v2'])
  proxy.close()
  await turns(5)
})

test('proxyProtocol: an invalid header calls error, and neither open nor close', async () => {
  for (const bytes of ['GET / HTTP/1.1\r\n', 'PROXY nonsense\r\n', `PROXY TCP4 ${'x'.repeat(200)}`]) {
    const { proxy, calls, connection } = proxied()
    proxy.sendAll(bytes)
    await turns(5)
    assert.deepEqual(calls, ['error ERR_PROXY_PROTOCOL'])
    assert.ok(connection.closed)
    proxy.close()
  }
})

test('proxyProtocol: an end within the header calls error, an end before it calls nothing', async () => {
  const cut = proxied()
  cut.proxy.sendAll('PROXY TC')
  cut.proxy.close()
  const probe = proxied()
  probe.proxy.close()
  await turns(5)
  assert.deepEqual([cut.calls, probe.calls], [['error ERR_UNEXPECTED_END'], []])
  assert.equal(cut.partial(), 'PROXY TC')
  assert.ok(cut.connection.closed && probe.connection.closed)
})

test('proxyProtocol: an incomplete header times out after 5 s', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { proxy, calls } = proxied()
  proxy.sendAll('PROXY')
  context.mock.timers.tick(4999)
  assert.deepEqual(calls, [])
  context.mock.timers.tick(1)
  context.mock.timers.reset()
  assert.deepEqual(calls, ['error ERR_SOCKET_TIMEOUT'])
  proxy.close()
})

test('proxyProtocol: open may pause the data that arrived with the header', async () => {
  const [inner, proxy] = tcpPair()
  const received: string[] = []
  const connection = attach(
    inner,
    { open: (self) => self.pause(), data: (_, bytes) => void received.push(String(bytes)) },
    { proxyProtocol: true },
  )
  proxy.sendAll(Buffer.concat([encodeProxyHeader({ source, destination }), Buffer.from('hello')]))
  await turns(5)
  assert.deepEqual(received, [])
  connection.resume()
  await turns(5)
  proxy.sendAll('more')
  await turns(5)
  assert.deepEqual(received, ['hello', 'more'])
  connection.close()
  proxy.close()
})

test('attach: with proxyProtocol, takes the header from the reader of the socket', async () => {
  const [inner, proxy] = tcpPair()
  proxy.sendAll(`before\n${encodeProxyHeader({ version: 1, source, destination })}hello`)
  const awaited = inner.toAsync()
  assert.equal(await awaited.reader().readLine(), 'before')
  const received: string[] = []
  const connection = attach(
    awaited,
    {
      open: (self) => void received.push((self.peerAddress as { host: string }).host),
      data: (_, bytes) => void received.push(String(bytes)),
    },
    { proxyProtocol: true },
  )
  await turns(5)
  assert.deepEqual(received, ['192.0.2.7', 'hello'])
  connection.close()
  proxy.close()
})

test('serve: counts a connection without its header yet, and close ends it', { timeout: 20_000 }, async () => {
  const errors: Error[] = []
  const handlers = { error: (_: unknown, error: Error) => void errors.push(error) }
  const server = serve({ host: '127.0.0.1', port: 0, proxyProtocol: true }, handlers)
  const client = await openConnection(server.address)
  while (server.connections === 0) await turns(1)
  assert.equal(server.connections, 1)
  await server.close({ drainMs: 0 })
  assert.equal(server.connections, 0)
  assert.equal(await client.recv(1), null)
  // The timeout of the header would be an error.
  assert.deepEqual(errors, [])
  client.close()
})

/** A socket of which half a header was read, its peer, and what that has still to send. */
function halfRead(): { inner: Socket; proxy: Socket; rest: Buffer } {
  const [inner, proxy] = tcpPair()
  const header = encodeProxyHeader({ source, destination })
  proxy.sendAll(header.subarray(0, 20))
  assert.throws(() => readProxyHeader(inner, { timeout: 5 }), { code: 'ERR_SOCKET_TIMEOUT' })
  return { inner, proxy, rest: Buffer.concat([header.subarray(20), Buffer.from('hello')]) }
}

test('attach: a header of which half was read before goes on', async () => {
  for (const awaited of [false, true]) {
    const { inner, proxy, rest } = halfRead()
    const heard: string[] = []
    const connection = attach(
      awaited ? inner.toAsync() : inner,
      {
        open: (self) => void heard.push((self.peerAddress as { host: string }).host),
        data: (_, bytes) => void heard.push(String(bytes)),
        error: (_, error) => void heard.push(error.message),
      },
      { proxyProtocol: true },
    )
    await turns()
    assert.deepEqual(heard, [])
    proxy.sendAll(rest)
    await turns(5)
    assert.deepEqual(heard, ['192.0.2.7', 'hello'])
    connection.close()
    proxy.close()
  }
})

test('attach, toDuplex, toWeb: a half-read header is refused, and the socket stays with its owner', () => {
  const takers = [(socket: Socket) => attach(socket, {}), (socket: Socket) => toDuplex(socket), toWeb]
  for (const take of takers) {
    const { inner, proxy, rest } = halfRead()
    assert.throws(() => take(inner), { name: 'SocketError', code: 'ERR_PROXY_UNFINISHED' })
    proxy.sendAll(rest)
    assert.deepEqual(readProxyHeader(inner)!.source, { family: 'inet', ...source })
    const taken = take(inner)
    if ('close' in taken) taken.close()
    else if ('destroy' in taken) taken.destroy()
    else void taken.readable.cancel()
    proxy.close()
  }
})

test('attach: bytes that were seen to be no header come as data', async () => {
  const [inner, other] = tcpPair()
  other.sendAll('GET / HTTP/1.1\r\n')
  assert.throws(() => readProxyHeader(inner), { code: 'ERR_PROXY_PROTOCOL' })
  const heard: string[] = []
  const connection = attach(inner, { data: (_, bytes) => void heard.push(String(bytes)) })
  await turns(5)
  assert.deepEqual(heard, ['GET / HTTP/1.1\r\n'])
  connection.close()
  other.close()
})
