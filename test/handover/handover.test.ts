// handOver: sockets for a child process, and a restart that passes the listener on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'
import { handOver } from '../../src/handover/handover.js'
import { Socket } from '../../src/socket/socket.js'
import { Child, fixture, succeeds } from '../support/child.js'

test('handOver: a process inherits a listener and the connections in its queue', async (context) => {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = listener.getSockName() as HostInput
  using waiting = createConnection(address, { timeout: 10_000 })
  const { stdio, env } = handOver({ 'the listener': listener })
  const descriptors = stdio.slice(3) as number[]
  const child = new Child(context, fixture('handover/greet-passed-sockets'), [], { descriptors, env })
  assert.deepEqual(JSON.parse(await child.line()), {
    sockets: [{ name: 'the listener', fd: 3, listening: true }],
    leftVariables: [],
  })
  listener.close()
  assert.equal(waiting.recv(100)?.toString(), 'hello from the listener')
  const { code, signal, stderr } = await child.ended()
  assert.deepEqual([code, signal], [0, null], stderr)
  assert.throws(() => createConnection(address, { timeout: 10_000 }), { code: 'ECONNREFUSED' })
})

test('handOver: returns descriptors for stdio, and variables that name them', () => {
  const [one, two] = Socket.pair()
  const { stdio, env } = handOver({ one, two })
  assert.deepEqual(stdio, ['inherit', 'inherit', 'inherit', one.fd, two.fd])
  assert.equal(env['LISTEN_FDS'], '2')
  assert.equal(env['LISTEN_FDNAMES'], 'one:two')
  assert.equal(env['LISTEN_PPID'], String(process.pid))
  assert.equal(env['PATH'], process.env['PATH'])
  one.close()
  two.close()
})

test('handOver: refuses malformed names, other values and closed sockets', () => {
  const [socket, peer] = Socket.pair()
  for (const name of ['', 'a:b', 'a\nb', 'ü', 'x'.repeat(256)]) {
    assert.throws(() => handOver({ [name]: socket }), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' })
  }
  assert.throws(() => handOver({ fd: 3 as never }), { code: 'ERR_INVALID_ARG_TYPE' })
  socket.close()
  peer.close()
  assert.throws(() => handOver({ socket }), { code: 'ERR_SOCKET_CLOSED' })
})

test('handOver: a restart under load refuses and resets no connection', async (context) => {
  const args = ['--requests', '2000', '--restarts', '1']
  const { load, restarts, names } = JSON.parse(await succeeds(context, 'bench/endurance/restart/restart.js', args))
  assert.deepEqual(load.failures, {})
  assert.ok(load.requests >= 2000)
  assert.equal(load.good, load.requests)
  assert.equal(restarts, 1)
  assert.deepEqual(names, ['web'])
})
