// trace/ starts (start.ts: from the program's beginning), stops and reads traces (ring.ts), and converts them for viewers
// (events.ts). The addon records: see native/trace/.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { failure, stateError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkCName, checkedOptions, checkInteger, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import type { RingContent, TracedThread } from './ring.js'
import { readRingFile, readRingMemory } from './source.js'
import { DEFAULT_CALLS_KEPT, MAX_CALLS_KEPT } from './start.js'

export type { CallOutcome, TracedCall, TracedThread } from './ring.js'

/** Which calls a trace records. */
export interface TraceOptions {
  /**
   * Records the calls of all threads of the process, including those that start later; by default of this thread only.
   */
  readonly workers?: boolean
  /** How many calls of each thread are kept, the last ones. Each takes 128 bytes. The default is 65536. */
  readonly limit?: number
}

const TRACE_OPTIONS: Names<TraceOptions> = { workers: true, limit: true }

/** The recorded calls of one process. */
export interface Trace {
  /** The id of the process. */
  readonly process: number
  /** When the trace began, in nanoseconds on the clock of `process.hrtime.bigint()`, which all processes share. */
  readonly began: bigint
  /** When the trace began, in calendar time. */
  readonly beganAt: Date
  /** The threads that made a call. */
  readonly threads: readonly TracedThread[]
}

/** The number of a trace that was started, which only `trace` gives to a Recording. */
class Session {
  readonly #number: number

  constructor(number: number) {
    this.#number = number
  }

  static numberOf(session: Session): number {
    if (typeof session === 'object' && session !== null && #number in session) return session.#number
    throw wrongValue('a Recording is made by trace()')
  }
}

/** Ends a trace, unless it has ended, and yields copies of its rings. */
function* stoppedRings(number: number): Generator<Uint8Array, void, undefined> {
  native.traceStop(number)
  for (let ring = native.traceTake(); ring !== null; ring = native.traceTake()) yield ring
}

/**
 * A trace that is being recorded; made by `trace`.
 * @example
 * using recording = trace()
 * socket.recv(100)
 * console.log(recording.stop().threads)
 */
export class Recording implements Disposable {
  readonly #session: number
  /** From the end of the recording until they are read. */
  #rings: readonly Uint8Array[] | undefined
  #trace: Trace | undefined

  /** @internal */
  constructor(session: Session) {
    this.#session = Session.numberOf(session)
  }

  /**
   * Ends the recording and returns it. Called again, it returns the same trace.
   * A call that another thread is making is included as `unfinished`.
   * @example
   * const { threads } = recording.stop()
   * for (const { verb, waiting } of threads[0]!.calls) console.log(verb, waiting)
   */
  stop(): Trace {
    if (this.#trace !== undefined) return this.#trace
    // Reading may run code of the caller's, an accessor of a polluted prototype, which may call this again.
    this.#rings ??= [...stoppedRings(this.#session)]
    const [trace] = tracesOf(this.#rings.flatMap((memory) => readRingMemory(memory) ?? []))
    this.#trace ??= trace!
    this.#rings = []
    return this.#trace
  }

  /** Ends the recording, at the end of the scope of `using`. */
  [Symbol.dispose](): void {
    this.stop()
  }
}

/**
 * Records every call on sockets from now on: its verb and socket, duration, waiting time, system calls, bytes and
 * outcome. Only the last calls are kept. A trace costs about 0.2 µs a call, and nothing while it is off. During a trace
 * each connection with handlers receives with a call of its own, where otherwise one call receives for many.
 *
 * A process has at most one trace at a time. With `BERKELEY_TRACE` set, a program is traced from its beginning.
 * @throws SocketError `ERR_TRACE_RUNNING` when a trace is on in this process
 * @throws SocketError `ENOMEM` when there is too little memory for `limit` calls
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when options are no object, or the limit no number
 * @throws RangeError `ERR_OUT_OF_RANGE` when the limit is no integer from 1 to 2 ** 24
 * @example
 * const recording = trace({ workers: true })
 * socket.recv(100)
 * const { threads } = recording.stop()
 */
export function trace(options?: TraceOptions): Recording {
  checkOptionNames(options, TRACE_OPTIONS)
  const { workers = false, limit = DEFAULT_CALLS_KEPT } = checkedOptions(options)
  checkInteger(limit, 'limit', 1, MAX_CALLS_KEPT)
  const result = native.traceStart(limit, workers === true, '')
  if (result === -errno.EALREADY) {
    throw stateError('ERR_TRACE_RUNNING', 'trace', 'a trace is already on in this process')
  }
  if (result < 0) throw failure(result, 'trace')
  return new Recording(new Session(result))
}

/**
 * Reads the traces of programs that ran with `BERKELEY_TRACE` set to this folder: one a process, the earliest first.
 * The trace of a program is complete however the program ended; that of a running program contains its calls so far.
 * Empty files are passed over: they are of threads for which there was no room on the disk.
 * @throws Error `ENOENT` when there is no such folder
 * @throws SocketError `ERR_TRACE_CORRUPT`, with `path`, when a file of a trace was cut or overwritten, or is none
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the folder is no string
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is empty or contains a NUL
 * @example
 * for (const { process, threads } of readTraces('recordings')) console.log(process, threads.length)
 */
export function readTraces(folder: string): Trace[] {
  checkCName(folder, 'folder')
  const files = readdirSync(folder).filter((name) => /^berkeley-.*\.trace$/s.test(name))
  return tracesOf(files.flatMap((name) => readRingFile(join(folder, name)) ?? []))
}

/** One trace a process, from the rings of its threads. */
function tracesOf(rings: readonly RingContent[]): Trace[] {
  const processes = new Map<string, RingContent[]>()
  for (const ring of rings) {
    // Process ids are reused.
    const key = `${ring.process} ${ring.began}`
    const own = processes.get(key)
    if (own === undefined) processes.set(key, [ring])
    else own.push(ring)
  }
  const traces = [...processes.values()].map((own) => {
    const threads = own.map(({ thread }) => thread).sort((one, other) => one.id - other.id)
    return { process: own[0]!.process, began: own[0]!.began, beganAt: own[0]!.beganAt, threads }
  })
  return traces.sort((one, other) => Number(one.began - other.began))
}
