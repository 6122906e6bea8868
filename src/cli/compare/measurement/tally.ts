// What the requests of one way came to, as they are made. It costs the same in every way: two looks at the clock and a
// count in a histogram for each request.

import { createHistogram, type Histogram, type RecordableHistogram } from 'node:perf_hooks'

/** Requests one by one, for a picture; times in milliseconds from the beginning of the work on. */
export interface Samples {
  readonly connection: number[]
  /** Which thread made it: 0 is the main thread. */
  readonly thread: number[]
  readonly start: number[]
  readonly duration: number[]
}

/** How many samples a thread keeps: more are no picture, and would show in the peak of memory. */
export const MOST_SAMPLES = 5000

/** How often a long run tells how far it is, in milliseconds. */
const PROGRESS = 100

/** What `performance.now()` lacks to be the clock that all threads and processes share. */
const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Milliseconds on the clock that all threads and processes share; `clock_gettime(CLOCK_MONOTONIC)`. */
export function now(): number {
  return performance.now() + offset
}

/** The requests of one thread. */
export class Tally {
  /** Latencies in nanoseconds. */
  readonly latency: RecordableHistogram = createHistogram()
  readonly samples: Samples = { connection: [], thread: [], start: [], duration: [] }
  /** Told ten times a second how many requests were made since it was told last. */
  readonly progress: (requests: number) => void
  readonly #thread: number
  #epoch = 0
  #told = 0
  #sinceTold = 0

  /** @param thread its number, 0 for the main thread */
  constructor(thread: number, progress: (requests: number) => void) {
    this.#thread = thread
    this.progress = progress
  }

  /** The work begins; `epoch` is what samples count their time from. */
  begin(epoch: number): void {
    this.#epoch = epoch
    this.#told = epoch
  }

  /** A request that was sent at `start` has its reply now. */
  note(connection: number, start: number): void {
    const end = now()
    const duration = end - start
    this.latency.record(Math.max(1, Math.round(duration * 1e6)))
    if (this.samples.start.length < MOST_SAMPLES) this.#keep(connection, start - this.#epoch, duration)
    this.#sinceTold++
    if (end - this.#told < PROGRESS) return
    this.#told = end
    this.progress(this.#sinceTold)
    this.#sinceTold = 0
  }

  /** Adds what another thread counted. */
  add(latency: Histogram | undefined, samples: Samples | undefined): void {
    // What came from another thread has lost the methods that record, which adding does not need.
    if (latency !== undefined && latency.count > 0) this.latency.add(latency as RecordableHistogram)
    if (samples === undefined) return
    for (const name of ['connection', 'thread', 'start', 'duration'] as const) {
      for (const value of samples[name]) this.samples[name].push(value)
    }
  }

  #keep(connection: number, start: number, duration: number): void {
    this.samples.connection.push(connection)
    this.samples.thread.push(this.#thread)
    this.samples.start.push(start)
    this.samples.duration.push(duration)
  }
}
