// The requests of one mode, counted as they are made. It costs the same in every mode: two readings of the clock and one
// record in a histogram for each request.

import { type LatencyCounts, LatencyHistogram } from './latency-histogram.js'

/** Single requests, for a timeline. Times are milliseconds, counted from the beginning of the first request. */
export interface RequestSamples {
  readonly connection: number[]
  /** The number of the thread that made the request: 0 is the main thread. */
  readonly thread: number[]
  readonly start: number[]
  readonly duration: number[]
}

/** The maximum number of samples of a thread: more could not be distinguished, and would show in the peak memory. */
const MAX_SAMPLES = 5000

/** How often the number of requests is reported during a run. */
const PROGRESS_INTERVAL_MS = 100

/** The difference between `performance.now()` and the clock that all threads and processes share. */
const CLOCK_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Milliseconds on the clock that all threads and processes share; `clock_gettime(CLOCK_MONOTONIC)`. */
export function now(): number {
  return performance.now() + CLOCK_OFFSET_MS
}

/** Counts and times the requests of one thread. */
export class Tally {
  /** Latencies in nanoseconds. */
  readonly latency = new LatencyHistogram()
  readonly samples: RequestSamples = { connection: [], thread: [], start: [], duration: [] }
  /** Called ten times a second with the number of requests since the last call. */
  readonly onProgress: (requests: number) => void
  readonly #thread: number
  #epoch = 0
  #reportedAt = 0
  #unreported = 0

  /** @param thread the number of this thread: 0 is the main thread */
  constructor(thread: number, onProgress: (requests: number) => void) {
    this.#thread = thread
    this.onProgress = onProgress
  }

  /** Begins the count; the times of samples are relative to `epoch`. */
  begin(epoch: number): void {
    this.#epoch = epoch
    this.#reportedAt = epoch
  }

  /** Counts a request that was sent at `start` and has its reply now. */
  add(connection: number, start: number): void {
    const end = now()
    const duration = end - start
    this.latency.record(Math.max(1, Math.round(duration * 1e6)))
    if (this.samples.start.length < MAX_SAMPLES) this.#addSample(connection, start - this.#epoch, duration)
    this.#unreported++
    if (end - this.#reportedAt < PROGRESS_INTERVAL_MS) return
    this.#reportedAt = end
    this.onProgress(this.#unreported)
    this.#unreported = 0
  }

  /** Adds the requests of another thread. */
  merge(latency: LatencyCounts | undefined, samples: RequestSamples | undefined): void {
    if (latency !== undefined) this.latency.add(latency)
    if (samples === undefined) return
    for (const name of ['connection', 'thread', 'start', 'duration'] as const) {
      for (const value of samples[name]) this.samples[name].push(value)
    }
  }

  #addSample(connection: number, start: number, duration: number): void {
    this.samples.connection.push(connection)
    this.samples.thread.push(this.#thread)
    this.samples.start.push(start)
    this.samples.duration.push(duration)
  }
}
