// Whoever has much to do takes no more than a share of each turn, and does not queue for it twice.

import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { test } from 'node:test'
import { attach, type Connection } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { asyncPair, fill, tcpPair } from '../support/pairs.js'

let areOurs = false

/** A turn of the event loop, which `mostImmediates` does not count. */
function nextTurn(act: () => void): void {
  areOurs = true
  setImmediate(act)
  areOurs = false
}

/** Runs something, and tells how many callbacks for the next turn the library had asked for at once. */
async function mostImmediates(run: () => Promise<void>): Promise<number> {
  const pending = new Set<number>()
  let most = 0
  const hook = createHook({
    init(id, type) {
      if (type === 'Immediate' && !areOurs) most = Math.max(most, pending.add(id).size)
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

test('what a turn leaves over is asked for once, however often the bell rings', async () => {
  const pairs = Array.from({ length: 30 }, tcpPair)
  let told = 0
  const connections = pairs.map(([inner]) => {
    return attach(inner, {
      data: () => {
        busyFor(1.5)
        told++
        // Meanwhile more comes, for which the bell rings.
        pairs[(told * 7) % 30]![1].sendAll('x')
      },
    })
  })
  await turns()
  const most = await mostImmediates(async () => {
    for (const [, peer] of pairs) peer.sendAll('x')
    while (told < 200) await new Promise<void>((resolve) => nextTurn(resolve))
  })
  for (const connection of connections) connection.close()
  for (const [, peer] of pairs) peer.close()
  // One of the reactor's or of its bell, one for promises and what is put off.
  assert.ok(most > 0 && most <= 2, `${most}`)
})

test('to be paused and go on a thousand times is to go on once', async () => {
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
  // A thousand would be sixteen turns of 64.
  assert.ok(waited < 8, `${waited} turns`)
  for (const each of [connection, peer, a, b]) each.close()
})

test('a connection whose peer never stops sending has a share of each turn, that does not grow', async () => {
  const [inner, peer] = tcpPair()
  let [received, calls, most] = [0, 0, 0]
  const connection = attach(inner, {
    data: (_, bytes) => {
      received += bytes.length
      calls++
      // Each time the bell is to ring for it once more.
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
  // So many by the reactor, and so many that it had put off.
  assert.ok(most <= 8, `${most} in a turn`)
})
