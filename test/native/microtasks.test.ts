// No microtask, tick or timer runs during a wait, although the look whether JavaScript may still run calls an empty
// function. That call can run what a debugger evaluates, and nothing else: see core-evaluated.test.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MSG_ZEROCOPY, Socket, SocketTimeoutError } from 'berkeley'

test('no microtask and no tick runs while a verb waits', async () => {
  const [a, b] = Socket.pair()
  const ran: string[] = []
  const promised = Promise.resolve().then(() => ran.push('microtask'))
  process.nextTick(() => ran.push('tick'))
  // Longer than it takes to look several times.
  assert.throws(() => a.recv(1, { timeout: 350 }), SocketTimeoutError)
  assert.deepEqual(ran, [])
  await promised
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(ran.sort(), ['microtask', 'tick'])
  a.close()
  b.close()
})

test('what the kernel reads after the call is never a string of ours', { skip: MSG_ZEROCOPY < 0 }, () => {
  const [a, b] = Socket.pair()
  assert.throws(() => a.send('text', { flags: MSG_ZEROCOPY }), { code: 'ERR_INVALID_ARG_TYPE' })
  a.close()
  b.close()
})
