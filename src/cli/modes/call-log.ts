// What a program's calls came to: each is timed, and repetitions of the same unfinished call become one entry.

import { SocketTimeoutError, WouldBlockError } from '../../index.js'

export type Outcome = 'done' | 'in progress' | 'failed'

/** What a call answered, in words; `bytes` if it moved some. */
export interface Answer {
  readonly outcome: Outcome
  readonly value: string
  readonly bytes?: number
}

/** One call, or `count` calls in a row that all were not done yet. */
export interface CallEntry {
  readonly call: string
  readonly outcome: Outcome
  /** What came back: a value, or the error that was thrown. */
  readonly value: string
  count: number
  bytes: number
  /** How long the thread stood still in it, all repetitions together, and in the longest one; milliseconds. */
  stoodStillMs: number
  longestMs: number
}

/** What `Trace.call` answers where the call has to be made again. */
export const UNFINISHED = Symbol('unfinished')

/** The calls of a program so far. */
export class Trace {
  readonly entries: CallEntry[] = []
  readonly #completed: (entry: CallEntry) => void
  /** The last entry, if the same call may be added to it. */
  #repeated: CallEntry | undefined

  /** @param completed told of each entry once no repetition can be added to it */
  constructor(completed: (entry: CallEntry) => void) {
    this.#completed = completed
  }

  /**
   * Makes a call and notes what came of it.
   * @throws what it threw, unless that only says that it is not done yet; an Error if its result says that it failed
   */
  call<Result>(name: string, make: () => Result, judge: (result: Result) => Answer): Result | typeof UNFINISHED {
    const begin = performance.now()
    let result: Result
    let answer: Answer
    try {
      result = make()
      answer = judge(result)
    } catch (error) {
      this.#note(name, performance.now() - begin, judgeError(error))
      if (isUnfinished(error)) return UNFINISHED
      throw error
    }
    this.#note(name, performance.now() - begin, answer)
    if (answer.outcome === 'failed') throw new Error(`${name} ${answer.value}`)
    return answer.outcome === 'done' ? result : UNFINISHED
  }

  /** No call follows. */
  end(): void {
    if (this.#repeated !== undefined) this.#completed(this.#repeated)
    this.#repeated = undefined
  }

  #note(call: string, ms: number, { outcome, value, bytes = 0 }: Answer): void {
    const again = outcome === 'in progress' && this.#repeated?.call === call && this.#repeated.value === value
    const entry = again ? this.#repeated! : { call, outcome, value, count: 0, bytes: 0, stoodStillMs: 0, longestMs: 0 }
    entry.count++
    entry.bytes += bytes
    entry.stoodStillMs += ms
    entry.longestMs = Math.max(entry.longestMs, ms)
    if (again) return
    this.end()
    this.entries.push(entry)
    if (outcome === 'in progress') this.#repeated = entry
    else this.#completed(entry)
  }
}

function isUnfinished(error: unknown): boolean {
  return error instanceof WouldBlockError || error instanceof SocketTimeoutError
}

function judgeError(error: unknown): Answer {
  const { name, code } = error as NodeJS.ErrnoException
  if (isUnfinished(error)) return { outcome: 'in progress', value: `throws ${name}` }
  return { outcome: 'failed', value: `throws ${code ?? name}` }
}
