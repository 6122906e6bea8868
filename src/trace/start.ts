// Starts the trace of BERKELEY_TRACE when the package is imported, and has the limits of every trace.

import { resolve } from 'node:path'
import { native } from '../native/addon.js'
import { traceFolder, traceLimit } from '../native/environment.js'
import { errno, errnoMessage } from '../native/errno.js'

/** The most calls of a thread that a trace can keep. */
export const MAX_CALLS_KEPT = 2 ** 24
export const DEFAULT_CALLS_KEPT = 65_536

/** Warns on failure: the program can run without a trace. */
function traceInto(folder: string, limit: number): void {
  const callsKept = Number.isInteger(limit) && limit >= 1 && limit <= MAX_CALLS_KEPT ? limit : DEFAULT_CALLS_KEPT
  const result = native.traceStart(callsKept, true, absolute(folder))
  // In a worker, and when this module is evaluated again, the trace is on already.
  if (result >= 0 || result === -errno.EALREADY) return
  process.emitWarning(`berkeley cannot trace into ${folder}: ${errnoMessage(result)}`)
}

/** Threads that start after a chdir make their files in the same folder. */
function absolute(folder: string): string {
  try {
    return resolve(folder)
  } catch {
    // The current folder has been removed.
    return folder
  }
}

if (traceFolder !== undefined && traceFolder !== '') traceInto(traceFolder, Number(traceLimit ?? DEFAULT_CALLS_KEPT))
