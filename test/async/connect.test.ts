// AsyncSocket: connect, accept, openConnection, and the conversions between Socket and AsyncSocket.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { AF_UNIX, AsyncSocket, createServer, openConnection, resolveAsync, Socket, type SocketError } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { asyncListener, boundTo, deadPort, fullUnixListener, portOf } from '../support/listeners.js'
import { asyncPair, tcpPair } from '../support/pairs.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

test('AsyncSocket.connect: connects to a listener by address and by name', async () => {
  const listener = asyncListener()
  const { port } = boundTo(listener)
  for (const host of ['127.0.0.1', 'localhost']) {
    const socket = new AsyncSocket()
    const accepted = listener.accept()
    await socket.connect({ host, port })
    const connection = await accepted
    assert.deepEqual(connection.peerAddress, socket.getSockName())
    assert.deepEqual(socket.getPeerName(), boundTo(listener))
    await socket.sendAll('hello')
    assert.equal(String(await connection.recv(10)), 'hello')
    await assert.rejects(socket.connect({ host: '127.0.0.1', port }), { code: 'EISCONN' })
    socket.close()
    connection.close()
  }
  listener.close()
})

test('AsyncSocket.connect: a refused connect names the address, and leaves the socket open', async () => {
  const port = deadPort()
  const socket = new AsyncSocket()
  await assert.rejects(socket.connect({ host: '127.0.0.1', port }), {
    name: 'SocketError',
    code: 'ECONNREFUSED',
    message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    syscall: 'connect',
    address: '127.0.0.1',
    port,
  })
  assert.ok(!socket.closed)
  socket.close()
})

test('AsyncSocket.connect and resolveAsync: reject for an unknown name', async () => {
  const socket = new AsyncSocket()
  const unknown = { name: 'ResolveError', hostname: 'unknown-host.invalid' }
  await assert.rejects(socket.connect({ host: 'unknown-host.invalid', port: 1 }), unknown)
  assert.ok(!socket.closed)
  socket.close()
  await assert.rejects(resolveAsync('unknown-host.invalid'), unknown)
})

test('AsyncSocket.connect: by path, rejects, connects, and waits for room in a full backlog', async () => {
  const path = join(temporaryFolder(), 'socket')
  const socket = new AsyncSocket(AF_UNIX)
  await assert.rejects(socket.connect({ path }), { code: 'ENOENT', message: `connect ENOENT ${path}`, path })
  using listener = createServer({ path })
  await socket.connect({ path })
  socket.close()
  assert.ok(listener.tryAccept())
  using full = fullUnixListener()
  const late = new AsyncSocket(AF_UNIX)
  const connected = late.connect(full.listener.getSockName() as { family: 'unix'; path: string })
  assert.ok(await isPending(connected))
  full.listener.accept().close()
  await connected
  late.close()
})

test('AsyncSocket.connections: yields connections until the listener is closed', async () => {
  const listener = asyncListener()
  const clients: AsyncSocket[] = []
  const received: string[] = []
  const serving = (async () => {
    for await (const connection of listener.connections()) {
      received.push(String(await connection.recv(10)))
      connection.close()
      if (received.length === 3) listener.close()
    }
  })()
  for (const name of ['one', 'two', 'three']) {
    const client = new AsyncSocket()
    clients.push(client)
    await client.connect(boundTo(listener)).catch(() => {})
    client.trySend(name)
    await client.recv(1)
  }
  await serving
  assert.deepEqual(received, ['one', 'two', 'three'])
  for (const client of clients) client.close()
})

test('AsyncSocket: iteration yields connections of a listener, and chunks of a stream', async () => {
  const listener = asyncListener()
  const client = await openConnection(boundTo(listener))
  for await (const connection of listener) {
    assert.ok(connection instanceof AsyncSocket)
    connection.trySend('a chunk')
    connection.close()
    break
  }
  const chunks: unknown[] = []
  for await (const chunk of client) chunks.push(chunk)
  assert.deepEqual(chunks, [Buffer.from('a chunk')])
  assert.ok(!listener.closed && !client.closed)
  const waiting = (async () => {
    for await (const connection of listener) assert.fail(String(connection))
  })()
  await turns()
  listener.close()
  await waiting
  client.close()
})

test('AsyncSocket.accept: an aborted accept loses no connection', async () => {
  const listener = asyncListener()
  const controller = new AbortController()
  const aborted = listener.accept({ signal: controller.signal })
  const client = new Socket()
  client.connect(boundTo(listener))
  controller.abort()
  await assert.rejects(aborted, { name: 'AbortError' })
  const connection = await listener.accept()
  assert.deepEqual(connection.peerAddress, client.getSockName())
  for (const each of [listener, client, connection]) each.close()
})

