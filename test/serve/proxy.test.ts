// serve behind a proxy: the header of the PROXY protocol in front of each connection.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  attach,
  type Connection,
  encodeProxyHeader,
  type HandlerOptions,
  type HostInput,
  type Socket,
  type SocketError,
  serve,
} from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

const source = { host: '192.0.2.7', port: 56324 }
const destination = { host: '192.0.2.1', port: 443 }

interface Proxied {
  readonly proxy: Socket
  readonly told: string[]
  /** What the last error had received. */
  readonly partial: () => string
  readonly connection: Connection
}

/** A connection behind a proxy, which the test plays, and what its handlers are told. */
function proxied(options: HandlerOptions = {}): Proxied {
  const [inner, proxy] = tcpPair()
  const told: string[] = []
  let failure: SocketError | null = null
  const hostOf = (address: Address): string => (address as { host: string }).host
  const connection = attach(
    inner,
    {
      open: (self) => void told.push(`open ${hostOf(self.peerAddress)} v${self.proxyHeader?.version}`),
      data: (_, bytes) => void told.push(`data ${bytes}`),
      end: () => void told.push('end'),
      error: (_, error) => {
        failure = error as SocketError
        told.push(`error ${failure.code}`)
      },
      close: (_, error) => void told.push(`close ${error}`),
    },
    { proxyProtocol: true, ...options },
  )
  return { proxy, told, partial: () => String(failure?.partial), connection }
}

for (const version of [1, 2] as const) {
  for (const reuseBuffer of [false, true]) {
    const header = encodeProxyHeader({ version, source, destination })

    test(`version ${version}, header and data in one piece${reuseBuffer ? ', into memory that is used again' : ''}`, async () => {
      const { proxy, told } = proxied({ reuseBuffer })
      assert.deepEqual(told, [])
      proxy.sendAll(Buffer.concat([header, Buffer.from('hello')]))
      await turns(5)
      assert.deepEqual(told, [`open 192.0.2.7 v${version}`, 'data hello'])
      proxy.sendAll('more')
      proxy.close()
      await turns(5)
      assert.deepEqual(told.slice(2), ['data more', 'end', 'close null'])
    })
  }

  test(`version ${version}, a byte at a time`, async () => {
    const { proxy, told } = proxied()
    const bytes = Buffer.concat([encodeProxyHeader({ version, source, destination }), Buffer.from('hello')])
    for (const byte of bytes) {
      proxy.sendAll(Buffer.of(byte))
      await turns(2)
    }
    assert.deepEqual(
      [told[0], told.slice(1).join('')],
      [`open 192.0.2.7 v${version}`, [...'hello'].map((c) => `data ${c}`).join('')],
    )
    proxy.close()
    await turns()
  })
}

test('a proxy that connects for itself is the peer', async () => {
  const { proxy, told } = proxied()
  proxy.sendAll(encodeProxyHeader({ command: 'local', transport: null }))
  await turns(5)
  assert.deepEqual(told, ['open 127.0.0.1 v2'])
  proxy.close()
  await turns(5)
})

test('what is no header is an error, and a connection that was never opened is not closed either', async () => {
  for (const bytes of ['GET / HTTP/1.1\r\n', 'PROXY nonsense\r\n', `PROXY TCP4 ${'x'.repeat(200)}`]) {
    const { proxy, told, connection } = proxied()
    proxy.sendAll(bytes)
    await turns(5)
    assert.deepEqual(told, ['error ERR_PROXY_PROTOCOL'])
    assert.ok(connection.closed)
    proxy.close()
  }
})

test('an end within the header is an error, before its first byte it is nothing', async () => {
  const cut = proxied()
  cut.proxy.sendAll('PROXY TC')
  cut.proxy.close()
  const probe = proxied()
  probe.proxy.close()
  await turns(5)
  assert.deepEqual([cut.told, probe.told], [['error ERR_UNEXPECTED_END'], []])
  assert.equal(cut.partial(), 'PROXY TC')
  assert.ok(cut.connection.closed && probe.connection.closed)
})

test('a proxy that sends nothing is given up after a while', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { proxy, told } = proxied()
  proxy.sendAll('PROXY')
  context.mock.timers.tick(4999)
  assert.deepEqual(told, [])
  context.mock.timers.tick(1)
  context.mock.timers.reset()
  assert.deepEqual(told, ['error ERR_SOCKET_TIMEOUT'])
  proxy.close()
})

test('open may pause what came with the header', async () => {
  const [inner, proxy] = tcpPair()
  const heard: string[] = []
  const connection = attach(
    inner,
    { open: (self) => self.pause(), data: (_, bytes) => void heard.push(String(bytes)) },
    { proxyProtocol: true },
  )
  proxy.sendAll(Buffer.concat([encodeProxyHeader({ source, destination }), Buffer.from('hello')]))
  await turns(5)
  assert.deepEqual(heard, [])
  connection.resume()
  await turns(5)
  proxy.sendAll('more')
  await turns(5)
  assert.deepEqual(heard, ['hello', 'more'])
  connection.close()
  proxy.close()
})

test('a header that the reader of an attached socket holds', async () => {
  const [inner, proxy] = tcpPair()
  proxy.sendAll(`before\n${encodeProxyHeader({ version: 1, source, destination })}hello`)
  const awaited = inner.toAsync()
  assert.equal(await awaited.reader().readLine(), 'before')
  const heard: string[] = []
  const connection = attach(
    awaited,
    {
      open: (self) => void heard.push((self.peerAddress as { host: string }).host),
      data: (_, bytes) => void heard.push(String(bytes)),
    },
    { proxyProtocol: true },
  )
  await turns(5)
  assert.deepEqual(heard, ['192.0.2.7', 'hello'])
  connection.close()
  proxy.close()
})

test('a server counts those whose header it awaits, and ends them', async () => {
  const server = serve({ host: '127.0.0.1', port: 0, proxyProtocol: true }, {})
  const [client, other] = tcpPair()
  other.close()
  client.close()
  const waiting = server.close({ drainMs: 0 })
  await waiting
  assert.ok((server.address() as HostInput).port > 0)
})
