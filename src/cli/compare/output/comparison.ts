// A whole comparison as plain data: everything that is printed, written as JSON or CSV, or shown in the report.

import { cpus, loadavg, release, type } from 'node:os'
import type { ModeResult } from '../measurement/result.js'
import type { Workload } from '../workload/workload.js'

/** The machine on which the figures were measured. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly kernel: string
  readonly node: string
  /** The load average of the minute before the run. */
  readonly load: number
}

/** The delay of the built-in server's replies, in milliseconds. */
interface ServerDelay {
  readonly latencyMs: number
  readonly jitterMs: number
}

/** The workload and its results. */
export interface Comparison {
  readonly machine: Machine
  readonly workload: Workload
  /** Computation after each reply, in milliseconds. */
  readonly thinkMs: number
  /** `null` for another server than the built-in one. */
  readonly builtInServer: ServerDelay | null
  readonly results: readonly ModeResult[]
  /** Why system calls were not counted. */
  readonly notCounted?: string
  readonly interrupted: boolean
}

/** The part of a comparison that is known before it runs. */
export type ComparisonSetup = Omit<Comparison, 'results' | 'interrupted'>

/** Describes this machine at this moment. */
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
