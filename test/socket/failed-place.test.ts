// What errors say beyond the errno: the peer and the time of a timeout, and that a socket was never connected.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:os'
import { type TestContext, test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  AsyncSocket,
  attach,
  createConnection,
  createServer,
  type Family,
  type InetAddress,
  InterruptedError,
  SO_LINGER,
  SOCK_DGRAM,
  Socket,
  type SocketError,
  SocketTimeoutError,
  serve,
  toDuplex,
} from 'berkeley'
import { fetchSync } from 'berkeley/http'
import { tcpPair } from '../support/pairs.js'

/** A connection to a listener that accepts nothing, and their addresses as errors show them. */
function silentPair(context: TestContext): { client: Socket; listener: Socket; address: string } {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.address
  const client = createConnection({ host: '127.0.0.1', port })
  context.after(() => {
    client.close()
    listener.close()
  })
  return { client, listener, address: `127.0.0.1:${port}` }
}

/** The error that `act` throws. */
function thrownBy(act: () => unknown): SocketError {
  try {
    act()
  } catch (error) {
    return error as SocketError
  }
  throw new Error('nothing was thrown')
}

test('timeouts: the error has the peer and the milliseconds', async (context) => {
  const { client, address } = silentPair(context)
  const error = thrownBy(() => client.recv(1, { timeout: 5 })) as SocketTimeoutError
  assert.ok(error instanceof SocketTimeoutError)
  assert.equal(error.message, `recv timed out ${address} after 5 ms`)
  assert.deepEqual([error.address, error.port, error.timeout], ['127.0.0.1', Number(address.split(':')[1]), 5])
  client.setTimeout(3)
  assert.equal(thrownBy(() => client.reader().readLine()).message, `recv timed out ${address} after 3 ms`)
  assert.equal(thrownBy(() => client.wait('read')).message, `poll timed out ${address} after 3 ms`)
  const awaited = client.toAsync()
  context.after(() => awaited.close())
  await assert.rejects(awaited.recv(1, { timeout: 4 }), { message: `recv timed out ${address} after 4 ms`, timeout: 4 })
  await assert.rejects(awaited.reader().readLine(), { message: `recv timed out ${address} after 3 ms`, timeout: 3 })
})

test('timeouts: of a time limit for many calls, the error has the whole', (context) => {
  const { client, listener, address } = silentPair(context)
  using connection = listener.accept()
  connection.sendAll('no end of line')
  const { message } = thrownBy(() => client.reader().readLine({ timeout: 20 }))
  assert.equal(message, `recv timed out ${address} after 20 ms`)
  const deadline = performance.now() + 5
  assert.match(thrownBy(() => client.reader().readLine({ deadline })).message, / after [1-5] ms$/)
})

test('timeouts: without a peer the error has the own address', (context) => {
  const { listener, address } = silentPair(context)
  listener.accept().close()
  assert.equal(thrownBy(() => listener.accept({ timeout: 5 })).message, `accept timed out ${address} after 5 ms`)
  using datagrams = new Socket(AF_INET, SOCK_DGRAM)
  datagrams.bind({ host: '127.0.0.1', port: 0 })
  const own = `127.0.0.1:${(datagrams.getSockName() as { port: number }).port}`
  assert.equal(thrownBy(() => datagrams.recvFrom(1, { timeout: 5 })).message, `recvfrom timed out ${own} after 5 ms`)
})

test('timeouts: that of an idle connection has its peer', async (context) => {
  const failed = new Promise<Error>((resolve) => {
    const server = serve({ host: '127.0.0.1', port: 0, idleTimeout: 20 }, { error: (_, error) => resolve(error) })
    context.after(() => server.close())
    const client = createConnection(server.address)
    context.after(() => client.close())
  })
  assert.match((await failed).message, /^idle timed out 127\.0\.0\.1:\d+ after 20 ms$/)
})

