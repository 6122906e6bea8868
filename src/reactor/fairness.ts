// Fairness: how much may be done in one turn of the event loop, and how much of it by one connection. Every number that
// decides it is here.
//
// A server's sockets share the event loop with timers, files and each other. So each turn has a budget of completions
// (an operation that proceeds, a promise settled, a connection accepted, another receive of a busy connection). When it is
// spent, the rest is done in the next turn.

import { AsyncResource } from 'node:async_hooks'
import { setImmediate } from 'node:timers'

/** How many completions one turn has; also how many ready sockets one call takes from the set. */
export const MAX_COMPLETIONS_PER_TURN = 64

/** A report of fewer ready sockets than these means that no more are ready by now. */
export const MANY_READY_SOCKETS = 8

/** How long the completions of one turn may take. */
const MAX_TURN_MS = 1

/** How many full buffers one connection receives in a row before others continue. */
export const MAX_RECEIVES_IN_A_ROW = 4

/** How much one receive takes: at first, and while full buffers arrive. */
export const RECEIVE_BYTES = 16384
export const MAX_RECEIVE_BYTES = 65536

/**
 * How much the next receive takes, after one of `asked` bytes that returned `received`. A message that does not fit into the
 * usual size would cost two receives, and its echo two sends.
 */
export function nextReceiveBytes(received: number, asked: number): number {
  return received === asked || received > RECEIVE_BYTES ? MAX_RECEIVE_BYTES : RECEIVE_BYTES
}

// Reading the clock costs as much as copying a small message: after quick completions it is read only every so many.
const QUICK_MS = 0.1
const COMPLETIONS_PER_CLOCK_READ = 4

/** Runs a function in the next turn. Imported, because a test's mock of the global would stop every socket. */
export const nextTurn = setImmediate

let spent = 0
let startedAt = 0
let clockReadAt = 0
let unclocked = 0

/** Renews the budget: a turn has begun, or the promises that it has settled run next. */
export function renewBudget(): void {
  spent = 0
}

/** Takes one completion out of the budget: false where it is spent. */
export function spend(): boolean {
  if (spent++ === 0) {
    startedAt = clockReadAt = performance.now()
    unclocked = 1
    return true
  }
  if (spent > MAX_COMPLETIONS_PER_TURN) return false
  if (--unclocked > 0) return true
  const now = performance.now()
  unclocked = now - clockReadAt < QUICK_MS ? COMPLETIONS_PER_CLOCK_READ : 1
  clockReadAt = now
  return now - startedAt < MAX_TURN_MS
}

const deferred: (() => void)[] = []
let isScheduled = false

/** Runs a function in the next turn, or in a later one where many are deferred. */
export function defer(run: () => void): void {
  deferred.push(run)
  schedule()
}

function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  nextTurn(runDeferred)
}

const runDeferred = withoutContext(() => {
  isScheduled = false
  renewBudget()
  // Functions that these defer themselves belong to a later turn.
  const due = deferred.length
  try {
    for (let count = 0; count < due && spend(); count++) deferred.shift()!()
  } finally {
    // One that throws must not stop the rest.
    if (deferred.length > 0) schedule()
  }
})

/** An operation that can proceed in a later turn. */
export interface Deferrable {
  /** Whether it will. */
  isDeferred: boolean
  proceed(): void
}

/** Lets an operation proceed in a later turn, once however often this is called. */
export function proceedLater(operation: Deferrable): void {
  if (operation.isDeferred) return
  operation.isDeferred = true
  defer(() => {
    operation.isDeferred = false
    operation.proceed()
  })
}

/**
 * A promise of a result that is there already: settled now, or in a later turn where this one's budget is spent. A loop
 * of verbs that never have to wait would otherwise keep the event loop from turning.
 */
export function settledFairly<Value>(value: Value): Promise<Value> {
  if (maySettle()) return Promise.resolve(value)
  return new Promise((resolve) => defer(() => resolve(value)))
}

/** Whether a promise may settle now; those that are deferred come first. */
export function maySettle(): boolean {
  return deferred.length === 0 && spend()
}

/**
 * Makes a function run outside of any asynchronous context. What many operations wait for must not run in the context of
 * the one that came first, whose AsyncLocalStorage the handlers of all others would see.
 */
export function withoutContext<Result>(run: () => Result): () => Result {
  return AsyncResource.bind(run, 'BERKELEY')
}
