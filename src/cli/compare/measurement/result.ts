// What a way came to, as plain data: from the process that ran it to whoever shows it.

import type { WayName } from '../workload/mode-names.js'
import type { Standstill } from './loop-monitor.js'
import type { Samples } from './tally.js'

/** Milliseconds. */
export interface Latency {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** What a way measured. Times in milliseconds. */
export interface Figures {
  /** How many requests had their reply. */
  readonly requests: number
  /** From the first connect to the last reply. */
  readonly totalMs: number
  /** The part of it until all were connected. */
  readonly connectMs: number
  readonly requestsPerSecond: number
  /** From sending a request to its reply; waiting for one's turn to be sent is no part of it. */
  readonly latencyMs: Latency
  /** Of all threads of the process, in user and system mode. */
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  /** Threads of JavaScript, and all of the process where the system tells. */
  readonly threads: { readonly javaScript: number; readonly all: number | null }
  readonly mainThread: Standstill
  /** What was prepared before: workers, for instance. */
  readonly startUpMs: number
}

/** System calls between the first request and the last reply, all connections being made. */
export interface SystemCalls {
  readonly perRequest: number
  readonly requests: number
  readonly byName: Readonly<Record<string, number>>
}

/** What came of a way. */
export interface Outcome {
  readonly way: WayName
  /** `unavailable`: this system lacks it. `interrupted`: before its end, or before its beginning. */
  readonly state: 'done' | 'failed' | 'unavailable' | 'interrupted'
  /** Why it is not done. */
  readonly reason?: string
  readonly figures?: Figures
  /** The first requests of each thread. */
  readonly samples?: Samples
  /** Where they could be counted. */
  readonly systemCalls?: SystemCalls
}

const ENDS: Readonly<Record<Outcome['state'], string>> = {
  done: 'got to its end',
  failed: 'failed',
  unavailable: 'is not available here',
  interrupted: 'was interrupted',
}

/** How a way ended, in one line. */
export function endOf({ way, state, reason }: Outcome): string {
  return `${way} ${ENDS[state]}${reason === undefined ? '' : `: ${reason}`}`
}
