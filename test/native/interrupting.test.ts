// A signal with a listener ends every wait of the main thread, and the listener runs at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asleep, unseeable } from '../support/asleep.js'
import { blockerNames } from '../support/blocking-verbs.js'
import { environment, type RunningProgram, startProgram } from '../support/programs.js'
import { slowResolver, slowResolverMissing } from '../support/slow-resolver.js'

const ROUNDS = 3

interface Interruption {
  readonly name: string
  readonly code: string
  readonly signal: string
  readonly reason: string
  readonly early: boolean
  readonly heardAt: string
}

/** One round: when the child stands still, the signal. What came of it, and after how many milliseconds. */
async function round(program: RunningProgram, signal: NodeJS.Signals): Promise<Interruption & { after: number }> {
  const { thread } = JSON.parse((await program.line())!) as { thread: string }
  await asleep(thread)
  const sentAt = process.hrtime.bigint()
  program.child.kill(signal)
  const told = JSON.parse((await program.line())!) as Interruption
  return { ...told, after: Number(BigInt(told.heardAt) - sentAt) / 1e6 }
}

for (const [index, verb] of blockerNames.entries()) {
  const signal = index % 2 === 0 ? 'SIGINT' : 'SIGUSR2'
  const skip = unseeable || (verb === 'resolve' && slowResolverMissing())
  test(`${signal} while it stands in: ${verb}`, { skip }, async () => {
    const env = verb === 'resolve' ? slowResolver(20_000) : environment({})
    using program = startProgram('native/interrupted-verb', [verb, signal, String(ROUNDS)], { env })
    const times: number[] = []
    for (let count = 0; count < ROUNDS; count++) {
      const { name, code, reason, signal: by, early, after } = await round(program, signal)
      assert.deepEqual(
        { name, code, reason, by },
        { name: 'InterruptedError', code: 'EINTR', reason: 'signal', by: signal },
      )
      assert.equal(early, false, 'the listener runs when the stack has unwound')
      times.push(after)
    }
    // Another program may take the processor once; not each time.
    assert.ok(Math.min(...times) < 50, `the listener ran after ${times} ms`)
  })
}
