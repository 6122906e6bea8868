// Timeouts and deadlines: every verb waits until then, and no longer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_UNIX,
  type AsyncSocket,
  createConnection,
  createServer,
  SOCK_DGRAM,
  Socket,
  type SocketTimeoutError,
} from 'berkeley'
import { errorTarget } from '../../src/addresses/families.js'
import {
  type FullQueue,
  fullDatagramReceiver,
  fullTcpListener,
  fullUnixListener,
  portOf,
} from '../support/listeners.js'
import { fill, tcpPair } from '../support/pairs.js'
import { peerWith } from '../support/peer.js'
import { failsAfter } from '../support/timing.js'

const timedOut = { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT', errno: 0 }

/** A verb on a socket that keeps it waiting. */
interface Waiting {
  readonly syscall: string
  readonly socket: Socket
  act(options: { timeout?: number | null; deadline?: number }): unknown
}

function silent(): Socket {
  const [socket, other] = Socket.pair()
  kept.push(other)
  return socket
}

function full(): Socket {
  const socket = silent()
  fill(socket)
  return socket
}

// Sockets that must not be garbage collected while others wait on them.
const kept: Socket[] = []
const fullQueues: FullQueue[] = []

function keep(queue: FullQueue): FullQueue {
  fullQueues.push(queue)
  return queue
}

const verbs: Record<string, () => Waiting> = {
  recv() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.recv(1, options) }
  },
  recvInto() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.recvInto(Buffer.alloc(1), options) }
  },
  recvFrom() {
    const socket = silent()
    return { socket, syscall: 'recvfrom', act: (options) => socket.recvFrom(1, options) }
  },
  recvFromInto() {
    const socket = silent()
    return { socket, syscall: 'recvfrom', act: (options) => socket.recvFromInto(Buffer.alloc(1), options) }
  },
  send() {
    const socket = full()
    return { socket, syscall: 'send', act: (options) => socket.send('x', options) }
  },
  sendAll() {
    const socket = full()
    return { socket, syscall: 'send', act: (options) => socket.sendAll('x', options) }
  },
  sendTo() {
    const { listener } = keep(fullDatagramReceiver())
    const socket = new Socket(AF_UNIX, SOCK_DGRAM)
    const address = listener.getSockName()
    return { socket, syscall: 'sendto', act: (options) => socket.sendTo('x', address, options) }
  },
  accept() {
    const socket = createServer({ host: '127.0.0.1', port: 0 })
    return { socket, syscall: 'accept', act: (options) => socket.accept(options) }
  },
  'connect (TCP)'() {
    const { listener } = keep(fullTcpListener())
    const socket = new Socket()
    const address = listener.getSockName()
    return { socket, syscall: 'connect', act: (options) => socket.connect(address, options) }
  },
  'connect (unix)'() {
    const { listener } = keep(fullUnixListener())
    const socket = new Socket(AF_UNIX)
    const address = listener.getSockName()
    return { socket, syscall: 'connect', act: (options) => socket.connect(address, options) }
  },
  wait() {
    const socket = silent()
    return { socket, syscall: 'poll', act: (options) => socket.wait('read', options) }
  },
  readLine() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.reader().readLine(options) }
  },
  readExactly() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.reader().readExactly(4, options) }
  },
  readUntil() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.reader().readUntil('.', options) }
  },
  readAll() {
    const socket = silent()
    return { socket, syscall: 'recv', act: (options) => socket.reader().readAll(options) }
  },
}

for (const [name, prepare] of Object.entries(verbs)) {
  test(`${name}: throws when its time has passed, and not before`, () => {
    const { socket, syscall, act } = prepare()
    const expected = { ...timedOut, syscall }
    failsAfter(50, () => act({ timeout: 50 }), expected)
    failsAfter(20, () => act({ deadline: performance.now() + 20 }), expected)
    socket.setTimeout(30)
    failsAfter(30, () => act({}), expected)
    socket.close()
  })

  test(`${name}: the call’s timeout overrides the socket’s`, () => {
    const { socket, syscall, act } = prepare()
    const expected = { ...timedOut, syscall }
    socket.setBlocking(false)
    failsAfter(20, () => act({ timeout: 20 }), expected)
    failsAfter(20, () => act({ timeout: null, deadline: performance.now() + 20 }), expected)
    socket.setTimeout(60_000)
    failsAfter(20, () => act({ timeout: 20 }), expected)
    failsAfter(20, () => act({ timeout: 60_000, deadline: performance.now() + 20 }), expected)
    assert.throws(() => act({ timeout: 0 }), { name: 'WouldBlockError' })
    socket.close()
  })

  test(`${name}: refuses a deadline of Date.now(), which would wait for ever`, () => {
    const { socket, act } = prepare()
    const message = /^deadline must be a time on the clock of performance\.now\(\), not one of Date\.now\(\): \d+/
    assert.throws(() => act({ deadline: Date.now() + 20 }), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message })
    socket.close()
  })

  test(`${name}: takes fractions of a millisecond, and deadlines that have passed`, () => {
    const { socket, syscall, act } = prepare()
    const expected = { ...timedOut, syscall }
    failsAfter(1.5, () => act({ timeout: 1.5 }), expected)
    failsAfter(0, () => act({ timeout: Number.MIN_VALUE }), expected)
    failsAfter(0, () => act({ deadline: performance.now() - 1000 }), expected)
    failsAfter(0, () => act({ deadline: Number.NEGATIVE_INFINITY }), expected)
    socket.close()
  })

  test(`${name}: refuses a timeout or deadline that is not a time`, () => {
    const { socket, act } = prepare()
    for (const timeout of [-1, -0.001, Number.NaN, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => act({ timeout }), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: /timeout/ })
    }
    for (const wrong of ['50', {}, true, 50n] as unknown as number[]) {
      assert.throws(() => act({ timeout: wrong }), { code: 'ERR_INVALID_ARG_TYPE', message: /timeout/ })
      assert.throws(() => act({ deadline: wrong }), { code: 'ERR_INVALID_ARG_TYPE', message: /deadline/ })
    }
    assert.throws(() => act({ deadline: Number.NaN }), { name: /Error/, code: /^ERR_/, message: /deadline/ })
    socket.close()
  })
}

