// Awaited connecting and accepting, and a socket that passes from one kind to the other.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { AF_UNIX, AsyncSocket, createServer, openConnection, resolveAsync, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { asyncListener, boundTo, deadPort, fullUnixListener, portOf } from '../support/listeners.js'
import { asyncPair, tcpPair } from '../support/pairs.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

test('to who listens, by number and by name', async () => {
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

test('to nobody: the error says where to', async () => {
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

test('a name that is none', async () => {
  const socket = new AsyncSocket()
  const unknown = { name: 'ResolveError', hostname: 'nobody.invalid' }
  await assert.rejects(socket.connect({ host: 'nobody.invalid', port: 1 }), unknown)
  assert.ok(!socket.closed)
  socket.close()
  await assert.rejects(resolveAsync('nobody.invalid'), unknown)
})

test('by path: nobody, somebody, and a backlog that is full until it is not', async () => {
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

test('accepting goes on until the listener is closed', async () => {
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

test('iteration gives connections of a listener, and chunks of a stream', async () => {
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

test('an accept that is given up loses no connection', async () => {
  const listener = asyncListener()
  const controller = new AbortController()
  const given = listener.accept({ signal: controller.signal })
  const client = new Socket()
  client.connect(boundTo(listener))
  controller.abort()
  await assert.rejects(given, { name: 'AbortError' })
  const connection = await listener.accept()
  assert.deepEqual(connection.peerAddress, client.getSockName())
  for (const each of [listener, client, connection]) each.close()
})

test('toAsync and toBlocking take everything with them', async () => {
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

test('an accepted socket keeps its peer, and a connect under way goes on', async () => {
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
  awaited.close()
})

test('openConnection: by name, by path, and to nobody', async () => {
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

test('a peer that resets is told by the code', async () => {
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

const names: [string, string[]][] = [
  ['first does not reply', ['127.0.0.2', '127.0.0.3']],
  ['first two refuse', ['127.0.0.2', '127.0.0.4', '127.0.0.3']],
  ['all refuse', ['127.0.0.2', '127.0.0.3', '::1']],
  ['none replies', ['127.0.0.2', '127.0.0.3']],
  ['cancelled', ['127.0.0.2', '127.0.0.3']],
  ['no address', []],
]

for (const [scenario, addresses] of names) {
  test(`a name of several addresses: ${scenario}`, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture('async/open-to-many-addresses'), [scenario], { env: slowResolver(0, addresses) })
  })
}

// Those that are waited for to their end take less time than those that are not.
const lookups: [scenario: string, ms: number][] = [
  ['connect', 200],
  ['resolve', 200],
  ['cancelled', 5000],
  ['closed', 5000],
  ['timed out', 1000],
  ['recv during connect', 200],
]

for (const [scenario, ms] of lookups) {
  test(`a slow lookup: ${scenario}`, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture('async/slow-lookups'), [scenario], { env: slowResolver(ms) })
  })
}
