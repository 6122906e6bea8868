// How long an operation may take. Callers give milliseconds or a deadline; the addon takes one number of milliseconds,
// -1 for ever and 0 for not at all.

import { deadlinePassed, type ErrorTarget } from './errors.js'
import type { Names } from './option-names.js'
import { checkedOptions, mustBe, outOfRange, wrongType } from './validate.js'

/** How long one call may wait; without either member the socket's own mode decides. */
export interface WaitOptions {
  /**
   * Milliseconds, fractions allowed; `null` or `Infinity` wait for ever, 0 never waits. Overrides the socket's mode.
   */
  readonly timeout?: number | null
  /**
   * A time on the `performance.now()` clock, so that one limit can span many calls: a call that begins after it throws at
   * once, and does nothing.
   */
  readonly deadline?: number
}

export const WAIT_OPTIONS: Names<WaitOptions> = { timeout: true, deadline: true }

/** The addon's number for "wait for ever". */
export const FOREVER = -1

/** The longest delay that the runtime's timers can count: almost 25 days. */
export const MAX_TIMER_MS = 0x7fffffff

// The end of an operation's time is a timeout and not a non-blocking call: this is the shortest wait that the addon can make.
const MIN_WAIT_MS = 1e-6

/**
 * Turns a timeout in milliseconds, or null for none, into the addon's number.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is neither a number nor null
 * @throws RangeError `ERR_OUT_OF_RANGE` when it is negative or NaN
 */
export function checkedTimeout(ms: number | null, name = 'timeout'): number {
  if (ms === null || ms === Number.POSITIVE_INFINITY) return FOREVER
  if (typeof ms !== 'number') throw wrongType(name, 'a number of milliseconds or null', ms)
  if (!(ms >= 0)) throw outOfRange(mustBe(name, '>= 0 milliseconds', ms), { argument: name, value: ms, min: 0 })
  return ms
}

/**
 * Returns how long one call of `syscall` may wait, as the addon's number: the limit that `options` set, or else the
 * socket's `mode`.
 * @param place makes the target of the error
 * @throws SocketTimeoutError when the deadline has passed: a loop of calls that need no wait has to end too
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when options, timeout or deadline are of the wrong type
 * @throws RangeError `ERR_OUT_OF_RANGE` when the timeout is negative or NaN, or the deadline is one of `Date.now()`
 */
export function effectiveTimeout(
  options: WaitOptions | undefined,
  mode: number,
  syscall: string,
  place = nowhere,
): number {
  return options === undefined ? mode : givenTimeout(options, mode, syscall, place)
}

const nowhere = (): ErrorTarget => ({})

function givenTimeout(options: WaitOptions, mode: number, syscall: string, place: typeof nowhere): number {
  const { timeout, deadline } = checkedOptions(options)
  if (timeout === undefined && deadline === undefined) return mode
  const limit = timeout === undefined ? FOREVER : checkedTimeout(timeout)
  if (deadline === undefined) return limit
  const remaining = untilDeadline(deadline, syscall, place)
  return limit === FOREVER ? remaining : Math.min(limit, remaining)
}

function untilDeadline(deadline: number, syscall: string, place: typeof nowhere): number {
  if (typeof deadline !== 'number' || Number.isNaN(deadline)) {
    throw wrongType('deadline', 'a time on the performance.now() clock', deadline)
  }
  if (deadline === Number.POSITIVE_INFINITY) return FOREVER
  // A deadline of Date.now() is decades ahead on this clock, so that the call would wait for ever.
  if (deadline >= performance.timeOrigin) {
    const message = `deadline must be a time on the clock of performance.now(), not one of Date.now(): ${deadline}`
    throw outOfRange(message, { argument: 'deadline', value: deadline })
  }
  const remaining = deadline - performance.now()
  if (remaining <= 0) throw deadlinePassed(syscall, place())
  return remaining
}

/** One time limit for an operation that consists of many calls. */
export class Deadline {
  readonly #timeout: number
  readonly #end: number
  #hasBegun = false

  /** @param timeout the addon's number, as `effectiveTimeout` returns it */
  constructor(timeout: number) {
    this.#timeout = timeout
    this.#end = timeout > 0 ? performance.now() + timeout : 0
  }

  /** The whole time, as the addon's number. */
  get whole(): number {
    return this.#timeout
  }

  /** The remaining time, as the addon's number. */
  get remaining(): number {
    return this.#timeout > 0 ? Math.max(this.#end - performance.now(), MIN_WAIT_MS) : this.#timeout
  }

  /** The remaining time, as the `timeout` of options. */
  get timeout(): number | null {
    const { remaining } = this
    return remaining === FOREVER ? null : remaining
  }

  /** Whether the time has run out. A limit of 0 never waits, and so never expires. */
  get expired(): boolean {
    return this.#timeout > 0 && performance.now() >= this.#end
  }

  /** Whether the next call may be made. The first always may: data that is ready is returned, however short the time was. */
  beginCall(): boolean {
    const isFirst = !this.#hasBegun
    this.#hasBegun = true
    return isFirst || !this.expired
  }
}

/**
 * Calls back after this many milliseconds, and not before. A timer of the runtime may fire a little early, and its
 * delay is limited to MAX_TIMER_MS.
 * @returns a function that cancels the call
 */
export function callAfter(ms: number, callback: () => void): () => void {
  const end = performance.now() + ms
  let timer: NodeJS.Timeout
  const wait = (delay: number): void => {
    timer = setTimeout(
      () => {
        const remaining = end - performance.now()
        if (remaining > 0) wait(remaining)
        else callback()
      },
      Math.min(Math.ceil(delay), MAX_TIMER_MS),
    )
  }
  wait(ms)
  return () => clearTimeout(timer)
}