test('Socket.toAsync and AsyncSocket.toBlocking: move descriptor, timeout and buffered bytes', async () => {
  const [a, b] = tcpPair()
  a.setTimeout(1234)
  b.sendAll('one\ntwo\nthree\nfour\n')
  assert.equal(a.reader().readLine(), 'one')
  const { fd } = a
  const awaited = a.toAsync()
  assert.throws(() => a.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  assert.deepEqual([awaited.fd, awaited.timeout, awaited.closed], [fd, 1234, false])
  assert.equal(await awaited.reader().readLine(), 'two')
  await assert.rejects(awaited.recv(1), { code: 'ERR_READER_HOLDS_DATA' })
  const back = awaited.toBlocking()
  await assert.rejects(awaited.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  assert.throws(() => awaited.reader(), { code: 'ERR_SOCKET_DETACHED' })
  assert.deepEqual([back.fd, back.timeout], [fd, 1234])
  assert.equal(back.reader().readLine(), 'three')
  assert.equal(back.reader().takeBuffered().toString(), 'four\n')
  const again = back.toAsync()
  b.sendAll('five')
  assert.equal(String(await again.recv(10)), 'five')
  again.close()
  b.close()
})

test('Socket.toAsync: keeps the peer address, and continues a connect in progress', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = { host: '127.0.0.1', port: portOf(listener) }
  const client = new Socket()
  client.setBlocking(false)
  client.connectEx(address)
  const awaited = client.toAsync()
  assert.equal(awaited.timeout, 0)
  awaited.setTimeout(null)
  await awaited.connect(address)
  const connection = listener.accept().toAsync()
  assert.deepEqual(connection.peerAddress, awaited.getSockName())
  assert.deepEqual(connection.toBlocking().peerAddress, awaited.getSockName())
  // A log line about the object that was given away needs it still.
  assert.deepEqual(connection.peerAddress, awaited.getSockName())
  awaited.close()
})

test('openConnection: connects by name, address and path, and rejects what it cannot connect to', async () => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using local = createServer({ path })
  const port = portOf(listener)
  for (const target of [{ host: 'localhost', port }, { host: '127.0.0.1', port }, { path }]) {
    const socket = await openConnection(target, { timeout: 5000 })
    assert.equal(socket.timeout, 5000)
    const connection = ('path' in target ? local : listener).accept().toAsync()
    await socket.sendAll('hello')
    assert.equal(String(await connection.recv(10)), 'hello')
    socket.close()
    connection.close()
  }
  const dead = deadPort()
  await assert.rejects(openConnection({ host: '127.0.0.1', port: dead }), {
    code: 'ECONNREFUSED',
    message: `connect ECONNREFUSED 127.0.0.1:${dead}`,
  })
  await assert.rejects(openConnection({ path: `${path}-gone` }), { code: 'ENOENT' })
  await assert.rejects(openConnection({ host: '127.0.0.1', port }, { signal: AbortSignal.abort() }), {
    name: 'AbortError',
  })
  await assert.rejects(openConnection({ host: 'localhost', port: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(openConnection(5 as unknown as { path: string }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('AsyncSocket.recv: rejects with ECONNRESET when the peer resets', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(10)
  assert.ok(await isPending(received))
  b.trySend('x')
  assert.equal(String(await received), 'x')
  a.trySend('never read')
  const next = a.recv(10)
  assert.ok(await isPending(next))
  b.close()
  await assert.rejects(next, { code: 'ECONNRESET', syscall: 'recv' })
  a.close()
})

/** Scenarios of test/fixtures/async/open-to-many-addresses, and the addresses that the name resolves to. */
const names: [scenario: string, title: string, addresses: string[]][] = [
  ['first does not reply', 'connects to the second when the first does not reply', ['127.0.0.2', '127.0.0.3']],
  ['first two refuse', 'connects to the next one when one refuses', ['127.0.0.2', '127.0.0.4', '127.0.0.3']],
  ['all refuse', 'rejects when all refuse', ['127.0.0.2', '127.0.0.3', '::1']],
  ['none replies', 'one deadline spans all attempts', ['127.0.0.2', '127.0.0.3']],
  ['cancelled', 'an abort ends all attempts', ['127.0.0.2', '127.0.0.3']],
  ['no address', 'rejects when the name has no address', []],
]

for (const [scenario, title, addresses] of names) {
  test(`openConnection, several addresses: ${title}`, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture('async/open-to-many-addresses'), [scenario], { env: slowResolver(0, addresses) })
  })
}

// Scenarios of test/fixtures/async/slow-lookups. The lookup is short where the scenario waits for its end.
const lookups: [scenario: string, title: string, ms: number][] = [
  ['connect', 'AsyncSocket.connect: waits for a slow lookup', 1000],
  ['resolve', 'resolveAsync: waits for a slow lookup', 200],
  ['cancelled', 'AsyncSocket.connect: an abort ends the wait for a slow lookup', 5000],
  ['closed', 'AsyncSocket.connect: close ends the wait for a slow lookup', 5000],
  ['timed out', 'AsyncSocket.connect: a timeout ends the wait for a slow lookup', 1000],
  ['recv during connect', 'AsyncSocket.recv: waits for a slow lookup of connect', 200],
]

for (const [scenario, title, ms] of lookups) {
  test(title, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture('async/slow-lookups'), [scenario], { env: slowResolver(ms) })
  })
}

test('AsyncSocket.connect: a getter that closes the socket takes readiness from no other socket', async () => {
  const listener = asyncListener()
  const { host, port } = boundTo(listener)
  for (let closesAt = 1, isClosed = true; isClosed; closesAt++) {
    const socket = new AsyncSocket()
    let next: [AsyncSocket, AsyncSocket] | undefined
    let received: Promise<Buffer | null> | undefined
    let reads = 0
    const address = {
      host,
      get port(): number {
        if (++reads === closesAt) {
          socket.close()
          next = AsyncSocket.pair()
          received = next[0].recv(10)
        }
        return port
      },
    }
    const connected = socket.connect(address)
    isClosed = await connected.then(
      () => false,
      (error: SocketError) => error.code === 'ERR_SOCKET_CLOSED',
    )
    if (next !== undefined) {
      await next[1].send('hello')
      assert.ok(!(await isPending(received!)), `read ${closesAt} of the port`)
      assert.equal(String(await received), 'hello')
      for (const other of next) other.close()
    }
    socket.close()
  }
  listener.close()
})
