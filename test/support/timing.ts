// Time: how long something took, how much of a processor it used, and conditions that hold after a while.

import assert from 'node:assert/strict'
import { rejection } from './promises.js'

export interface Cost {
  /** Milliseconds that passed. */
  readonly elapsed: number
  /** Milliseconds of processor time that the whole process used meanwhile. */
  readonly cpu: number
}

/**
 * The share of one processor that a wait may use at most: a spin has a fifth even beside eight other processes on two cores,
 * a wait under a sanitizer a twentieth.
 */
export const MAX_CPU_SHARE = 1 / 10

/** How much later than expected an operation may end: other programs use the processor as well. */
const MAX_DELAY_MS = { blocking: 2000, awaited: 5000 }

/** The milliseconds that `act` takes. */
export function elapsed(act: () => unknown): number {
  const start = performance.now()
  act()
  return performance.now() - start
}

/** What `act` costs. */
export function costOf(act: () => unknown): Cost {
  const before = process.cpuUsage()
  const took = elapsed(act)
  const { user, system } = process.cpuUsage(before)
  return { elapsed: took, cpu: (user + system) / 1000 }
}

/** Expects a wait of `act` to use next to nothing of a processor. */
export function sleepsThrough(act: () => unknown): void {
  const { elapsed, cpu } = costOf(act)
  assert.ok(cpu < elapsed * MAX_CPU_SHARE, `${cpu} ms of processor time in ${elapsed} ms of waiting`)
}

/** Expects `act` to throw after at least `ms`, and returns the error. */
export function failsAfter(ms: number, act: () => unknown, expected: object): Error {
  let thrown: unknown
  const took = elapsed(() =>
    assert.throws(act, (error) => {
      thrown = error
      return true
    }),
  )
  assertFailedAfter(ms, took, MAX_DELAY_MS.blocking, thrown, expected)
  return thrown as Error
}

/** Expects `act` to reject after at least `ms`. */
export async function rejectsAfter(ms: number, act: () => Promise<unknown>, expected: object): Promise<void> {
  const start = performance.now()
  const error = await rejection(act())
  assertFailedAfter(ms, performance.now() - start, MAX_DELAY_MS.awaited, error, expected)
}

function assertFailedAfter(ms: number, took: number, maxDelay: number, error: unknown, expected: object): void {
  assert.throws(() => {
    throw error
  }, expected)
  assert.ok(took >= ms, `it ended after ${took} ms, which is less than ${ms} ms`)
  assert.ok(took < ms + maxDelay, `it ended only after ${took} ms`)
}

/** Waits until a condition holds that no event announces. */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms
  while (!holds()) {
    assert.ok(performance.now() < deadline, `${what}: not within ${ms} ms`)
    await new Promise((next) => setTimeout(next, 1))
  }
}
