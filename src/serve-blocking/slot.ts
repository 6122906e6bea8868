// A place for one serving thread: whoever dies there is replaced.

import { Worker, type WorkerOptions } from 'node:worker_threads'
import { interruptThread } from '../core/interrupt-thread.js'
import { type Waker, wake } from '../selector/waker.js'
import type { ThreadMessage, ThreadStart } from './protocol.js'

const PROGRAM = new URL('./thread.js', import.meta.url)
// A thread that dies sooner than this after it began is one that may always do so.
const SETTLED_AFTER = 1000
const SHORTEST_PAUSE = 50
const LONGEST_PAUSE = 5000
// How long a handler that was interrupted has for its own end.
const FAREWELL = 100

/** What a slot tells its server. */
export interface SlotEvents {
  message(message: ThreadMessage, threadId: number): void
  /** An uncaught error is about to end the thread. */
  failed(error: Error, threadId: number): void
  /** The thread died; another will be started after `delay` milliseconds. */
  died(threadId: number, exitCode: number, delay: number): void
  /** The last thread has ended, and none will be started. */
  ended(): void
}

/** Keeps one thread running until it is stopped. */
export class Slot {
  readonly #start: ThreadStart
  readonly #options: WorkerOptions
  readonly #events: SlotEvents
  #worker: Worker | null = null
  #waker: Waker | null = null
  #readyAt = Number.POSITIVE_INFINITY
  #quickDeaths = 0
  #restart: NodeJS.Timeout | undefined
  #stopping = false
  #counts = true

  constructor(start: ThreadStart, options: WorkerOptions, events: SlotEvents) {
    this.#start = start
    this.#options = options
    this.#events = events
    this.#run()
  }

  /** The thread that runs; `null` while it is being replaced. */
  get worker(): Worker | null {
    return this.#worker
  }

  /** Whether the thread keeps the process running. */
  count(counts: boolean): void {
    this.#counts = counts
    if (counts) this.#worker?.ref()
    else this.#worker?.unref()
    if (counts) this.#restart?.ref()
    else this.#restart?.unref()
  }

  /** Lets the thread end when its handler is done; one that has not begun ends now. */
  stop(): void {
    this.#stopping = true
    clearTimeout(this.#restart)
    if (this.#worker === null) this.#events.ended()
    else if (this.#waker === null) this.#worker.terminate()
    else wake(this.#waker)
  }

  /** Ends a handler that did not end by itself: its wait first, then its thread, whose descriptors are closed. */
  cut(): void {
    const worker = this.#worker
    if (worker === null) return
    interruptThread(worker.threadId)
    setTimeout(() => worker.terminate(), FAREWELL).unref()
  }

  #run(): void {
    this.#readyAt = Number.POSITIVE_INFINITY
    const worker = new Worker(PROGRAM, { ...this.#options, workerData: this.#start })
    const { threadId } = worker
    this.#worker = worker
    worker.on('message', (message: ThreadMessage) => this.#hear(message, threadId))
    worker.on('error', (error: Error) => this.#events.failed(error, threadId))
    worker.on('exit', (exitCode) => this.#exited(threadId, exitCode))
    if (!this.#counts) worker.unref()
  }

  #hear(message: ThreadMessage, threadId: number): void {
    if (message.kind === 'ready') {
      this.#waker = message.waker
      this.#readyAt = performance.now()
      // It may have been stopped while this message was under way.
      if (this.#stopping) wake(message.waker)
    }
    this.#events.message(message, threadId)
  }

  #exited(threadId: number, exitCode: number): void {
    this.#worker = null
    this.#waker = null
    if (this.#stopping) {
      this.#events.ended()
      return
    }
    this.#replace(threadId, exitCode)
  }

  #replace(threadId: number, exitCode: number): void {
    const delay = this.#delay()
    this.#restart = setTimeout(() => this.#rerun(threadId), delay)
    if (!this.#counts) this.#restart.unref()
    this.#events.died(threadId, exitCode, delay)
  }

  /** Starting a thread may itself fail, for want of memory or descriptors: then it is tried again later. */
  #rerun(lastThreadId: number): void {
    try {
      this.#run()
    } catch (error) {
      this.#replace(lastThreadId, 1)
      this.#events.failed(error as Error, lastThreadId)
    }
  }

  /** Nothing after a life of some length; longer and longer after lives that were short. */
  #delay(): number {
    if (performance.now() - this.#readyAt >= SETTLED_AFTER) {
      this.#quickDeaths = 0
      return 0
    }
    this.#quickDeaths++
    return this.#quickDeaths === 1 ? 0 : Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (this.#quickDeaths - 2))
  }
}
