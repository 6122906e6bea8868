// The result of a mode, as plain data: the mode's process sends it to the process that prints it.

import type { ModeName } from '../workload/mode-names.js'
import type { BlockedTime } from './blocked-time.js'
import type { RequestSamples } from './tally.js'

/** Milliseconds. */
export interface Latency {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** The measurements of a mode. */
export interface Figures {
  /** The number of requests that had their reply. */
  readonly requests: number
  /** From the first connect to the last reply. */
  readonly totalMs: number
  /** The part of `totalMs` until all connections were made. */
  readonly connectMs: number
  readonly requestsPerSecond: number
  /** From sending a request to its reply. The time in which a request waits to be sent is not included. */
  readonly latencyMs: Latency
  /** User and system time of all threads of the process. */
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  /** Threads that run JavaScript, and all threads of the process where the system reports them. */
  readonly threads: { readonly javaScript: number; readonly all: number | null }
  /** How long the main thread was blocked. */
  readonly mainThread: BlockedTime
  /** The time to prepare the mode, before `totalMs` begins: to start workers, for instance. */
  readonly startUpMs: number
}

/** System calls between the first request and the last reply; connecting is not included. */
export interface SystemCalls {
  readonly perRequest: number
  readonly requests: number
  readonly byName: Readonly<Record<string, number>>
}

/** The result of a mode. */
export interface ModeResult {
  readonly mode: ModeName
  /** `unavailable`: this system lacks something that the mode needs. `interrupted`: before it ended, or before it began. */
  readonly state: 'done' | 'failed' | 'unavailable' | 'interrupted'
  /** Why the state is not `done`. */
  readonly reason?: string
  readonly figures?: Figures
  /** The first requests of each thread. */
  readonly samples?: RequestSamples
  /** Present if they were counted. */
  readonly systemCalls?: SystemCalls
}

const STATES: Readonly<Record<ModeResult['state'], string>> = {
  done: 'finished',
  failed: 'failed',
  unavailable: 'is not available here',
  interrupted: 'was interrupted',
}

/** Describes how a mode ended, in one line. */
export function describeState({ mode, state, reason }: ModeResult): string {
  return `${mode} ${STATES[state]}${reason === undefined ? '' : `: ${reason}`}`
}
