// createServer: binds and listens in one call.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
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
import { temporaryFolder } from '../support/folders.js'
import { inet6Missing, portOf } from '../support/listeners.js'

test('createServer: listens at the address, where node:net connects', async () => {
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

test('createServer, createConnection: a port without a host is refused', () => {
  const missing = {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /^target\.host is missing: '127\.0\.0\.1' is this machine/,
  }
  assert.throws(() => createServer({ port: 0 } as never), missing)
  assert.throws(() => createConnection({ port: 1 } as never), missing)
})

test('createServer: takes a name and an empty host', () => {
  using named = createServer({ host: 'localhost', port: 0 })
  createConnection({ host: 'localhost', port: portOf(named) }).close()
  using every = createServer({ host: '', port: 0 })
  assert.deepEqual(every.getSockName(), { family: 'inet', host: '0.0.0.0', port: portOf(every) })
})

test('createServer: IPv6 only, unless dualStack is set', { skip: inet6Missing() }, () => {
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

test('createServer: a port can be bound again right after its server has closed', () => {
  const first = createServer({ host: '127.0.0.1', port: 0 })
  const target = { host: '127.0.0.1', port: portOf(first) }
  using client = createConnection(target)
  first.accept().close()
  first.close()
  using second = createServer(target)
  assert.equal(portOf(second), target.port)
  client.close()
})

test('createServer: a port in use is refused, unless both set reusePort', () => {
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

test('createServer: the backlog limits waiting connections', () => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ path }, { backlog: 3 })
  const clients = Array.from({ length: 6 }, () => {
    const client = new Socket(AF_UNIX)
    client.setBlocking(false)
    return client
  })
  const results = clients.map((client) => client.connectEx({ path }))
  assert.deepEqual(results, [0, 0, 0, 0, errno.EAGAIN, errno.EAGAIN])
  for (const client of clients) client.close()
  assert.equal(listener.listening, true)
})

test('listen: Linux takes a negative backlog for its most', { skip: process.platform !== 'linux' }, () => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ path }, { backlog: -1 })
  const clients = Array.from({ length: 100 }, () => {
    const client = new Socket(AF_UNIX)
    assert.equal(client.tryConnect({ path }), true)
    return client
  })
  listener.listen(-1)
  for (const client of clients) client.close()
})

test('createServer: the error for a path in use says whether it may be unlinked', () => {
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
    message: /a server that has ended left this file; unlink it first, or set removeStale$/,
  })
})

test('createServer: the error for a path of a file does not advise to unlink it', () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, 'precious')
  assert.throws(() => createServer({ path }), /this file is not a socket$/)
})

test('createServer: reusePort and dualStack are refused for a path, where they would have no effect', () => {
  for (const name of ['reusePort', 'dualStack'] as const) {
    const target = { path: join(temporaryFolder(), 'socket') }
    const expected = { code: 'ERR_INVALID_ARG_VALUE', message: `options.${name} needs a target with a host and a port` }
    assert.throws(() => createServer(target, { [name]: true }), expected)
    createServer(target, { [name]: false }).close()
  }
})
