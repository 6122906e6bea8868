// The two directions of a descriptor that is awaited: a verb is tried at once, and waits for readiness if it would block.
// One verb a direction at a time, because bytes have an order, and two who read would each get a part.
//
// Most connections of a server wait for something to read, and long, so little is kept for each: a verb is a row of a
// table and what it is given, where a closure would take twice as much; a direction in which no verb waits takes nothing;
// what few waits need is in a class of its own; and methods are not #private, which takes a word of each object.

import { Deadline, effectiveTimeout, MAX_TIMER_MS, type WaitOptions } from '../core/deadline.js'
import { AbortError, failure, stateError } from '../core/errors.js'
import { signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../native/generated/constants.js'
import { inTurn } from '../reactor/fairness.js'
import { reactor } from '../reactor/reactor.js'
import type { ReactorEntry, Reading, Writing } from '../reactor/registration.js'
import type { FlagOptions } from '../socket/transfer-options.js'

/** How long an awaited operation may take, and what cancels it. */
export interface AsyncOptions extends WaitOptions {
  /** Cancels the operation: it rejects with AbortError, whose `cause` is the signal's reason, and loses no byte. */
  readonly signal?: AbortSignal
}

/** A verb: which way it waits, and one step of it. */
export interface Verb<Subject, What, Options, Result> {
  readonly syscall: string
  readonly reads: boolean
  /** What the step came to: `true` where nothing more is to be said, `undefined` where it would block. */
  attempt(subject: Subject, what: What, options: Options | undefined): Result | true | undefined
  /** Whether readiness may not be told, or told falsely: see `BoundedWait`. */
  doubtful?(subject: Subject): boolean
}

type AnyVerb = Verb<AwaitedDescriptor, unknown, AsyncOptions, unknown>

// One call is a try with the first, and the queue of errors never has to be waited for: it is empty or it is not.
const TRIES = Math.max(MSG_DONTWAIT, 0) | Math.max(MSG_ERRQUEUE, 0)

const LONGEST_PAUSE = 10

/** A descriptor whose verbs are awaited. */
export class AwaitedDescriptor {
  /** @internal */
  readonly entry: ReactorEntry
  /** Whether the process goes on while a verb waits. @internal */
  refed = true

  /** @internal */
  constructor(entry: ReactorEntry) {
    this.entry = entry
  }

  /**
   * Carries a verb out: at once if it can be, in its turn.
   * @param mode how long it waits where the options do not say
   * @internal
   */
  perform<What, Options extends AsyncOptions, Result>(
    verb: Verb<this, What, Options, Result>,
    what: What,
    options: Options | undefined,
    mode: number,
  ): Promise<Result> {
    const { entry } = this
    const { syscall, reads } = verb
    try {
      if (this.waiting(reads) !== null) throw busy(syscall)
      const signal = options === undefined ? undefined : signalOf(options)
      const given = effectiveTimeout(options, mode)
      const limit = isTry(options) ? 0 : given
      // Who does not wait is not told either: what is known may be older than what has come.
      const tried = limit === 0 || (reads ? entry.readable : entry.writable)
      const result = tried ? verb.attempt(this, what, options) : undefined
      if (result !== undefined) return inTurn(resultOf(result))
      // Who asked for something apart, such as the queue of errors, says nothing of what others may read.
      if (limit === 0) throw failure(-errno.EAGAIN, syscall)
      if (tried) block(entry, reads)
      // A getter of the options, or of an address, may have begun another.
      if (this.waiting(reads) !== null) throw busy(syscall)
      reactor().add(entry)
      const doubtful = verb.doubtful?.(this) ?? false
      const isPlain = limit < 0 && signal === undefined && !doubtful
      const any = verb as unknown as AnyVerb
      const wait = isPlain
        ? new Wait(this, any, what, options)
        : new BoundedWait(this, any, what, options, { limit, signal, doubtful })
      return wait.begin() as Promise<Result>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** The verb that waits in one direction. @internal */
  waiting(reads: boolean): Wait | null {
    // Nobody else is told by this entry.
    return (reads ? this.entry.reader : this.entry.writer) as Wait | null
  }

  /** Lets the process go on while a verb waits, or not. @internal */
  protected keepProcess(refed: boolean): void {
    if (refed === this.refed) return
    this.refed = refed
    for (const reads of [true, false]) this.waiting(reads)?.keepProcess(refed)
  }
}

type Settle = (value: unknown) => void

// One executor for all promises, in place of a closure for each.
let lastSettle: Settle | null = null
const keepSettle = (settle: Settle): void => {
  lastSettle = settle
}

/** A verb that waits. */
class Wait implements Reading, Writing {
  protected readonly subject: AwaitedDescriptor
  protected readonly verb: AnyVerb
  private readonly what: unknown
  private readonly options: AsyncOptions | undefined
  private settle: Settle | null = null

  constructor(subject: AwaitedDescriptor, verb: AnyVerb, what: unknown, options: AsyncOptions | undefined) {
    this.subject = subject
    this.verb = verb
    this.what = what
    this.options = options
  }

  begin(): Promise<unknown> {
    const promise = new Promise(keepSettle)
    this.settle = lastSettle
    lastSettle = null
    if (this.subject.refed) reactor().hold()
    this.tell(this)
    return promise
  }

  /** Ends it with an error, unless it has ended. */
  fail(error: unknown): void {
    // As `reject` would, which is not kept for each that waits only because few fail.
    if (this.end()) this.settle!(Promise.reject(error))
  }

  keepProcess(refed: boolean): void {
    if (refed) reactor().hold()
    else reactor().release()
  }

  /** From the entry. */
  mayRead(): void {
    this.told()
  }

  mayWrite(): void {
    this.told()
  }

  protected told(): void {
    this.goOn()
  }

  protected goOn(): void {
    const { subject, verb } = this
    let result: unknown
    try {
      result = verb.attempt(subject, this.what, this.options)
    } catch (error) {
      this.fail(error)
      return
    }
    if (result === undefined) this.wouldBlock()
    else if (this.end()) this.settle!(resultOf(result))
  }

  protected wouldBlock(): void {
    // The attempt may have been told of an end that has failed it.
    if (this.waits) block(this.subject.entry, this.verb.reads)
  }

  protected get waits(): boolean {
    return this.subject.waiting(this.verb.reads) === this
  }

  /** Whether it still waited. */
  protected end(): boolean {
    if (!this.waits) return false
    const { entry, refed } = this.subject
    entry.proved()
    this.tell(null)
    if (refed) reactor().release()
    return true
  }

  private tell(who: this | null): void {
    const { entry } = this.subject
    if (this.verb.reads) entry.tellReadable(who)
    else entry.tellWritable(who)
  }
}

/** What ends a wait, besides its verb. */
interface Bounds {
  readonly limit: number
  readonly signal: AbortSignal | undefined
  readonly doubtful: boolean
}

/** A verb that waits so long at most, can be cancelled, or does not rely on being told. */
class BoundedWait extends Wait {
  readonly #limit: Deadline
  readonly #signal: AbortSignal | undefined
  readonly #doubtful: boolean
  #timer: NodeJS.Timeout | null = null
  #retry: NodeJS.Timeout | null = null
  #pauses = 0
  #believed = false

  constructor(
    subject: AwaitedDescriptor,
    verb: AnyVerb,
    what: unknown,
    options: AsyncOptions | undefined,
    { limit, signal, doubtful }: Bounds,
  ) {
    super(subject, verb, what, options)
    this.#limit = new Deadline(limit)
    this.#signal = signal
    this.#doubtful = doubtful
  }

  override begin(): Promise<unknown> {
    const promise = super.begin()
    if (this.#limit.timeout !== null) this.#setTimer()
    this.#signal?.addEventListener('abort', this)
    if (this.#doubtful) this.#retryLater()
    return promise
  }

  override keepProcess(refed: boolean): void {
    super.keepProcess(refed)
    for (const timer of [this.#timer, this.#retry]) refed ? timer?.ref() : timer?.unref()
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.fail(new AbortError(this.#signal?.reason))
  }

  /**
   * A doubtful verb believes that it is ready once between two tries of its own: each send that a full receiver refuses
   * makes the kernel say so again.
   */
  protected override told(): void {
    if (this.#believed) return
    this.#believed = this.#doubtful
    this.goOn()
  }

  protected override wouldBlock(): void {
    super.wouldBlock()
    if (this.#doubtful && this.waits) this.#retryLater()
  }

  protected override end(): boolean {
    if (!super.end()) return false
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#signal?.removeEventListener('abort', this)
    return true
  }

  /** A timer of the runtime's may fire a little early, and has a longest time. */
  #setTimer(): void {
    const delay = Math.min(Math.ceil(this.#limit.remaining), MAX_TIMER_MS)
    this.#timer = setTimeout(() => {
      if (!this.#limit.expired) this.#setTimer()
      else this.#timeOut()
    }, delay)
    if (!this.subject.refed) this.#timer.unref()
  }

  /** What has come meanwhile is given, however late the event loop turns. */
  #timeOut(): void {
    this.goOn()
    if (this.waits) this.fail(failure(TIMED_OUT, this.verb.syscall))
  }

  /**
   * A unix socket that connects to a full backlog, or sends to a full receiver, is called ready at once, or is not told
   * when it is: it tries again after 1, 2, 4 ... 10 ms.
   */
  #retryLater(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    const again = (): void => {
      this.#believed = false
      this.goOn()
    }
    this.#retry = setTimeout(again, Math.min(LONGEST_PAUSE, 2 ** this.#pauses++))
    if (!this.subject.refed) this.#retry.unref()
  }
}

/** What a promise tells of what an attempt came to. */
function resultOf<Result>(outcome: Result | true): Result {
  return (outcome === true ? undefined : outcome) as Result
}

/** Whether flags say that it does not wait, whatever its limit. Others than numbers are the attempt's to refuse. */
function isTry(options: (AsyncOptions & FlagOptions) | undefined): boolean {
  return typeof options?.flags === 'number' && (options.flags & TRIES) !== 0
}

/** Notes that a verb would block. */
function block(entry: ReactorEntry, reads: boolean): void {
  if (reads) entry.blockReading()
  else entry.blockWriting()
}

function busy(syscall: string): Error {
  return stateError('ERR_SOCKET_BUSY', syscall, 'another call waits in this direction: await it first')
}