test('deadline: calls after it throw, although they need not wait, and lose nothing', () => {
  const [a, b] = Socket.pair()
  const passed = { deadline: performance.now() - 1 }
  a.send('one\ntwo\n')
  const reader = b.reader()
  assert.equal(reader.readLine(), 'one')
  const message = (syscall: string): string =>
    `${syscall} timed out: its deadline, a time of performance.now(), had passed before the call`
  failsAfter(0, () => reader.readLine(passed), { ...timedOut, syscall: 'recv', message: message('recv'), timeout: 0 })
  assert.equal(reader.readLine(), 'two')
  a.send('data')
  failsAfter(0, () => b.wait('read', passed), { ...timedOut, syscall: 'poll', message: message('poll') })
  failsAfter(0, () => b.recv(4, passed), { ...timedOut, syscall: 'recv' })
  failsAfter(0, () => b.sendAll('lost?', passed), { ...timedOut, syscall: 'send', bytesSent: 0 })
  assert.equal(b.recv(4)!.toString(), 'data')
  assert.equal(a.tryRecv(1), undefined)
  a.close()
  b.close()
})

test('deadline: ends a loop over a peer that never stops sending', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  const loop = (): never => {
    const deadline = performance.now() + 20
    for (;;) {
      a.send('more')
      b.recv(4, { deadline })
    }
  }
  failsAfter(20, loop, { ...timedOut, syscall: 'recv' })
  a.close()
  b.close()
})

test('deadline: a connect after it is a timeout, to a number as to a name', () => {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const port = portOf(listener)
  listener.close()
  for (const host of ['127.0.0.1', 'localhost']) {
    failsAfter(0, () => createConnection({ host, port }, { deadline: 0 }), {
      ...timedOut,
      syscall: 'connect',
      message: `connect timed out ${host}:${port}: its deadline, a time of performance.now(), had passed before the call`,
      address: host,
      port,
    })
  }
})

test('deadline: a getter of the options that gives the socket away ends sendAll before it sends', () => {
  const [a, b] = Socket.pair()
  let other: AsyncSocket | undefined
  const options = {
    get timeout() {
      other = a.toAsync()
      return 100
    },
  }
  assert.throws(() => a.sendAll('hello', options), { code: 'ERR_SOCKET_DETACHED' })
  assert.equal(b.tryRecv(1), undefined)
  other!.close()
  b.close()
})

test('sendAll: a timeout reports how much was sent', () => {
  const [client, server] = tcpPair()
  const data = Buffer.alloc(20_000_000)
  const error = failsAfter(60, () => client.sendAll(data, { timeout: 60 }), timedOut) as SocketTimeoutError
  let received = 0
  client.close()
  for (const chunk of server.chunks()) received += chunk.length
  assert.ok(received > 0 && received < data.length)
  assert.equal(error.bytesSent, received)
  server.close()
})

test('createConnection: has one limit for the whole', () => {
  using tcp = fullTcpListener()
  using unix = fullUnixListener()
  const port = portOf(tcp.listener)
  const connect = (): Socket => createConnection({ host: '127.0.0.1', port }, { timeout: 60 })
  failsAfter(60, connect, { ...timedOut, syscall: 'connect', address: '127.0.0.1', port })
  const target = unix.listener.getSockName() as { path: string }
  const { path } = errorTarget(target)
  failsAfter(60, () => createConnection(target, { timeout: 60 }), { ...timedOut, syscall: 'connect', path })
})

test('reader: a peer that sends a byte every 20 ms does not extend the limit', async () => {
  const [client, server] = tcpPair()
  const peer = await peerWith(server, [['drip', 50, 20]])
  const reader = client.reader()
  peer.begin()
  failsAfter(200, () => reader.readExactly(1000, { timeout: 200 }), timedOut)
  failsAfter(100, () => reader.readLine({ timeout: 100 }), timedOut)
  client.setTimeout(100)
  failsAfter(100, () => reader.readUntil('no such thing'), timedOut)
  failsAfter(100, () => reader.readAll({ deadline: performance.now() + 100 }), timedOut)
  client.shutdown('read')
  await peer.ended
  client.close()
})

test('reader: a timeout keeps the bytes received so far', () => {
  const [a, b] = Socket.pair()
  a.send('half of a')
  failsAfter(20, () => b.reader().readLine({ timeout: 20 }), timedOut)
  a.send(' line\nmore')
  assert.equal(b.reader().readLine(), 'half of a line')
  failsAfter(20, () => b.reader().readExactly(5, { timeout: 20 }), timedOut)
  a.send('!')
  assert.equal(b.reader().readExactly(5)!.toString(), 'more!')
  a.close()
  b.close()
})

test('recv: returns as soon as bytes arrive, before the timeout', async () => {
  const [client, server] = tcpPair()
  const peer = await peerWith(server, [['pause', 30], ['send', 'in time'], ['close']])
  const before = performance.now()
  peer.begin()
  assert.equal(client.recv(100, { timeout: 30_000 })!.toString(), 'in time')
  assert.ok(performance.now() - before < 15_000)
  assert.equal(client.recv(100, { timeout: 30_000 }), null)
  await peer.ended
  client.close()
})
