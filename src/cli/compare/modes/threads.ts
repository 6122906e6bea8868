// Mode `threads`: blocking calls in a pool of workers. The main thread waits for the workers in its event loop, so that
// it is not blocked.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ComparedMode, ModeRun } from '../client/mode.js'
import type { ThreadLoad } from '../client/thread-load.js'
import type { LatencyCounts } from '../measurement/latency-histogram.js'
import type { RequestSamples } from '../measurement/tally.js'
import type { Workload } from '../workload/workload.js'

/** The data of a worker. */
export interface WorkerAssignment {
  readonly workload: Workload
  /** The number of the thread. */
  readonly thread: number
  /** The numbers of its connections. */
  readonly connections: readonly number[]
}

/** A message to a worker: the step that it carries out next. */
export type WorkerCommand =
  | { readonly step: 'connect' }
  | { readonly step: 'make requests'; readonly epoch: number }
  | { readonly step: 'close' }

/** A message of a worker: it has started or finished its step, it has made more requests, or its step failed. */
export type WorkerReport =
  | { readonly kind: 'done'; readonly latency?: LatencyCounts; readonly samples?: RequestSamples }
  | { readonly kind: 'progress'; readonly requests: number }
  | { readonly kind: 'failed'; readonly message: string }

/** The numbers of the connections of one thread; connections are assigned round-robin. */
function connectionsOf({ connections }: Workload, thread: number, threads: number): number[] {
  const all = Array.from({ length: connections }, (_, connection) => connection)
  return all.filter((connection) => connection % threads === thread)
}

/** The main thread's side of a worker. */
class PoolWorker {
  readonly #worker: Worker
  readonly #load: ThreadLoad
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(load: ThreadLoad, thread: number, threads: number) {
    const { workload } = load
    const connections = connectionsOf(workload, thread, threads)
    // Number 0 is the main thread.
    const workerData: WorkerAssignment = { workload, thread: thread + 1, connections }
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData })
    this.#load = load
    this.#worker.on('message', (report: WorkerReport) => this.#receive(report))
    this.#worker.on('error', (error) => this.#reject(error))
  }

  /** Waits for the end of the current step. */
  finished(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  run(command: WorkerCommand): Promise<void> {
    this.#worker.postMessage(command)
    return this.finished()
  }

  async close(): Promise<void> {
    const ended = once(this.#worker, 'exit')
    await this.run({ step: 'close' })
    await ended
  }

  #receive(report: WorkerReport): void {
    this.#load.monitor?.mark()
    if (report.kind === 'progress') this.#load.tally.onProgress(report.requests)
    else if (report.kind === 'failed') this.#reject(new Error(report.message))
    else {
      this.#load.tally.merge(report.latency, report.samples)
      this.#resolve()
    }
  }
}

class ThreadsRun implements ModeRun {
  readonly threads: number
  readonly #workers: readonly PoolWorker[]

  constructor(load: ThreadLoad) {
    const size = Math.min(load.workload.threads, load.workload.connections)
    this.#workers = Array.from({ length: size }, (_, thread) => new PoolWorker(load, thread, size))
    this.threads = size + 1
  }

  started(): Promise<unknown> {
    return Promise.all(this.#workers.map((worker) => worker.finished()))
  }

  async connect(): Promise<void> {
    await this.#runInAll({ step: 'connect' })
  }

  async makeRequests(epoch: number): Promise<void> {
    await this.#runInAll({ step: 'make requests', epoch })
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
  }

  #runInAll(command: WorkerCommand): Promise<unknown> {
    return Promise.all(this.#workers.map((worker) => worker.run(command)))
  }
}

export const threads: ComparedMode = {
  async start(load) {
    const run = new ThreadsRun(load)
    await run.started()
    return run
  },
}
