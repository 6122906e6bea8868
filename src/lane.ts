// One direction of a socket that is awaited: a verb is tried at once, and waits for readiness if it would block. One
// verb at a time, because bytes have an order, and two who read would each get a part.

import { errno } from './errno.js'
import { AbortError, failure, misuse, stateError } from './errors.js'
import { checkOptions, Limit, LONGEST_TIMER, limitOf, type WaitOptions } from './limits.js'
import { TIMED_OUT } from './native.js'
import { reactor } from './reactor.js'
import type { ReactorEntry, Reading, Writing } from './reactor-entry.js'
import { inTurn } from './turn.js'

/** How long an awaited operation may take, and what cancels it. */
export interface AsyncOptions extends WaitOptions {
  /** Cancels the operation: it rejects with AbortError, whose `cause` is the signal's reason, and loses no byte. */
  readonly signal?: AbortSignal
}

/** One step of a verb: what it came to, or `undefined` where it would block. */
export type Attempt<Result> = () => Result | undefined

type Settled = (value: unknown) => void

const LONGEST_PAUSE = 10

/** The verb that waits. */
interface Waiting {
  readonly syscall: string
  readonly attempt: Attempt<unknown>
  readonly resolve: Settled
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
  readonly limit: Limit | null
  /** Whether readiness may not be told: see `#retryLater`. */
  readonly doubtful: boolean
}

export class Lane implements Reading, Writing {
  readonly #entry: ReactorEntry
  readonly #reads: boolean
  #waiting: Waiting | null = null
  #refed = true
  #timer: NodeJS.Timeout | null = null
  #pauses = 0
  #believed = false
  #retry: NodeJS.Timeout | null = null

  constructor(entry: ReactorEntry, reads: boolean) {
    this.#entry = entry
    this.#reads = reads
  }

  /** Whether a verb waits. */
  get busy(): boolean {
    return this.#waiting !== null
  }

  /** Whether the process goes on while a verb waits. */
  set refed(refed: boolean) {
    if (refed === this.#refed) return
    this.#refed = refed
    if (this.#waiting === null) return
    if (refed) reactor().hold()
    else reactor().release()
    for (const timer of [this.#timer, this.#retry]) refed ? timer?.ref() : timer?.unref()
  }

  /**
   * Carries a verb out: at once if it can be, in its turn.
   * @param mode how long it waits where the options do not say
   */
  perform<Result>(
    syscall: string,
    options: AsyncOptions | undefined,
    mode: number,
    attempt: Attempt<Result>,
    doubtful = false,
  ): Promise<Result> {
    try {
      if (this.#waiting !== null) throw busy(syscall)
      const signal = options === undefined ? undefined : checkedSignal(options)
      const limit = limitOf(options, mode)
      // Who does not wait is not told either: what is known may be older than what has come.
      const tried = limit === 0 || (this.#reads ? this.#entry.readable : this.#entry.writable)
      const result = tried ? attempt() : undefined
      if (result !== undefined) return inTurn(result)
      if (tried) this.#block()
      if (limit === 0) throw failure(-errno.EAGAIN, syscall)
      return this.#wait(syscall, signal, limit, attempt, doubtful)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Ends the verb that waits, if one does. */
  fail(error: unknown): void {
    const waiting = this.#waiting
    if (waiting === null) return
    this.#end()
    waiting.reject(error)
  }

  #wait<Result>(
    syscall: string,
    signal: AbortSignal | undefined,
    limit: number,
    attempt: Attempt<Result>,
    doubtful: boolean,
  ): Promise<Result> {
    const events = reactor()
    events.add(this.#entry)
    return new Promise<Result>((resolve, reject) => {
      const rest = limit > 0 ? new Limit(limit) : null
      this.#waiting = { syscall, attempt, resolve: resolve as Settled, reject, signal, limit: rest, doubtful }
      if (this.#refed) events.hold()
      if (rest !== null) this.#setTimer(rest)
      signal?.addEventListener('abort', this)
      if (this.#reads) this.#entry.tellReadable(this)
      else this.#entry.tellWritable(this)
      if (doubtful) this.#retryLater()
    })
  }

  /** From the entry. */
  mayRead(): void {
    this.#told()
  }

  mayWrite(): void {
    this.#told()
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.fail(new AbortError(this.#waiting?.signal?.reason))
  }

  /**
   * It is called ready. A doubtful verb believes that once between two tries of its own: each send that a full receiver
   * refuses makes the kernel say so again.
   */
  #told(): void {
    if (this.#believed) return
    this.#believed = this.#waiting?.doubtful ?? false
    this.#goOn()
  }

  #goOn(): void {
    const waiting = this.#waiting
    if (waiting === null) return
    let result: unknown
    try {
      result = waiting.attempt()
    } catch (error) {
      this.fail(error)
      return
    }
    if (result !== undefined) {
      this.#end()
      waiting.resolve(result)
      return
    }
    // The attempt may have been told of an end that has failed it.
    if (this.#waiting !== waiting) return
    this.#block()
    if (waiting.doubtful) this.#retryLater()
  }

  #block(): void {
    if (this.#reads) this.#entry.blockReading()
    else this.#entry.blockWriting()
  }

  #end(): void {
    const { signal } = this.#waiting!
    this.#waiting = null
    this.#entry.proved()
    if (this.#reads) this.#entry.tellReadable(null)
    else this.#entry.tellWritable(null)
    if (this.#refed) reactor().release()
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#timer = this.#retry = null
    this.#pauses = 0
    this.#believed = false
    signal?.removeEventListener('abort', this)
  }

  /** A timer of the runtime's may fire a little early, and has a longest time. */
  #setTimer(limit: Limit): void {
    const delay = Math.min(Math.ceil(limit.left), LONGEST_TIMER)
    this.#timer = setTimeout(() => {
      if (!limit.over) this.#setTimer(limit)
      else this.#timeOut()
    }, delay)
    if (!this.#refed) this.#timer.unref()
  }

  /** What has come meanwhile is given, however late the event loop turns. */
  #timeOut(): void {
    const waiting = this.#waiting!
    this.#goOn()
    if (this.#waiting === waiting) this.fail(failure(TIMED_OUT, waiting.syscall))
  }

  /**
   * A unix socket that connects to a full backlog, or sends to a full receiver, is called ready at once, or is not told
   * when it is: it tries again after 1, 2, 4 ... 10 ms.
   */
  #retryLater(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    const again = (): void => {
      this.#believed = false
      this.#goOn()
    }
    this.#retry = setTimeout(again, Math.min(LONGEST_PAUSE, 2 ** this.#pauses++))
    if (!this.#refed) this.#retry.unref()
  }
}

/** The signal of the options, if there is one. @throws AbortError where it has been aborted already */
export function checkedSignal(options: AsyncOptions): AbortSignal | undefined {
  checkOptions(options)
  const { signal } = options
  if (signal === undefined) return undefined
  mustBeSignal(signal)
  if (signal.aborted) throw new AbortError(signal.reason)
  return signal
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` */
export function mustBeSignal(signal: unknown): void {
  if (signal instanceof AbortSignal) return
  throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'options.signal must be an AbortSignal')
}

function busy(syscall: string): Error {
  return stateError('ERR_SOCKET_BUSY', syscall, 'another call waits in this direction: await it first')
}
