// How long something took, and what it cost.

import assert from 'node:assert/strict'

export interface Cost {
  /** Milliseconds that passed. */
  readonly elapsed: number
  /** Milliseconds of processor time that the whole process used meanwhile. */
  readonly cpu: number
}

/** The part of one processor that a wait may use at most. */
export const MOST_OF_A_PROCESSOR = 1 / 20

/** Runs `act` and tells its cost. */
export function costOf(act: () => unknown): Cost {
  const before = process.cpuUsage()
  const start = performance.now()
  act()
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { elapsed, cpu: (user + system) / 1000 }
}

/** Expects `act` to throw after at least `ms`, and answers the error. */
export function failsAfter(ms: number, act: () => unknown, expected: object): Error {
  const start = performance.now()
  let thrown: unknown
  assert.throws(act, (error) => {
    thrown = error
    return true
  })
  const elapsed = performance.now() - start
  assert.throws(() => {
    throw thrown
  }, expected)
  assert.ok(elapsed >= ms, `it ended after ${elapsed} ms, which is less than ${ms} ms`)
  assert.ok(elapsed < ms + 2000, `it ended after ${elapsed} ms only`)
  return thrown as Error
}

/** Expects a wait of `act` to use next to nothing of a processor. */
export function sleepsThrough(act: () => unknown): void {
  const { elapsed, cpu } = costOf(act)
  assert.ok(cpu < elapsed * MOST_OF_A_PROCESSOR, `${cpu} ms of processor time in ${elapsed} ms of waiting`)
}
