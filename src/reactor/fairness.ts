// Fairness among promises: a loop of verbs that are all done at once would never let the event loop turn. So after a
// share of work the next promise settles in the next turn.

import { AsyncResource } from 'node:async_hooks'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'

const MOST = 64
const LONGEST_MS = 1

/** Runs something when the event loop has turned. Not the global of this name: a test's mock of it would stop sockets. */
export const nextTurn = setImmediate

let settled = 0
let began = 0
const later: (() => void)[] = []
let isDue = false

/** Begins to count anew: the event loop has turned. */
export function beginTurn(): void {
  settled = 0
}

/** A promise of what is there already: settled now, or in the next turn where this one has had its share. */
export function inTurn<Value>(value: Value): Promise<Value> {
  if (mayGoOn()) return Promise.resolve(value)
  return new Promise((resolve) => defer(() => resolve(value)))
}

/** Whether more may be done in this turn; counts one. */
export function mayGoOn(): boolean {
  if (later.length > 0) return false
  if (settled++ === 0) {
    began = performance.now()
    return true
  }
  // The clock costs as much as a small transfer: not each time.
  return settled <= MOST && ((settled & 3) !== 0 || performance.now() - began < LONGEST_MS)
}

/** Runs something in the next turn, or in one after it where many wait. */
export function defer(run: () => void): void {
  later.push(run)
  comeBack()
}

function comeBack(): void {
  if (isDue) return
  isDue = true
  nextTurn(runLater)
}

/**
 * Makes a function run for nobody in particular: what many wait for must not be done in the asynchronous context of the
 * one who happened to come first, whose AsyncLocalStorage the handlers of all others would see.
 */
export function forNobody<Result>(run: () => Result): () => Result {
  return AsyncResource.bind(run, 'BERKELEY')
}

const runLater = forNobody(() => {
  isDue = false
  beginTurn()
  const end = performance.now() + LONGEST_MS
  // What they put off themselves is not of this turn.
  const share = Math.min(later.length, MOST)
  try {
    for (let count = 0; count < share && (count === 0 || performance.now() < end); count++) later.shift()!()
  } finally {
    // One that throws keeps the others from nothing.
    if (later.length > 0) comeBack()
  }
})
