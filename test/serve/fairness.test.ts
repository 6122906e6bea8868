// The fairness budget: a busy connection gets a bounded share of each turn of the event loop, and is deferred once.

import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { test } from 'node:test'
import { attach, type Connection } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { asyncPair, fill, tcpPair } from '../support/pairs.js'

let isTest = false

/** Schedules an immediate that `maxImmediates` does not count. */
function nextTurn(act: () => void): void {
  isTest = true
  setImmediate(act)
  isTest = false
}

/** Runs `run`; returns the largest number of immediates that the library had pending at once. */
async function maxImmediates(run: () => Promise<void>): Promise<number> {
  const pending = new Set<number>()
  let most = 0
  const hook = createHook({
    init(id, type) {
      if (type === 'Immediate' && !isTest) most = Math.max(most, pending.add(id).size)
    },
    before: (id) => void pending.delete(id),
  }).enable()
  try {
    await run()
  } finally {
    hook.disable()
  }
  return most
}

function busyFor(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('reactor: defers its remaining work by two immediates at most, however often the notifier fires', async () => {
  const pairs = Array.from({ length: 30 }, tcpPair)
  let calls = 0
  const connections = pairs.map(([inner]) => {
    return attach(inner, {
      data: () => {
        busyFor(1.5)
        calls++
        // More bytes arrive meanwhile, for which the notifier fires again.
        pairs[(calls * 7) % 30]![1].sendAll('x')
      },
    })
  })
  await turns()
  const most = await maxImmediates(async () => {
    for (const [, peer] of pairs) peer.sendAll('x')
    while (calls < 200) await new Promise<void>((resolve) => nextTurn(resolve))
  })
  for (const connection of connections) connection.close()
  for (const [, peer] of pairs) peer.close()
  // One of the reactor or its notifier, one for promises and deferred work.
  assert.ok(most > 0 && most <= 2, `${most}`)
})

test('Connection.resume: a thousand calls within a turn defer the connection once', async () => {
  const [inner, peer] = tcpPair()
  const [a, b] = asyncPair()
  let connection: Connection | undefined
  let paused = false
  connection = attach(inner, {
    data: () => {
      if (paused) return
      paused = true
      for (let count = 0; count < 1000; count++) {
        connection!.pause()
        connection!.resume()
      }
    },
  })
  fill(peer)
  while (!paused) await turns(1)
  b.trySend('x')
  const received = a.recv(1).then(() => true)
  let waited = 0
  while (!(await Promise.race([received, new Promise<false>((resolve) => nextTurn(() => resolve(false)))]))) waited++
  // A thousand deferrals would take sixteen turns of 64.
  assert.ok(waited < 8, `${waited} turns`)
  for (const each of [connection, peer, a, b]) each.close()
})

test('reactor: a connection whose peer never stops sending gets a bounded share of each turn', async () => {
  const [inner, peer] = tcpPair()
  let [received, calls, most] = [0, 0, 0]
  const connection = attach(inner, {
    data: (_, bytes) => {
      received += bytes.length
      calls++
      // Each call makes the notifier fire once more.
      fill(peer)
    },
  })
  fill(peer)
  while (received < 64 << 20) {
    calls = 0
    await new Promise<void>((resolve) => nextTurn(resolve))
    most = Math.max(most, calls)
  }
  for (const each of [connection, peer]) each.close()
  // Four rounds from readiness, and four from deferred work.
  assert.ok(most <= 8, `${most} in a turn`)
})
