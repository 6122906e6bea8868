// A slot for one serving thread. A thread that ends by itself is replaced by another, until the server stops.

import { Worker, type WorkerOptions } from 'node:worker_threads'
import { backoffMs } from '../core/backoff.js'
import { interruptThread } from '../core/interrupt-thread.js'
import { type Waker, wake } from '../selector/waker.js'
import type { ThreadMessage, ThreadStart } from './protocol.js'
import { threadProgram } from './thread-program.js'

/** A thread that has served for less than this may always end so early: the next one is started after a pause. */
const SHORT_LIFE_MS = 1000
const FIRST_RESTART_PAUSE_MS = 50
const MAX_RESTART_PAUSE_MS = 5000
/** The first short life may be chance. */
const TOLERATED_SHORT_LIVES = 1
/** The time for an interrupted handler to return before its thread is terminated. */
const INTERRUPTED_GRACE_MS = 100

/** The calls of a slot to its server. */
export interface SlotEvents {
  /** The thread has posted a message. */
  message(message: ThreadMessage, threadId: number): void
  /**
   * An uncaught error is about to end the thread, or it could not be started.
   * @param hasServed whether the handler had been loaded
   */
  failed(error: Error, threadId: number, hasServed: boolean): void
  /** The thread has ended. Another is started after `delayMs`. */
  died(threadId: number, exitCode: number, delayMs: number): void
  /** The thread has ended, and no other is started. */
  ended(): void
}

type SlotState =
  /** The thread runs, and loads the handler. */
  | { readonly kind: 'starting'; readonly worker: Worker }
  /** The thread accepts connections, since `readyAt` of performance.now(). */
  | { readonly kind: 'serving'; readonly worker: Worker; readonly waker: Waker; readonly readyAt: number }
  /** The thread has ended, and another is started when the timer fires. */
  | { readonly kind: 'pausing'; readonly timer: NodeJS.Timeout }
  /** The thread has ended for good. */
  | { readonly kind: 'ended' }

/** Keeps one thread running until it is stopped. */
export class WorkerSlot {
  readonly #start: ThreadStart
  readonly #options: WorkerOptions
  readonly #events: SlotEvents
  #state: SlotState
  #isStopping = false
  #keepsAlive = true
  #shortLives = 0

  /** Starts the first thread. @throws what `new Worker` throws: DataCloneError for a context that cannot be cloned */
  constructor(start: ThreadStart, options: WorkerOptions, events: SlotEvents) {
    this.#start = start
    this.#options = options
    this.#events = events
    this.#state = this.#startWorker()
  }

  /** The thread; `null` while there is none. */
  get worker(): Worker | null {
    return 'worker' in this.#state ? this.#state.worker : null
  }

  /** Whether the thread, or the timer for the next one, keeps the process running. */
  keepAlive(keepsAlive: boolean): void {
    this.#keepsAlive = keepsAlive
    const handle = this.#state.kind === 'pausing' ? this.#state.timer : this.worker
    if (keepsAlive) handle?.ref()
    else handle?.unref()
  }

  /** Ends the thread when its handler has returned; at once if it is not serving yet. */
  stop(): void {
    this.#isStopping = true
    const state = this.#state
    if (state.kind === 'starting') state.worker.terminate()
    else if (state.kind === 'serving') wake(state.waker)
    else if (state.kind === 'pausing') {
      clearTimeout(state.timer)
      this.#end()
    }
  }

  /** Interrupts the handler's wait, and then terminates the thread, which closes its descriptors. */
  interrupt(): void {
    const { worker } = this
    if (worker === null) return
    interruptThread(worker.threadId)
    setTimeout(() => worker.terminate(), INTERRUPTED_GRACE_MS).unref()
  }

  #startWorker(): SlotState {
    const worker = new Worker(threadProgram(), { ...this.#options, workerData: this.#start })
    const { threadId } = worker
    worker.on('message', (message: ThreadMessage) => this.#received(message, worker, threadId))
    worker.on('error', (error: Error) => this.#events.failed(error, threadId, this.#state.kind === 'serving'))
    worker.on('exit', (exitCode) => this.#exited(threadId, exitCode))
    if (!this.#keepsAlive) worker.unref()
    return { kind: 'starting', worker }
  }

  #received(message: ThreadMessage, worker: Worker, threadId: number): void {
    if (message.kind === 'ready') {
      const { waker } = message
      this.#state = { kind: 'serving', worker, waker, readyAt: performance.now() }
      // `stop` may have been called while this message was on its way.
      if (this.#isStopping) wake(waker)
    }
    this.#events.message(message, threadId)
  }

  #exited(threadId: number, exitCode: number): void {
    if (this.#isStopping) this.#end()
    else this.#replace(threadId, exitCode)
  }

  #end(): void {
    this.#state = { kind: 'ended' }
    this.#events.ended()
  }

  #replace(threadId: number, exitCode: number): void {
    const delayMs = this.#delayMs()
    const timer = setTimeout(() => this.#restart(threadId), delayMs)
    if (!this.#keepsAlive) timer.unref()
    this.#state = { kind: 'pausing', timer }
    this.#events.died(threadId, exitCode, delayMs)
  }

  /** Starting a thread may fail, for lack of memory or descriptors. Then it is tried again later. */
  #restart(lastThreadId: number): void {
    try {
      this.#state = this.#startWorker()
    } catch (error) {
      this.#replace(lastThreadId, 1)
      this.#events.failed(error as Error, lastThreadId, false)
    }
  }

  /** The pause before the next thread: none after a long life, and longer after each short one. */
  #delayMs(): number {
    const state = this.#state
    const isSettled = state.kind === 'serving' && performance.now() - state.readyAt >= SHORT_LIFE_MS
    this.#shortLives = isSettled ? 0 : this.#shortLives + 1
    return backoffMs(this.#shortLives - TOLERATED_SHORT_LIVES, FIRST_RESTART_PAUSE_MS, MAX_RESTART_PAUSE_MS)
  }
}
