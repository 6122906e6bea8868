import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'

import { handOver } from '../../src/handover/handover.js'
import { Socket } from '../../src/socket/socket.js'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

test('a process inherits a listener, and connections that wait there', async () => {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = listener.getSockName() as HostInput
  using waiting = createConnection(address, { timeout: 10_000 })
  const { stdio, env } = handOver({ 'the listener': listener })
  const [, , , ...sockets] = stdio
  const child = spawn(process.execPath, [path('../fixtures/handover/greet-passed-sockets.js')], {
    stdio: ['ignore', 'pipe', 'inherit', ...sockets],
    env,
  })
  const closed = once(child, 'close')
  const [line] = await once(child.stdout!, 'data')
  assert.deepEqual(JSON.parse(String(line)), {
    facts: [{ name: 'the listener', fd: 3, listening: true }],
    left: [],
  })
  listener.close()
  assert.equal(waiting.recv(100)?.toString(), 'hello from the listener')
  assert.deepEqual(await closed, [0, null])
  assert.throws(() => createConnection(address, { timeout: 10_000 }), { code: 'ECONNREFUSED' })
})

test('what a process is to inherit is named and told by its parent', () => {
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

test('what cannot be handed over is told at once', () => {
  const [socket, peer] = Socket.pair()
  for (const name of ['', 'a:b', 'a\nb', 'ü', 'x'.repeat(256)]) {
    assert.throws(() => handOver({ [name]: socket }), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' })
  }
  assert.throws(() => handOver({ fd: 3 as never }), { code: 'ERR_INVALID_ARG_TYPE' })
  socket.close()
  peer.close()
  assert.throws(() => handOver({ socket }), { code: 'ERR_SOCKET_CLOSED' })
})

test('a restart under load refuses and resets no connection', async () => {
  const program = path('../../bench/serving/restart.js')
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--requests', '2000', '--restarts', '1'])
  const { load, restarts, names } = JSON.parse(stdout)
  assert.deepEqual(load.failures, {})
  assert.ok(load.requests >= 2000)
  assert.equal(load.good, load.requests)
  assert.equal(restarts, 1)
  assert.deepEqual(names, ['web'])
})
