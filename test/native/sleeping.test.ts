// A wait sleeps: it uses almost no processor time, in particular where the kernel reports false readiness.

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
  SO_LINGER,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { deadPort, fullDatagramReceiver, fullTcpListener, fullUnixListener, portOf } from '../support/listeners.js'
import { fill, tcpPair } from '../support/pairs.js'
import { peerWith } from '../support/peer.js'
import { costOf, sleepsThrough } from '../support/timing.js'

const WAIT_MS = 600
const timedOut = { code: 'ERR_SOCKET_TIMEOUT' }

/** Expects `act` to time out, and to sleep until then. */
function sleepsUntilTimeout(act: (options: { timeout: number }) => unknown): void {
  sleepsThrough(() => assert.throws(() => act({ timeout: WAIT_MS }), timedOut))
}

test('recv: from a silent peer, after the socket was ready once', () => {
  const [a, b] = Socket.pair()
  a.send('x')
  b.recv(1)
  sleepsUntilTimeout((options) => b.recv(1, options))
  a.close()
  b.close()
})

test('sendAll: to a peer that receives nothing', () => {
  const [a, b] = tcpPair()
  fill(a)
  sleepsUntilTimeout((options) => a.sendAll('x', options))
  a.setOption(SO_LINGER, 0)
  a.close()
  b.close()
})

test('accept: without a client', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  sleepsUntilTimeout((options) => listener.accept(options))
})

test('connect and createConnection: to a TCP listener whose backlog is full', () => {
  using full = fullTcpListener()
  using socket = new Socket()
  sleepsUntilTimeout((options) => socket.connect(full.listener.getSockName(), options))
  const host = { host: '127.0.0.1', port: portOf(full.listener) }
  sleepsUntilTimeout((options) => createConnection(host, options))
})

// The kernel reports such a socket as writable at once, because it has not begun to connect.
test('connect: to a unix listener whose backlog is full', () => {
  using full = fullUnixListener()
  using socket = new Socket(AF_UNIX)
  sleepsUntilTimeout((options) => socket.connect(full.listener.getSockName(), options))
})

test('connect: succeeds soon after the backlog of a unix listener has room', async () => {
  using full = fullUnixListener()
  const address = full.listener.getSockName()
  const peer = await peerWith(full.listener.dup(), [['pause', 50], ['accept']])
  using socket = new Socket(AF_UNIX)
  peer.begin()
  socket.connect(address, { timeout: 10_000 })
  await peer.ended
})

test('sendTo: to a unix datagram receiver that is full', () => {
  using full = fullDatagramReceiver()
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  sleepsUntilTimeout((options) => socket.sendTo('x', full.listener.getSockName(), options))
})

test('send: to a connected unix datagram receiver that is full', () => {
  using full = fullDatagramReceiver()
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  socket.connect(full.listener.getSockName())
  sleepsUntilTimeout((options) => socket.send('x', options))
})

// The kernel reports POLLERR, requested or not, as long as the error queue holds an entry.
test('recv: while the error queue holds an entry', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_RECVERR, true)
  socket.connect({ host: '127.0.0.1', port: deadPort() })
  socket.send('to a dead port')
  assert.equal(socket.wait('read', { timeout: 1000 }).error, true)
  assert.equal(socket.takeError()?.code, 'ECONNREFUSED')
  sleepsUntilTimeout((options) => socket.recv(100, options))
  // The entry was in the error queue during the whole wait.
  assert.equal(socket.recv(100, { flags: MSG_ERRQUEUE })!.toString(), 'to a dead port')
  assert.throws(() => socket.recv(100, { flags: MSG_ERRQUEUE }), { name: 'WouldBlockError' })
})

test('recv with MSG_PEEK and MSG_WAITALL: a part that stays in the socket keeps it ready', () => {
  const [a, b] = Socket.pair()
  a.send('half')
  const flags = (MSG_PEEK | MSG_WAITALL) as MessageFlag
  sleepsThrough(() => assert.equal(b.recv(8, { flags, timeout: WAIT_MS })!.toString(), 'half'))
  a.close()
  b.close()
})

test('recv with MSG_WAITALL: after a part has been received', () => {
  const [a, b] = Socket.pair()
  a.send('half')
  sleepsThrough(() => assert.equal(b.recv(8, { flags: MSG_WAITALL, timeout: WAIT_MS })!.toString(), 'half'))
  a.close()
  b.close()
})

test('readLine: after a part of a line has been received', () => {
  const [a, b] = Socket.pair()
  a.send('half a line')
  sleepsUntilTimeout((options) => b.reader().readLine(options))
  a.close()
  b.close()
})

test('close: with SO_LINGER and unsent bytes', () => {
  const [client, server] = tcpPair()
  fill(client)
  client.setOption(SO_LINGER, 60)
  client.setTimeout(WAIT_MS)
  sleepsThrough(() => assert.throws(() => client.close(), timedOut))
  server.close()
})

test('readAll: a peer that sends a byte every 20 ms costs little processor time', async () => {
  const [client, server] = tcpPair()
  const peer = await peerWith(server, [['drip', 20, 20], ['close']])
  peer.begin()
  const { elapsed, cpu } = costOf(() => client.reader().readAll({ timeout: 20_000 }))
  assert.ok(elapsed >= 400)
  assert.ok(cpu < elapsed / 4, `${cpu} ms of processor time in ${elapsed} ms`)
  await peer.ended
  client.close()
})
