// A log of a program's calls: each call is timed, and repetitions of the same unfinished call become one entry.

import { SocketTimeoutError, WouldBlockError } from '../../index.js'

export type EntryOutcome = 'done' | 'in progress' | 'failed'

/** The result of a call as text, and the number of bytes if it transferred any. */
export interface CallResult {
  readonly outcome: EntryOutcome
  readonly value: string
  readonly bytes?: number
}

/** One call, or `count` consecutive calls that were all still in progress. */
export interface CallEntry {
  readonly call: string
  readonly outcome: EntryOutcome
  /** The returned value, or the error that was thrown. */
  readonly value: string
  count: number
  bytes: number
  /** Time spent in all repetitions together, and in the longest one, in milliseconds. */
  totalMs: number
  longestMs: number
  /** Of a call that returned a promise: how long until that settled, in milliseconds. */
  readonly pendingMs?: number
}

/** Returned by `CallLog.call` when the call has to be repeated. */
export const IN_PROGRESS = Symbol('in progress')

/** The calls of a program so far. */
export class CallLog {
  readonly entries: CallEntry[] = []
  readonly #onComplete: (entry: CallEntry) => void
  /** The last entry, while a repetition can still be added to it. */
  #open: CallEntry | undefined

  /** @param onComplete called with each entry once no repetition can be added to it */
  constructor(onComplete: (entry: CallEntry) => void) {
    this.#onComplete = onComplete
  }

  /**
   * Makes a call and records its result.
   * @throws what the call throws, unless that only means that it is in progress; an Error if its result means a failure
   */
  call<Result>(name: string, make: () => Result, interpret: (result: Result) => CallResult) {
    const begin = performance.now()
    let returned: Result
    let result: CallResult
    try {
      returned = make()
      result = interpret(returned)
    } catch (error) {
      this.#record(name, performance.now() - begin, resultOfError(error))
      if (meansInProgress(error)) return IN_PROGRESS
      throw error
    }
    this.#record(name, performance.now() - begin, result)
    if (result.outcome === 'failed') throw new Error(`${name} ${result.value}`)
    return result.outcome === 'done' ? returned : IN_PROGRESS
  }

  /**
   * Makes a call that returns a promise, and records the result once the promise has settled.
   * @throws what the promise is rejected with
   */
  async awaited<Result>(
    name: string,
    make: () => Promise<Result>,
    interpret: (result: Result) => CallResult,
  ): Promise<Result> {
    const begin = performance.now()
    const promise = make()
    const callMs = performance.now() - begin
    try {
      const returned = await promise
      this.#record(name, callMs, interpret(returned), performance.now() - begin)
      return returned
    } catch (error) {
      this.#record(name, callMs, resultOfError(error, 'rejects with'), performance.now() - begin)
      throw error
    }
  }

  /** Completes the last entry: no call follows. */
  end(): void {
    if (this.#open !== undefined) this.#onComplete(this.#open)
    this.#open = undefined
  }

  #record(call: string, ms: number, { outcome, value, bytes = 0 }: CallResult, pendingMs?: number): void {
    const repeats = outcome === 'in progress' && this.#open?.call === call && this.#open.value === value
    const pending = pendingMs === undefined ? {} : { pendingMs }
    const first = { call, outcome, value, count: 0, bytes: 0, totalMs: 0, longestMs: 0, ...pending }
    const entry: CallEntry = repeats ? this.#open! : first
    entry.count++
    entry.bytes += bytes
    entry.totalMs += ms
    entry.longestMs = Math.max(entry.longestMs, ms)
    if (repeats) return
    this.end()
    this.entries.push(entry)
    if (outcome === 'in progress') this.#open = entry
    else this.#onComplete(entry)
  }
}

function meansInProgress(error: unknown): boolean {
  return error instanceof WouldBlockError || error instanceof SocketTimeoutError
}

function resultOfError(error: unknown, verb = 'throws'): CallResult {
  const { name, code } = error as NodeJS.ErrnoException
  if (meansInProgress(error)) return { outcome: 'in progress', value: `${verb} ${name}` }
  return { outcome: 'failed', value: `${verb} ${code ?? name}` }
}
