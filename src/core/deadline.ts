// How long an operation may take: milliseconds or a deadline, from the caller's words to the addon's number.

import { misuse } from './errors.js'
import { checkOptions } from './validate.js'

/** How long one call may wait; without either, the socket's own mode decides. */
export interface WaitOptions {
  /** Milliseconds, fractions allowed; `null` or `Infinity` wait for ever, 0 never waits. Overrides the socket's mode. */
  readonly timeout?: number | null
  /** A time on the `performance.now()` clock, so that one limit can span many calls. */
  readonly deadline?: number
}

/** The addon's number for "wait for ever". */
export const FOREVER = -1

/** What the runtime's timers can count: almost 25 days. */
export const MAX_TIMER_MS = 0x7fffffff

// A deadline that has passed still is a timeout and not a non-blocking call: the least that the addon can wait.
const AT_ONCE = 1e-6

/** The addon's number for a timeout in milliseconds. */
export function timeoutNumber(ms: number | null, name = 'timeout'): number {
  if (ms === null || ms === Number.POSITIVE_INFINITY) return FOREVER
  if (typeof ms !== 'number') {
    throw misuse(
      TypeError,
      'ERR_INVALID_ARG_TYPE',
      `${name} must be a number of milliseconds or null, not ${typeof ms}`,
    )
  }
  if (!(ms >= 0)) throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `${name} must be >= 0 milliseconds, not ${ms}`)
  return ms
}

/** How long one call may wait, as the addon's number: what `options` say, or else the `mode`. */
export function timeoutOf(options: WaitOptions | undefined, mode: number): number {
  if (options === undefined) return mode
  checkOptions(options)
  const { timeout, deadline } = options
  if (timeout === undefined && deadline === undefined) return mode
  const limit = timeout === undefined ? FOREVER : timeoutNumber(timeout)
  if (deadline === undefined) return limit
  const left = untilDeadline(deadline)
  return limit === FOREVER ? left : Math.min(limit, left)
}

function untilDeadline(deadline: number): number {
  if (typeof deadline !== 'number' || Number.isNaN(deadline)) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'deadline must be a time of performance.now()')
  }
  return deadline === Number.POSITIVE_INFINITY ? FOREVER : Math.max(deadline - performance.now(), AT_ONCE)
}

/** One limit for an operation of many calls. */
export class Deadline {
  readonly #timeout: number
  readonly #end: number
  #begun = false

  /** @param timeout the addon's number, as `timeoutOf` gives it */
  constructor(timeout: number) {
    this.#timeout = timeout
    this.#end = timeout > 0 ? performance.now() + timeout : 0
  }

  /** What is left, as the addon's number. */
  get left(): number {
    return this.#timeout > 0 ? Math.max(this.#end - performance.now(), AT_ONCE) : this.#timeout
  }

  /** What is left, as options have it. */
  get timeout(): number | null {
    const { left } = this
    return left === FOREVER ? null : left
  }

  /** Whether the time has run out; a limit of 0 never waits, and so never runs out. */
  get over(): boolean {
    return this.#timeout > 0 && performance.now() >= this.#end
  }

  /** Whether one more call may be made. The first may always: what is ready is given, however late it is asked for. */
  goOn(): boolean {
    const first = !this.#begun
    this.#begun = true
    return first || !this.over
  }
}

/**
 * Calls back after so many milliseconds, and not before: a timer of the runtime's may fire a little early, and has a
 * longest time.
 * @returns what cancels it
 */
export function after(ms: number, act: () => void): () => void {
  const end = performance.now() + ms
  let timer: NodeJS.Timeout
  const wait = (left: number): void => {
    timer = setTimeout(
      () => {
        const rest = end - performance.now()
        if (rest > 0) wait(rest)
        else act()
      },
      Math.min(Math.ceil(left), MAX_TIMER_MS),
    )
  }
  wait(ms)
  return () => clearTimeout(timer)
}
