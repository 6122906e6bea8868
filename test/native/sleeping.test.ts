// A wait sleeps: it does not look again and again, in particular where the kernel's readiness cannot be believed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  createConnection,
  createServer,
  IP_RECVERR,
  type MessageFlag,
  MSG_ERRQUEUE,
  MSG_PEEK,
  MSG_WAITALL,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { linger } from '../support/linger.js'
import {
  deadPort,
  fill,
  fullDatagramReceiver,
  fullTcpListener,
  fullUnixListener,
  portOf,
  tcpPair,
} from '../support/pairs.js'
import { peerWith } from '../support/peer.js'
import { costOf, sleepsThrough } from '../support/timing.js'

const WAIT = 600
const timedOut = { code: 'ERR_SOCKET_TIMEOUT' }

/** Expects `act` to run out of the time that it is given, and to sleep meanwhile. */
function sleepsUntilTimeout(act: (options: { timeout: number }) => unknown): void {
  sleepsThrough(() => assert.throws(() => act({ timeout: WAIT }), timedOut))
}

test('recv on a silent peer, after a spell of readiness', () => {
  const [a, b] = Socket.pair()
  a.send('x')
  b.recv(1)
  sleepsUntilTimeout((options) => b.recv(1, options))
  a.close()
  b.close()
})

test('send to a peer that takes nothing', () => {
  const [a, b] = tcpPair()
  fill(a)
  sleepsUntilTimeout((options) => a.sendAll('x', options))
  linger(a, 0)
  a.close()
  b.close()
})

test('accept, where nobody comes', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  sleepsUntilTimeout((options) => listener.accept(options))
})

test('connect to a TCP listener whose backlog is full, by both ways', () => {
  using full = fullTcpListener()
  using socket = new Socket()
  sleepsUntilTimeout((options) => socket.connect(full.listener.getSockName(), options))
  const host = { host: '127.0.0.1', port: portOf(full.listener) }
  sleepsUntilTimeout((options) => createConnection(host, options))
})

// The kernel calls such a socket writable at once: it has not begun to connect.
test('connect to a unix listener whose backlog is full', () => {
  using full = fullUnixListener()
  using socket = new Socket(AF_UNIX)
  sleepsUntilTimeout((options) => socket.connect(full.listener.getSockName(), options))
})

test('and it connects soon after the backlog has room', async () => {
  using full = fullUnixListener()
  const address = full.listener.getSockName()
  const peer = await peerWith(full.listener.dup(), [['pause', 50], ['accept']])
  using socket = new Socket(AF_UNIX)
  peer.begin()
  socket.connect(address, { timeout: 10_000 })
  await peer.ended
})

test('a datagram to a full receiver, by address', () => {
  using full = fullDatagramReceiver()
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  sleepsUntilTimeout((options) => socket.sendTo('x', full.listener.getSockName(), options))
})

test('a datagram to a full receiver, connected', () => {
  using full = fullDatagramReceiver()
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  socket.connect(full.listener.getSockName())
  sleepsUntilTimeout((options) => socket.send('x', options))
})

// POLLERR is reported, asked for or not, for as long as the queue of errors holds one.
test('recv, while the queue of errors holds one', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_RECVERR, true)
  socket.connect({ host: '127.0.0.1', port: deadPort() })
  socket.send('to nobody')
  assert.equal(socket.wait('read', { timeout: 1000 }).error, true)
  assert.equal(socket.takeError()?.code, 'ECONNREFUSED')
  sleepsUntilTimeout((options) => socket.recv(100, options))
  // It was there all the time.
  assert.equal(socket.recv(100, { flags: MSG_ERRQUEUE })!.toString(), 'to nobody')
  assert.throws(() => socket.recv(100, { flags: MSG_ERRQUEUE }), { name: 'WouldBlockError' })
})

test('recv with MSG_PEEK and MSG_WAITALL, which leaves what makes the socket ready', () => {
  const [a, b] = Socket.pair()
  a.send('half')
  const flags = (MSG_PEEK | MSG_WAITALL) as MessageFlag
  sleepsThrough(() => assert.equal(b.recv(8, { flags, timeout: WAIT })!.toString(), 'half'))
  a.close()
  b.close()
})

test('recv with MSG_WAITALL, which has got a part', () => {
  const [a, b] = Socket.pair()
  a.send('half')
  sleepsThrough(() => assert.equal(b.recv(8, { flags: MSG_WAITALL, timeout: WAIT })!.toString(), 'half'))
  a.close()
  b.close()
})

test('a reader that got a part of a line', () => {
  const [a, b] = Socket.pair()
  a.send('half a line')
  sleepsUntilTimeout((options) => b.reader().readLine(options))
  a.close()
  b.close()
})

test('close, lingering', () => {
  const [client, server] = tcpPair()
  fill(client)
  linger(client, 60)
  client.setTimeout(WAIT)
  sleepsThrough(() => assert.throws(() => client.close(), timedOut))
  server.close()
})

test('a peer that sends a byte now and then costs what its bytes cost', async () => {
  const [client, server] = tcpPair()
  const peer = await peerWith(server, [['drip', 20, 20], ['close']])
  peer.begin()
  const { elapsed, cpu } = costOf(() => client.reader().readAll({ timeout: 20_000 }))
  assert.ok(elapsed >= 400)
  assert.ok(cpu < elapsed / 4, `${cpu} ms of processor time in ${elapsed} ms`)
  await peer.ended
  client.close()
})
