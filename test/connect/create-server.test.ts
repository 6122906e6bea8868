// createServer: bound and listening in one call.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AF_INET6,
  AF_UNIX,
  createConnection,
  createServer,
  errno,
  type Inet6Address,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { portOf, temporaryFolder } from '../support/pairs.js'

const noIpv6 = ((): string | false => {
  try {
    createServer({ host: '::1', port: 0 }).close()
    return false
  } catch (error) {
    return `no IPv6 here: ${(error as Error).message}`
  }
})()

test('it listens where it was told to, and node:net finds it', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  assert.deepEqual([listener.listening, listener.blocking], [true, true])
  const client = connect(portOf(listener), '127.0.0.1')
  await once(client, 'connect')
  using connection = listener.accept()
  connection.sendAll('hello')
  const [bytes] = (await once(client, 'data')) as [Buffer]
  assert.equal(bytes.toString(), 'hello')
  client.destroy()
})

test('a port without a host is told so', () => {
  const missing = { code: 'ERR_INVALID_ARG_TYPE', message: 'target.host is missing beside target.port' }
  assert.throws(() => createServer({ port: 0 } as never), missing)
  assert.throws(() => createConnection({ port: 1 } as never), missing)
})

test('a name and an empty host', () => {
  using named = createServer({ host: 'localhost', port: 0 })
  createConnection({ host: 'localhost', port: portOf(named) }).close()
  using every = createServer({ host: '', port: 0 })
  assert.deepEqual(every.getSockName(), { family: 'inet', host: '0.0.0.0', port: portOf(every) })
})

test('IPv6 alone, unless both are asked for', { skip: noIpv6 }, () => {
  using six = createServer({ host: '::', port: 0 })
  using client = new Socket()
  assert.equal(client.connectEx({ host: '127.0.0.1', port: portOf(six) }), errno.ECONNREFUSED)
  using both = createServer({ host: '', port: 0 }, { dualStack: true })
  assert.equal(both.family, AF_INET6)
  using old = createConnection({ host: '127.0.0.1', port: portOf(both) })
  using accepted = both.accept()
  const { host, port } = accepted.peerAddress as Inet6Address
  assert.deepEqual([host, port], ['::ffff:127.0.0.1', portOf(old)])
  createConnection({ host: '::1', port: portOf(both) }).close()
})

test('a port that a server has just left can be bound again', () => {
  const first = createServer({ host: '127.0.0.1', port: 0 })
  const target = { host: '127.0.0.1', port: portOf(first) }
  using client = createConnection(target)
  first.accept().close()
  first.close()
  using second = createServer(target)
  assert.equal(portOf(second), target.port)
  client.close()
})

test('a port that is in use cannot, unless both say so', () => {
  using first = createServer({ host: '127.0.0.1', port: 0 }, { reusePort: true })
  const target = { host: '127.0.0.1', port: portOf(first) }
  assert.throws(() => createServer(target), { code: 'EADDRINUSE' })
  using second = createServer(target, { reusePort: true })
  const clients = Array.from({ length: 64 }, () => createConnection(target))
  const counts = [first, second].map((listener) => {
    let count = 0
    for (let socket = listener.tryAccept(); socket !== undefined; socket = listener.tryAccept()) {
      socket.close()
      count++
    }
    return count
  })
  assert.equal(counts[0]! + counts[1]!, 64)
  assert.ok(
    counts.every((count) => count > 0),
    `${counts}`,
  )
  for (const client of clients) client.close()
})

test('the backlog is what was said', () => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ path }, { backlog: 3 })
  const clients = Array.from({ length: 6 }, () => {
    const client = new Socket(AF_UNIX)
    client.setBlocking(false)
    return client
  })
  const answers = clients.map((client) => client.connectEx({ path }))
  assert.deepEqual(answers, [0, 0, 0, 0, errno.EAGAIN, errno.EAGAIN])
  for (const client of clients) client.close()
  assert.equal(listener.listening, true)
})

test('a path in use says whether it can be helped', () => {
  const path = join(temporaryFolder(), 'socket')
  const listener = createServer({ path })
  const inUse = { name: 'SocketError', code: 'EADDRINUSE', syscall: 'bind', path }
  assert.throws(() => createServer({ path }), {
    ...inUse,
    message: /EADDRINUSE .*: another socket is bound to this path$/,
  })
  using full = createServer({ path: `${path}-full` }, { backlog: 0 })
  for (let count = 0; count < 2; count++) new Socket(AF_UNIX).tryConnect(full.getSockName())
  assert.throws(() => createServer({ path: `${path}-full` }), { message: /another socket is bound to this path$/ })
  using datagrams = new Socket(AF_UNIX, SOCK_DGRAM)
  datagrams.bind({ path: `${path}-datagrams` })
  assert.throws(() => createServer({ path: `${path}-datagrams` }), { message: /another socket is bound to this path$/ })
  listener.close()
  assert.ok(existsSync(path), 'the path outlives its server')
  assert.throws(() => createServer({ path }), {
    ...inUse,
    message: /a server that has ended left this file; unlink it first$/,
  })
})
