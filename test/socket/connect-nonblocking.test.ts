// Connecting without waiting: the results of connectEx, tryConnect and takeError, call by call, for addresses and names.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, createServer, errno, errnoName, type HostInput, SO_LINGER, SOCK_DGRAM, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { deadPort, fullTcpListener, fullUnixListener, portOf } from '../support/listeners.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

function nonBlocking(): Socket {
  const socket = new Socket()
  socket.setBlocking(false)
  return socket
}

/** Calls connectEx so many times; after EINPROGRESS it waits for the connect to end. */
function results(socket: Socket, address: HostInput, count: number): string[] {
  return Array.from({ length: count }, () => {
    const result = errnoName(socket.connectEx(address))
    if (result === 'EINPROGRESS') socket.wait('write', { timeout: 1000 })
    return result
  })
}

test('connectEx: to a listener: EINPROGRESS, 0, EISCONN', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = nonBlocking()
  const address = { host: '127.0.0.1', port: portOf(listener) }
  assert.deepEqual(results(socket, address, 3), ['EINPROGRESS', 'OK', 'EISCONN'])
  assert.equal(socket.takeError(), null)
})

test('connectEx: to a name: as to its address, over TCP and UDP', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = { host: 'localhost', port: portOf(listener) }
  using socket = nonBlocking()
  assert.deepEqual(results(socket, address, 3), ['EINPROGRESS', 'OK', 'EISCONN'])
  using datagrams = new Socket(AF_INET, SOCK_DGRAM)
  datagrams.setBlocking(false)
  assert.deepEqual(results(datagrams, address, 2), ['EINPROGRESS', 'OK'])
  using other = new Socket(AF_INET, SOCK_DGRAM)
  assert.equal(other.tryConnect(address), false)
  other.wait('write', { timeout: 10_000 })
  assert.equal(other.tryConnect(address), true)
  assert.deepEqual(other.getPeerName(), { family: 'inet', host: '127.0.0.1', port: address.port })
})

test('connectEx: to a port without a listener: EINPROGRESS, ECONNREFUSED, and again EINPROGRESS', () => {
  using socket = nonBlocking()
  const address = { host: '127.0.0.1', port: deadPort() }
  assert.deepEqual(results(socket, address, 3), ['EINPROGRESS', 'ECONNREFUSED', 'EINPROGRESS'])
})

test('takeError: returns the failure once, with the address of the connect', () => {
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

test('connectEx: to a full backlog: EINPROGRESS, then EALREADY', () => {
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

test('connect: throws what connectEx returns', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = nonBlocking()
  const address = listener.getSockName()
  assert.throws(() => socket.connect(address), { name: 'WouldBlockError', code: 'EINPROGRESS' })
  socket.wait('write', { timeout: 1000 })
  socket.connect(address)
  assert.throws(() => socket.connect(address), { name: 'SocketError', code: 'EISCONN' })
})

test('tryConnect: false until connected, in every mode', () => {
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

test('tryConnect: throws the failure', () => {
  using socket = new Socket()
  const address = { host: '127.0.0.1', port: deadPort() }
  assert.equal(socket.tryConnect(address), false)
  socket.wait('write', { timeout: 1000 })
  assert.throws(() => socket.tryConnect(address), { code: 'ECONNREFUSED', syscall: 'connect', port: address.port })
})

test('connectEx: to a unix listener it connects at once, or returns EAGAIN', () => {
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

for (const timeout of [null, 10_000]) {
  test(`connectEx: a socket whose connect was refused can connect anew, timeout ${timeout}`, () => {
    using server = new Socket()
    server.bind({ host: '127.0.0.1', port: 0 })
    const address = server.getSockName() as HostInput
    using socket = new Socket()
    socket.setTimeout(timeout)
    assert.deepEqual(results(socket, address, 3), ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED'])
    assert.throws(() => socket.connect(address), { code: 'ECONNREFUSED' })
    server.listen()
    assert.deepEqual(results(socket, address, 2), ['OK', 'EISCONN'])
  })
}

test('connectEx: waits in the blocking and timed modes, and returns numbers all the same', () => {
  using socket = new Socket()
  assert.equal(socket.connectEx({ host: '127.0.0.1', port: deadPort() }), errno.ECONNREFUSED)
  using full = fullTcpListener()
  using other = new Socket()
  other.setTimeout(30)
  const before = performance.now()
  assert.equal(other.connectEx(full.listener.getSockName()), errno.EAGAIN)
  assert.ok(performance.now() - before >= 30)
})

test('connect: a second call to another address throws EISCONN', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using socket = new Socket()
  socket.connect(listener.getSockName())
  const elsewhere = { host: '127.0.0.1', port: deadPort() }
  assert.throws(() => socket.connect(elsewhere), { code: 'EISCONN' })
  assert.equal(socket.connectEx(elsewhere), errno.EISCONN)
  assert.deepEqual(socket.getPeerName(), listener.getSockName())
})

test('connect: continues after a timeout, and can be waited for again', () => {
  using full = fullTcpListener()
  using socket = new Socket()
  const address = full.listener.getSockName()
  assert.throws(() => socket.connect(address, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.throws(() => socket.connect(address, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  full.listener.accept().close()
  socket.connect(address, { timeout: 5000 })
  assert.deepEqual(socket.getPeerName(), address)
})

test('disconnect: the socket can connect again', () => {
  using first = createServer({ host: '127.0.0.1', port: 0 })
  using second = createServer({ host: '127.0.0.1', port: 0 })
  using socket = new Socket()
  socket.connect(first.getSockName())
  socket.disconnect()
  assert.throws(() => socket.getPeerName(), { code: 'ENOTCONN' })
  socket.connect(second.getSockName())
  assert.deepEqual(socket.getPeerName(), second.getSockName())
})

test('takeError: a reset of a connected socket is not a failure to connect', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using client = new Socket()
  while (!client.tryConnect(listener.getSockName())) {}
  const server = listener.accept()
  server.setOption(SO_LINGER, 0)
  server.close()
  client.wait('read')
  assert.equal(client.takeError()?.syscall, 'getsockopt')
})

/** Scenarios of fixtures/socket/connect-by-slow-name, and what they show. */
const byName: Record<string, string> = {
  'connectEx, connect and tryConnect': 'in progress during the lookup, then connected',
  'connection refused': 'a refused connect is reported once',
  'no address of the family': 'a name that does not resolve is reported once',
  'send and recv': 'verbs would block during the lookup, or wait for it',
  close: 'close during the lookup cancels the connect',
  'detach and dup': 'detach and dup throw during the lookup',
  'timed out': 'a timeout ends the wait for the lookup, and the connect continues',
  disconnect: 'disconnect during the lookup cancels the connect, and a new one can begin',
  'no further call': 'the connection is made without a further call',
  'open descriptors': 'no descriptor stays open',
}

for (const [scenario, title] of Object.entries(byName)) {
  test(`connect by a slow name: ${title}`, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture('socket/connect-by-slow-name'), [scenario], { env: slowResolver(300) })
  })
}
