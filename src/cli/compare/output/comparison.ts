// A whole comparison, as plain data: all that is shown, printed as JSON, or drawn.

import { cpus, loadavg, release, type } from 'node:os'
import type { Outcome } from '../measurement/result.js'
import type { Workload } from '../workload/workload.js'

/** Where a comparison was made: its figures mean nothing without. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly kernel: string
  readonly node: string
  /** Processes that wanted to run in the minute before, on average. */
  readonly load: number
}

/** How long the own server takes for a reply, in milliseconds. */
export interface OwnServerDelays {
  readonly latencyMs: number
  readonly jitterMs: number
}

/** What was asked for, and what came of it. */
export interface Comparison {
  readonly machine: Machine
  readonly workload: Workload
  /** Milliseconds of computation after each reply. */
  readonly thinkMs: number
  /** `null`: the server is somebody else's. */
  readonly ownServer: OwnServerDelays | null
  readonly outcomes: readonly Outcome[]
  /** Why system calls were not counted. */
  readonly notCounted?: string
  readonly interrupted: boolean
}

/** Describes this machine, now. */
export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: cpus().length,
    kernel: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  }
}
