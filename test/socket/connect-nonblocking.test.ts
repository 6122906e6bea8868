// Connecting without waiting: what is answered, call by call, for addresses in numbers and for names.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer, errno, errnoName, type HostInput, Socket } from 'berkeley'
import { deadPort, fullTcpListener, fullUnixListener, portOf } from '../support/pairs.js'
import { environment, runProgram } from '../support/programs.js'
import { slowResolver, slowResolverMissing } from '../support/slow-resolver.js'

function nonBlocking(): Socket {
  const socket = new Socket()
  socket.setBlocking(false)
  return socket
}

/** Asks `count` times, waiting in between until there may be something new. */
function answers(socket: Socket, address: HostInput, count: number): string[] {
  return Array.from({ length: count }, () => {
    const answer = errnoName(socket.connectEx(address))
    if (answer === 'EINPROGRESS') socket.wait('write', { timeout: 1000 })
    return answer
  })
}

test('to a listener: in progress, connected, connected already', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = nonBlocking()
  const address = { host: '127.0.0.1', port: portOf(listener) }
  assert.deepEqual(answers(socket, address, 3), ['EINPROGRESS', 'OK', 'EISCONN'])
  assert.equal(socket.takeError(), null)
})

test('to nobody: in progress, refused, and then it can begin again', () => {
  using socket = nonBlocking()
  const address = { host: '127.0.0.1', port: deadPort() }
  assert.deepEqual(answers(socket, address, 3), ['EINPROGRESS', 'ECONNREFUSED', 'EINPROGRESS'])
})

test('takeError tells the failure once, with the address that was meant', () => {
  using socket = nonBlocking()
  const port = deadPort()
  assert.equal(socket.connectEx({ host: '127.0.0.1', port }), errno.EINPROGRESS)
  const { write, error } = socket.wait('write', { timeout: 1000 })
  assert.deepEqual([write, error], [true, true])
  const failure = socket.takeError()
  const { name, code, errno: number, syscall, message } = failure!
  assert.deepEqual(
    { name, code, number, syscall, message },
    {
      name: 'SocketError',
      code: 'ECONNREFUSED',
      number: -errno.ECONNREFUSED,
      syscall: 'connect',
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    },
  )
  assert.equal(socket.takeError(), null)
})

test('to a full backlog: in progress, already in progress, and on', () => {
  using full = fullTcpListener()
  using socket = nonBlocking()
  const address = full.listener.getSockName()
  assert.equal(socket.connectEx(address), errno.EINPROGRESS)
  assert.equal(socket.connectEx(address), errno.EALREADY)
  assert.throws(() => socket.connect(address), { name: 'WouldBlockError', code: 'EALREADY', syscall: 'connect' })
  assert.equal(socket.tryConnect(address), false)
  assert.equal(socket.takeError(), null)
  assert.equal(socket.trySend('x'), undefined)
})

test('connect throws what connectEx answers', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = nonBlocking()
  const address = listener.getSockName()
  assert.throws(() => socket.connect(address), { name: 'WouldBlockError', code: 'EINPROGRESS' })
  socket.wait('write', { timeout: 1000 })
  socket.connect(address)
  assert.throws(() => socket.connect(address), { name: 'SocketError', code: 'EISCONN' })
})

test('tryConnect is false until it is true, in any mode', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = new Socket()
  const address = listener.getSockName()
  assert.equal(socket.tryConnect(address), false)
  socket.wait('write', { timeout: 1000 })
  assert.equal(socket.tryConnect(address), true)
  assert.equal(socket.tryConnect(address), true)
  socket.sendAll('x')
  using accepted = listener.accept()
  assert.equal(accepted.recv(1)!.toString(), 'x')
})

test('tryConnect throws how it failed', () => {
  using socket = new Socket()
  const address = { host: '127.0.0.1', port: deadPort() }
  assert.equal(socket.tryConnect(address), false)
  socket.wait('write', { timeout: 1000 })
  assert.throws(() => socket.tryConnect(address), { code: 'ECONNREFUSED', syscall: 'connect', port: address.port })
})

test('a unix connect is done at once, or has not begun', () => {
  using full = fullUnixListener()
  using socket = new Socket(full.listener.family)
  socket.setBlocking(false)
  const address = full.listener.getSockName()
  assert.equal(socket.connectEx(address), errno.EAGAIN)
  assert.equal(socket.tryConnect(address), false)
  assert.throws(() => socket.send('x'), { code: 'ENOTCONN' })
  full.listener.accept().close()
  assert.equal(socket.connectEx(address), 0)
  full.listener.accept().close()
  assert.equal(socket.connectEx(address), errno.EISCONN)
})

test('connectEx waits where the socket does, and answers in numbers all the same', () => {
  using socket = new Socket()
  assert.equal(socket.connectEx({ host: '127.0.0.1', port: deadPort() }), errno.ECONNREFUSED)
  using full = fullTcpListener()
  using other = new Socket()
  other.setTimeout(30)
  const before = performance.now()
  assert.equal(other.connectEx(full.listener.getSockName()), errno.EAGAIN)
  assert.ok(performance.now() - before >= 30)
})

test('a connection that waited to be made is connected, and not a chance to go elsewhere', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = new Socket()
  socket.connect(listener.getSockName())
  const elsewhere = { host: '127.0.0.1', port: deadPort() }
  assert.throws(() => socket.connect(elsewhere), { code: 'EISCONN' })
  assert.equal(socket.connectEx(elsewhere), errno.EISCONN)
  assert.deepEqual(socket.getPeerName(), listener.getSockName())
})

test('a connect whose time ran out goes on, and can be waited for again', () => {
  using full = fullTcpListener()
  using socket = new Socket()
  const address = full.listener.getSockName()
  assert.throws(() => socket.connect(address, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.throws(() => socket.connect(address, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  full.listener.accept().close()
  socket.connect(address, { timeout: 5000 })
  assert.deepEqual(socket.getPeerName(), address)
})

test('disconnect lets a socket connect anew', () => {
  using first = createServer({ host: '127.0.0.1', port: 0 })
  using second = createServer({ host: '127.0.0.1', port: 0 })
  using socket = new Socket()
  socket.connect(first.getSockName())
  socket.disconnect()
  assert.throws(() => socket.getPeerName(), { code: 'ENOTCONN' })
  socket.connect(second.getSockName())
  assert.deepEqual(socket.getPeerName(), second.getSockName())
})

const byName = [
  'states',
  'failure',
  'unknown',
  'transfers',
  'close',
  'ownership',
  'deadline',
  'disconnect',
  'computing',
  'descriptors',
] as const

for (const scenario of byName) {
  test(`by a name that takes time: ${scenario}`, { skip: slowResolverMissing() }, () => {
    const run = runProgram('socket/connect-by-slow-name', [scenario], { env: environment(slowResolver(300)) })
    assert.equal(run.status, 0, run.stderr + run.stdout)
  })
}
