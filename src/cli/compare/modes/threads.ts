// Threads: blocking calls in a pool of workers. The main thread waits for them in its event loop, and is free.

import { once } from 'node:events'
import type { Histogram } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { Run } from '../client/conversation.js'
import type { Way, Work } from '../client/mode.js'
import type { Samples } from '../measurement/tally.js'
import type { Workload } from '../workload/workload.js'

/** What a worker is given. */
export interface Share {
  readonly workload: Workload
  readonly thread: number
  readonly connections: readonly number[]
}

/** What the main thread tells a worker to do next. */
export type Command =
  | { readonly step: 'connect' }
  | { readonly step: 'converse'; readonly epoch: number }
  | { readonly step: 'close' }

/** What a worker answers: that it is ready or has done its step, how far it is, or why the step failed. */
export type Answer =
  | { readonly kind: 'done'; readonly latency?: Histogram; readonly samples?: Samples }
  | { readonly kind: 'progress'; readonly requests: number }
  | { readonly kind: 'failed'; readonly message: string }

/** The connections of a thread, which are dealt out like cards. */
function shareOf({ connections }: Workload, thread: number, threads: number): number[] {
  const all = Array.from({ length: connections }, (_, connection) => connection)
  return all.filter((connection) => connection % threads === thread)
}

/** A worker, as the main thread sees it. */
class Hand {
  readonly #worker: Worker
  readonly #run: Run
  #done: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(run: Run, thread: number, threads: number) {
    const { workload } = run
    const workerData: Share = { workload, thread: thread + 1, connections: shareOf(workload, thread, threads) }
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData })
    this.#run = run
    this.#worker.on('message', (answer: Answer) => this.#hear(answer))
    this.#worker.on('error', (error) => this.#fail(error))
  }

  /** Waits for the end of the step that it is at. */
  answer(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#fail = reject
    })
  }

  do(command: Command): Promise<void> {
    this.#worker.postMessage(command)
    return this.answer()
  }

  async end(): Promise<void> {
    const ended = once(this.#worker, 'exit')
    await this.do({ step: 'close' })
    await ended
  }

  #hear(answer: Answer): void {
    this.#run.watch?.mark()
    if (answer.kind === 'progress') this.#run.tally.progress(answer.requests)
    else if (answer.kind === 'failed') this.#fail(new Error(answer.message))
    else {
      this.#run.tally.add(answer.latency, answer.samples)
      this.#done()
    }
  }
}

class ThreadsWork implements Work {
  readonly threads: number
  readonly #hands: readonly Hand[]

  constructor(run: Run) {
    const pool = Math.min(run.workload.threads, run.workload.connections)
    this.#hands = Array.from({ length: pool }, (_, thread) => new Hand(run, thread, pool))
    this.threads = pool + 1
  }

  ready(): Promise<unknown> {
    return Promise.all(this.#hands.map((hand) => hand.answer()))
  }

  async connect(): Promise<void> {
    await this.#all({ step: 'connect' })
  }

  async converse(epoch: number): Promise<void> {
    await this.#all({ step: 'converse', epoch })
  }

  async close(): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.end()))
  }

  #all(command: Command): Promise<unknown> {
    return Promise.all(this.#hands.map((hand) => hand.do(command)))
  }
}

export const threads: Way = {
  async start(run) {
    const work = new ThreadsWork(run)
    await work.ready()
    return work
  },
}