test('EPIPE, ENOTCONN: say that the socket was never connected, or listens', (context) => {
  const { listener } = silentPair(context)
  using unconnected = new Socket()
  using local = new Socket(AF_UNIX)
  // As a porter makes a socket for datagrams: the first parameter is the family.
  using bound = new Socket(SOCK_DGRAM as number as Family)
  bound.bind({ host: '127.0.0.1', port: 0 })
  const to = bound.getSockName() as InetAddress
  const datagrams = 'the socket is a stream that is not connected; datagrams need one of type SOCK_DGRAM'
  for (const [act, message] of [
    [() => unconnected.send('x'), 'send EPIPE: the socket is not connected'],
    [() => unconnected.recv(1), 'recv ENOTCONN: the socket is not connected'],
    [() => unconnected.getPeerName(), 'getpeername ENOTCONN: the socket is not connected'],
    [() => unconnected.shutdown('both'), 'shutdown ENOTCONN: the socket is not connected'],
    [() => bound.sendTo('x', to), `sendto EPIPE 127.0.0.1:${to.port}: ${datagrams}`],
    [() => bound.recvFrom(1), `recvfrom ENOTCONN: ${datagrams}`],
    [() => local.send('x'), 'send ENOTCONN: the socket is not connected'],
    [() => listener.send('x'), 'send EPIPE: a listening socket has no peer: use the connection that accept returns'],
  ] as const) {
    assert.equal(thrownBy(act).message, message)
  }
})

test('EAGAIN of wait: says how a non-blocking socket waits', () => {
  const [socket] = Socket.pair()
  socket.setBlocking(false)
  const expected = 'poll EAGAIN: it is not ready; on a non-blocking socket { timeout: null } waits'
  assert.equal(thrownBy(() => socket.wait('read')).message, expected)
})

test('EPIPE: of a connection that has ended says nothing of that', (context) => {
  const { client } = silentPair(context)
  client.shutdown('write')
  assert.equal(thrownBy(() => client.send('x')).message, 'send EPIPE')
  const [a, b] = Socket.pair()
  b.close()
  assert.equal(thrownBy(() => a.send('x')).message, 'send EPIPE')
  a.close()
  const [connected, accepted] = tcpPair()
  connected.setOption(SO_LINGER, 0)
  connected.close()
  assert.equal(thrownBy(() => accepted.recv(1)).code, 'ECONNRESET')
  assert.match(
    thrownBy(() => accepted.sendTo('x', { host: '127.0.0.1', port: 1 })).message,
    /^sendto EPIPE 127\.0\.0\.1:1$/,
  )
  accepted.close()
})

test('attach: refuses a socket that was never connected, which stays its owner’s', () => {
  for (const socket of [new Socket(), new AsyncSocket()]) {
    assert.equal(thrownBy(() => attach(socket, {})).message, 'getpeername ENOTCONN: the socket is not connected')
    assert.equal(socket.closed, false)
    socket.close()
  }
})

test('toDuplex: that the socket was never connected is an error of the stream', async () => {
  const [error] = await once(toDuplex(new Socket()).resume(), 'error')
  assert.equal(error.message, 'recv ENOTCONN: the socket is not connected')
})

test('attach: takes a connection whose peer has reset it', async (context) => {
  const { client, listener } = silentPair(context)
  const accepted = listener.accept()
  accepted.setOption(SO_LINGER, 0)
  accepted.close()
  client.wait('read')
  const stream = toDuplex(client)
  const [error] = await once(stream.resume(), 'error')
  assert.equal(error.code, 'ECONNRESET')
})

test('arguments: what programs of other languages pass is refused with what to write', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong on purpose
  type Wrong = any
  const SHAPE =
    'option must be an object such as the SO_KEEPALIVE that berkeley exports, which includes its level, not '
  using socket = new Socket()
  for (const [act, message] of [
    [() => socket.setOption('SO_KEEPALIVE' as Wrong, true as Wrong), `${SHAPE}'SO_KEEPALIVE'`],
    [() => (socket.setOption as Wrong)(1, 9, 1), `${SHAPE}1`],
    [() => new Socket('inet' as Wrong), "family must be a constant such as AF_INET6, not 'inet'"],
    [() => new Socket({ family: 2 } as Wrong), 'family must be a constant such as AF_INET6, not { family: 2 }'],
    [
      () => socket.connect({ path: '/nowhere' }),
      'address.path is of a unix socket: make the socket with AF_UNIX, or use createConnection or createServer',
    ],
    [() => fetchSync('127.0.0.1:80'), 'url is no absolute URL such as http://localhost/: "127.0.0.1:80"'],
  ] as const) {
    assert.equal(thrownBy(act).message, message)
  }
})

test('interruptions: the message has the signal, or says that another thread interrupted', () => {
  const signal = new InterruptedError('accept', {}, constants.signals.SIGINT)
  assert.equal(
    signal.message,
    'accept EINTR: interrupted by SIGINT, whose listener runs once you catch this and return to the event loop',
  )
  assert.equal(new InterruptedError('accept', {}, 0).message, 'accept EINTR: interrupted by another thread')
})
