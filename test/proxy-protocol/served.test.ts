// serve with proxyProtocol: a connection opens when its header has been read, with the client's address.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import {
  type Connection,
  encodeProxyHeader,
  type HandlerOptions,
  type InetAddress,
  type ProxyHeaderInput,
  type SocketError,
  serve,
} from 'berkeley'

const limits = { timeout: 30_000 }
const ends = { source: { host: '192.0.2.7', port: 56324 }, destination: { host: '198.51.100.1', port: 443 } }
const FAR = { family: 'inet', ...ends.source }

/** A server that replies in capitals, and the events of its connections. */
interface Served {
  readonly port: number
  readonly opened: Connection[]
  readonly closed: Connection[]
  /** The first failure. */
  readonly failure: Promise<SocketError>
}

function serving(context: TestContext, options: HandlerOptions = {}): Served {
  const [opened, closed]: [Connection[], Connection[]] = [[], []]
  let failed: (error: SocketError) => void
  const failure = new Promise<SocketError>((resolve) => {
    failed = resolve
  })
  const server = serve(
    { host: '127.0.0.1', port: 0, proxyProtocol: true, ...options },
    {
      open: (connection) => void opened.push(connection),
      data: (connection, bytes) => void connection.write(String(bytes).toUpperCase()),
      close: (connection) => void closed.push(connection),
      error: (_, error) => failed(error as SocketError),
    },
  )
  context.after(() => server.close({ drainMs: 0 }))
  return { port: (server.address as InetAddress).port, opened, closed, failure }
}

/** A connected client. */
async function client(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

const headers: [name: string, header: ProxyHeaderInput][] = [
  ['version 1', { version: 1, ...ends }],
  ['version 2', { ...ends, checksum: true, tlvs: { authority: 'example.com' } }],
]

for (const [name, header] of headers) {
  for (const reuseBuffer of [false, true]) {
    test(
      `proxyProtocol: the peer of a header of ${name}${reuseBuffer ? ', with reuseBuffer,' : ''} is the proxy’s client`,
      limits,
      async (context) => {
        const { port, opened, closed } = serving(context, { reuseBuffer })
        const socket = await client(port)
        socket.end(Buffer.concat([encodeProxyHeader(header), Buffer.from('hello')]))
        assert.equal(await text(socket), 'HELLO')
        assert.equal(opened.length, 1)
        assert.deepEqual(opened[0]!.peerAddress, FAR)
        assert.equal(opened[0]!.proxyHeader!.tlvs.authority, header.tlvs?.authority)
        assert.deepEqual(closed, opened)
      },
    )
  }
}

test(
  'proxyProtocol: a header may arrive byte by byte, and opens nothing before it is complete',
  limits,
  async (context) => {
    const { port, opened } = serving(context)
    const socket = await client(port)
    const bytes = encodeProxyHeader(ends)
    for (const byte of bytes.subarray(0, -1)) {
      socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    assert.equal(opened.length, 0)
    socket.end(Buffer.concat([bytes.subarray(-1), Buffer.from('x')]))
    assert.equal(await text(socket), 'X')
    assert.deepEqual(opened[0]!.peerAddress, FAR)
  },
)

test('proxyProtocol: a connection of the proxy itself keeps its own peer', limits, async (context) => {
  for (const header of [{ command: 'local' }, { version: 1 }, {}] as ProxyHeaderInput[]) {
    const { port, opened } = serving(context)
    const socket = await client(port)
    const { localPort } = socket
    socket.end(Buffer.concat([encodeProxyHeader(header), Buffer.from('health?')]))
    assert.equal(await text(socket), 'HEALTH?')
    assert.equal((opened[0]!.peerAddress as InetAddress).port, localPort)
  }
})

test('proxyProtocol: a connection without a header is refused and never opened', limits, async (context) => {
  const { port, opened, closed, failure } = serving(context)
  const socket = await client(port)
  const gone = once(socket, 'close')
  socket.on('error', () => {}).resume()
  socket.write('GET / HTTP/1.1\r\n\r\n')
  const { code, partial } = await failure
  assert.deepEqual([code, partial!.toString()[0]], ['ERR_PROXY_PROTOCOL', 'G'])
  await gone
  assert.deepEqual([opened, closed], [[], []])
})

test('proxyProtocol: an end inside a header is an error, and maxHeaderBytes limits it', limits, async (context) => {
  const ended = serving(context)
  const first = await client(ended.port)
  first.resume().end(encodeProxyHeader(ends).subarray(0, 20))
  assert.equal((await ended.failure).code, 'ERR_UNEXPECTED_END')

  const short = serving(context, { proxyProtocol: { maxHeaderBytes: 107 } })
  const second = await client(short.port)
  second.on('error', () => {}).resume()
  second.write(encodeProxyHeader({ ...ends, tlvs: { authority: 'x'.repeat(100) } }))
  assert.equal((await short.failure).code, 'ERR_PROXY_PROTOCOL')
  assert.throws(() => serving(context, { proxyProtocol: { maxHeaderBytes: 1 } }), { code: 'ERR_OUT_OF_RANGE' })
})
