// Recording what every call did: the recorder is native, and this starts it, stops it and reads it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failure, stateError } from '../core/errors.js'
import { checkInteger, checkOptions } from '../core/validate.js'
import { native } from '../native/addon.js'
import { errno, errnoMessage } from '../native/errno.js'
import { type Ring, readRing, type TracedThread } from './ring.js'

export type { CallOutcome, TracedCall, TracedThread } from './ring.js'

const LIMIT = 65_536
const MOST = 2 ** 24

/** What is recorded. */
export interface TraceOptions {
  /** Records the calls of all threads of the process, those that start later as well; unless given, of this one. */
  readonly workers?: boolean
  /** How many calls of each thread are kept: the last ones. Each takes 128 bytes. 65536 unless given. */
  readonly limit?: number
}

/** The calls that were recorded of one process. */
export interface Trace {
  /** The process' id. */
  readonly process: number
  /** When it began, in nanoseconds on the clock of `process.hrtime.bigint()`, which all threads and processes share. */
  readonly began: bigint
  /** When it began, on the wall's clock. */
  readonly beganAt: Date
  /** The threads that made a call. */
  readonly threads: readonly TracedThread[]
}

/** A trace that is on; made by `trace`. */
export class Recording implements Disposable {
  #trace: Trace | undefined

  /**
   * Ends the recording; once ended, it answers the same again.
   * A call that another thread is making is in it as `unfinished`.
   * @example
   * const { threads } = recording.stop()
   * for (const { verb, waiting } of threads[0]!.calls) console.log(verb, waiting)
   */
  stop(): Trace {
    this.#trace ??= joined(native.traceStop().flatMap((memory) => readRing(memory) ?? []))[0]!
    return this.#trace
  }

  /** `stop`, for `using`. */
  [Symbol.dispose](): void {
    this.stop()
  }
}

/**
 * Records every call on sockets from now on: which, on what, how long, how much of it waiting, its system calls, bytes
 * and outcome. Only the last ones are kept. It costs some 0.2 µs a call, and nothing while it is off.
 * Connections with handlers receive each by itself meanwhile, of which otherwise many do in one call.
 *
 * One trace can be on in a process. A program that runs with `BERKELEY_TRACE` set is traced from its beginning.
 * @throws SocketError `ERR_TRACE_RUNNING` where one is on; `ENOMEM`; RangeError `ERR_OUT_OF_RANGE`
 * @example
 * const recording = trace({ workers: true })
 * socket.recv(100)
 * const { threads } = recording.stop()
 */
export function trace(options?: TraceOptions): Recording {
  checkOptions(options)
  const { workers = false, limit = LIMIT } = options ?? {}
  checkInteger(limit, 'limit', 1, MOST)
  const answer = native.traceStart(limit, workers === true, '')
  if (answer === -errno.EALREADY) {
    throw stateError('ERR_TRACE_RUNNING', 'trace', 'a trace is on already in this process')
  }
  if (answer < 0) throw failure(answer, 'trace')
  return new Recording()
}

/**
 * Reads what programs recorded that ran with `BERKELEY_TRACE` set to this folder: a trace of each process, the first
 * that began first. It does not matter how they ended; of one that still runs, what it has done so far.
 * @throws Error such as `ENOENT`
 * @example
 * for (const { process, threads } of readTraces('recordings')) console.log(process, threads.length)
 */
export function readTraces(folder: string): Trace[] {
  const files = readdirSync(folder).filter((name) => /^berkeley-.*\.trace$/.test(name))
  return joined(files.flatMap((name) => readRing(readFileSync(join(folder, name))) ?? []))
}

/** The rings of each process as one trace. */
function joined(rings: readonly Ring[]): Trace[] {
  const processes = new Map<string, Ring[]>()
  for (const ring of rings) {
    // Numbers of processes are used again.
    const key = `${ring.process} ${ring.began}`
    processes.set(key, [...(processes.get(key) ?? []), ring])
  }
  const traces = [...processes.values()].map((own) => {
    const threads = own.map(({ thread }) => thread).sort((one, other) => one.id - other.id)
    return { process: own[0]!.process, began: own[0]!.began, beganAt: own[0]!.beganAt, threads }
  })
  return traces.sort((one, other) => Number(one.began - other.began))
}

/** Starts the trace that the environment asks for. A program that can do without one is not stopped by its failure. */
function startAsAsked(folder: string, limit: number): void {
  const kept = Number.isInteger(limit) && limit >= 1 && limit <= MOST ? limit : LIMIT
  const answer = native.traceStart(kept, true, folder)
  // Modules of a worker, and those that are evaluated again, find it started.
  if (answer >= 0 || answer === -errno.EALREADY) return
  process.emitWarning(`berkeley cannot trace into ${folder}: ${errnoMessage(answer)}`)
}

const { BERKELEY_TRACE: asked, BERKELEY_TRACE_LIMIT: askedLimit } = process.env
if (asked !== undefined && asked !== '') startAsAsked(asked, Number(askedLimit ?? LIMIT))
