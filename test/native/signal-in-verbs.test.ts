// A signal with a listener ends a wait of the main thread in every verb, and the listener runs at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockingVerbNames } from '../support/blocking-verbs.js'
import { Child, fixture } from '../support/child.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'
import { asleep, noThreadStates } from '../support/threads.js'

const ROUNDS = 3

interface Interruption {
  readonly name: string
  readonly code: string
  readonly signal: string
  readonly reason: string
  readonly early: boolean
  readonly heardAt: string
}

/** Sends the signal when the child's main thread sleeps; returns the outcome, and after how many milliseconds. */
async function interrupt(child: Child, signal: NodeJS.Signals): Promise<Interruption & { after: number }> {
  const { thread } = JSON.parse(await child.line()) as { thread: string }
  await asleep(thread)
  const sentAt = process.hrtime.bigint()
  child.signal(signal)
  const interruption = JSON.parse(await child.line()) as Interruption
  return { ...interruption, after: Number(BigInt(interruption.heardAt) - sentAt) / 1e6 }
}

for (const [index, verb] of blockingVerbNames.entries()) {
  const signal = index % 2 === 0 ? 'SIGINT' : 'SIGUSR2'
  const skip = noThreadStates || (verb === 'resolve' && slowResolverMissing())
  test(`${verb}: ${signal} ends the wait`, { skip }, async (context) => {
    const env = verb === 'resolve' ? slowResolver(20_000) : {}
    const child = new Child(context, fixture('native/interrupted-verb'), [verb, signal, String(ROUNDS)], { env })
    const times: number[] = []
    for (let count = 0; count < ROUNDS; count++) {
      const { name, code, reason, signal: by, early, after } = await interrupt(child, signal)
      assert.deepEqual(
        { name, code, reason, by },
        { name: 'InterruptedError', code: 'EINTR', reason: 'signal', by: signal },
      )
      assert.equal(early, false, 'the listener runs when the stack has unwound')
      times.push(after)
    }
    // Another program may use the processor in one round, but not in each.
    assert.ok(Math.min(...times) < 50, `the listener ran after ${times} ms`)
  })
}
