// The addon in an environment that is not quiet: loaded and unloaded, in many threads, called wrongly.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Socket } from 'berkeley'
import { runProgram } from '../support/programs.js'

test('workers load and unload the addon, one after the other and twenty at once', () => {
  const run = runProgram('native/load-addon-in-workers')
  assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
})

test('functions of the addon that are called wrongly refuse', () => {
  const run = runProgram('native/misuse-addon')
  assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
})

// Test runners do so, which reset their registry of modules: the addon, though, is loaded once in a process.
test('modules that are evaluated again find the addon begun', async () => {
  const again = (await import(
    `${new URL('../../src/native/addon.js', import.meta.url)}?again`
  )) as typeof import('../../src/native/addon.js')
  const fd = again.native.socket(2, 1, 0)
  assert.ok(fd > 2)
  assert.equal(again.native.close(fd, false, false, 0), 0)
  const [a, b] = Socket.pair()
  a.send('x')
  assert.equal(b.recv(1)!.toString(), 'x')
  a.close()
  b.close()
})

// A wait looks now and then whether it may go on, by a call into JavaScript: nothing else may come in by that door.
test('while a call waits, neither a microtask nor a tick nor a timer runs', async () => {
  const [a, b] = Socket.pair()
  const ran: string[] = []
  queueMicrotask(() => ran.push('microtask'))
  process.nextTick(() => ran.push('tick'))
  const timer = new Promise<void>((resolve) =>
    setTimeout(() => {
      ran.push('timer')
      resolve()
    }, 1),
  )
  assert.throws(() => a.recv(1, { timeout: 350 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.deepEqual(ran, [])
  await timer
  assert.deepEqual(ran.toSorted(), ['microtask', 'tick', 'timer'])
  a.close()
  b.close()
})

test('a call inside a getter of another call’s arguments disturbs neither', () => {
  const [a, b] = Socket.pair()
  const [c, d] = Socket.pair()
  c.send('inner')
  const options = {
    get flags() {
      assert.equal(d.recv(100)!.toString(), 'inner')
      return 0
    },
  }
  a.send('outer', options as object)
  assert.equal(b.recv(100)!.toString(), 'outer')
  a.send('outer')
  c.send('inner')
  assert.equal(b.recv(100, options as object)!.toString(), 'outer')
  using server = new Socket()
  server.bind({
    host: '127.0.0.1',
    get port() {
      c.send('inner')
      assert.equal(d.recvFrom(100).data.toString(), 'inner')
      return 0
    },
  })
  assert.equal((server.getSockName() as { host: string }).host, '127.0.0.1')
  for (const socket of [a, b, c, d]) socket.close()
})
