// An awaited verb: tried at once, and pending while it would block. One verb a direction at a time, because bytes have an
// order, and two readers would each get a part.
//
// Most connections of a server wait for something to read, and long, so little is kept for each: a verb is a row of a table
// and its arguments, where a closure would take twice as much; a direction in which no verb waits takes nothing; what few
// operations need is in a class of its own; and methods are not #private, which would take a word of each object.

import { backoffMs } from '../core/backoff.js'
import { rejectedAtCaller } from '../core/caller-stack.js'
import { Deadline, MAX_TIMER_MS, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { AbortError, failure, SocketError, stateError } from '../core/errors.js'
import type { Names } from '../core/option-names.js'
import { errno } from '../native/errno.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../native/generated/constants.js'
import { settledFairly } from '../reactor/fairness.js'
import type { Operation } from '../reactor/registration.js'
import type { Waitable } from '../reactor/waitable.js'

/** How long an awaited operation may take, and what cancels it. */
export interface AsyncOptions extends WaitOptions {
  /**
   * Cancels the operation: it rejects with AbortError, whose `cause` is the signal's reason, and loses no byte. Node warns
   * where more than ten share a signal: `setMaxListeners(0, signal)` of `node:events`.
   */
  readonly signal?: AbortSignal
}

export const ASYNC_OPTIONS: Names<AsyncOptions> = { ...WAIT_OPTIONS, signal: true }

/** A verb: which way it waits, and one try of it. */
export interface Verb<Subject extends Waitable, Argument, Result> {
  readonly syscall: string
  readonly reads: boolean
  /** The result, `true` where there is none to return, `undefined` where it would block. */
  attempt(subject: Subject, argument: Argument, flags: number): Result | true | undefined
  /** Whether the kernel may report readiness falsely, or not at all: the verb is then tried again after a pause. */
  hasFalseReadiness?(subject: Subject): boolean
}

type AnyVerb = Verb<Waitable, unknown, unknown>

/** One call with the first flag is a try; and the queue of errors never has to be waited for: it is empty or it is not. */
const TRY_FLAGS = Math.max(MSG_DONTWAIT, 0) | Math.max(MSG_ERRQUEUE, 0)

/**
 * Carries a verb out: at once if it can be, within the turn's budget.
 * @param limit how long it waits, as the addon's number
 * @param signal what cancels it, if anything
 */
export function perform<Subject extends Waitable, Argument, Result>(
  subject: Subject,
  verb: Verb<Subject, Argument, Result>,
  argument: Argument,
  flags: number,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { syscall, reads } = verb
  try {
    checkFree(subject, verb)
    const timeout = flags & TRY_FLAGS ? 0 : limit
    // A try always makes the call: cached readiness may be stale.
    const isTried = timeout === 0 || (reads ? subject.isReadable : subject.isWritable)
    const result = isTried ? verb.attempt(subject, argument, flags) : undefined
    if (result !== undefined) return settledFairly(outcomeValue(result))
    // A try of something apart, such as the queue of errors, proves nothing about readiness.
    if (timeout === 0) throw failure(-errno.EAGAIN, syscall)
    if (isTried) subject.block(reads)
    // A getter of an address may have begun another.
    checkFree(subject, verb)
    subject.enter()
    const hasFalseReadiness = verb.hasFalseReadiness?.(subject) ?? false
    const any = verb as unknown as AnyVerb
    const isUnbounded = timeout < 0 && signal === undefined && !hasFalseReadiness
    const operation = isUnbounded
      ? new PendingOperation(subject, any, argument, flags)
      : new BoundedOperation(subject, any, argument, flags, { timeout, signal, hasFalseReadiness })
    return operation.begin() as Promise<Result>
  } catch (error) {
    return Promise.reject(error)
  }
}

function isOfLibrary(error: unknown): error is Error {
  return error instanceof SocketError || error instanceof AbortError
}

/** @throws SocketError `ERR_SOCKET_BUSY` where a call waits in the verb's direction. */
export function checkFree(subject: Waitable, verb: Pick<AnyVerb, 'syscall' | 'reads'>): void {
  const { syscall, reads } = verb
  const isHeld = !reads && subject.sender !== null && subject.sender !== verb
  if (!isHeld && pendingIn(subject, reads) === null) return
  throw stateError('ERR_SOCKET_BUSY', syscall, 'another call waits in this direction: await it first')
}

/** The verb that waits in one direction. Nothing else waits on what has awaited verbs. */
export function pendingIn({ registration }: Waitable, reads: boolean): PendingOperation | null {
  return (reads ? registration.reader : registration.writer) as PendingOperation | null
}

/** What a promise gives for the result of an attempt. */
function outcomeValue<Result>(outcome: Result | true): Result {
  return (outcome === true ? undefined : outcome) as Result
}

type Settle = (value: unknown) => void

// One executor for all promises, in place of a closure for each.
let lastSettle: Settle | null = null
const keepSettle = (settle: Settle): void => {
  lastSettle = settle
}

/** A verb that waits. */
class PendingOperation implements Operation {
  protected readonly subject: Waitable
  readonly verb: AnyVerb
  private readonly argument: unknown
  private readonly flags: number
  private settle: Settle | null = null

  constructor(subject: Waitable, verb: AnyVerb, argument: unknown, flags: number) {
    this.subject = subject
    this.verb = verb
    this.argument = argument
    this.flags = flags
  }

  begin(): Promise<unknown> {
    const promise = new Promise(keepSettle)
    this.settle = lastSettle
    lastSettle = null
    this.occupy(this)
    return promise
  }

  /** Ends it with an error, unless it has ended. */
  fail(error: unknown): void {
    // The same as calling `reject`, which is not kept for each operation because few fail.
    if (this.end()) this.settle!(isOfLibrary(error) ? rejectedAtCaller(error) : Promise.reject(error))
  }

  /** From the reactor: the direction may be ready. */
  proceed(): void {
    this.attempt()
  }

  protected attempt(): void {
    let result: unknown
    try {
      result = this.verb.attempt(this.subject, this.argument, this.flags)
    } catch (error) {
      this.fail(error)
      return
    }
    if (result === undefined) this.wouldBlock()
    else if (this.end()) this.settle!(outcomeValue(result))
  }

  protected wouldBlock(): void {
    // The attempt may have ended the socket, which has failed this operation.
    if (this.isPending) this.subject.block(this.verb.reads)
  }

  protected get isPending(): boolean {
    return pendingIn(this.subject, this.verb.reads) === this
  }

  /** Ends waiting: whether it still waited. */
  protected end(): boolean {
    if (!this.isPending) return false
    this.subject.registration.proved()
    this.occupy(null)
    return true
  }

  private occupy(operation: this | null): void {
    const { registration } = this.subject
    if (this.verb.reads) registration.setReader(operation)
    else registration.setWriter(operation)
    this.subject.isActive = registration.reader !== null || registration.writer !== null
  }
}

/** What ends an operation besides its verb. */
interface Bounds {
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  readonly hasFalseReadiness: boolean
}

/** A verb that waits at most so long, can be cancelled, or cannot rely on readiness. */
class BoundedOperation extends PendingOperation {
  readonly #deadline: Deadline
  readonly #signal: AbortSignal | undefined
  readonly #hasFalseReadiness: boolean
  #timer: NodeJS.Timeout | null = null
  #retry: NodeJS.Timeout | null = null
  #retries = 0
  /** Whether readiness has been believed since the last retry. */
  #hasBelieved = false

  constructor(
    subject: Waitable,
    verb: AnyVerb,
    argument: unknown,
    flags: number,
    { timeout, signal, hasFalseReadiness }: Bounds,
  ) {
    super(subject, verb, argument, flags)
    this.#deadline = new Deadline(timeout)
    this.#signal = signal
    this.#hasFalseReadiness = hasFalseReadiness
  }

  override begin(): Promise<unknown> {
    const promise = super.begin()
    if (this.#deadline.timeout !== null) this.#setTimer()
    this.#signal?.addEventListener('abort', this)
    if (this.#hasFalseReadiness) this.#retryLater()
    // A getter of an address may have aborted the signal before there was a listener.
    if (this.#signal?.aborted) this.handleEvent()
    return promise
  }

  refChanged(isRefed: boolean): void {
    for (const timer of [this.#timer, this.#retry]) isRefed ? timer?.ref() : timer?.unref()
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.fail(new AbortError(this.#signal?.reason))
  }

  /**
   * Readiness that may be false is believed once between two retries: each send that a full receiver refuses makes the
   * kernel report it again.
   */
  override proceed(): void {
    if (this.#hasBelieved) return
    this.#hasBelieved = this.#hasFalseReadiness
    this.attempt()
  }

  protected override wouldBlock(): void {
    super.wouldBlock()
    if (this.#hasFalseReadiness && this.isPending) this.#retryLater()
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
    const delay = Math.min(Math.ceil(this.#deadline.remaining), MAX_TIMER_MS)
    this.#timer = setTimeout(() => {
      if (!this.#deadline.expired) this.#setTimer()
      else this.#timeOut()
    }, delay)
    if (!this.subject.isRefed) this.#timer.unref()
  }

  /** What is there by now is returned, however late the event loop turns. */
  #timeOut(): void {
    this.attempt()
    if (this.isPending) this.fail(this.subject.timedOut(this.verb.syscall, this.#deadline.whole))
  }

  #retryLater(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    const retry = (): void => {
      this.#hasBelieved = false
      this.attempt()
    }
    this.#retry = setTimeout(retry, backoffMs(++this.#retries))
    if (!this.subject.isRefed) this.#retry.unref()
  }
}
