// Reads the ring buffer in which the native recorder keeps the calls of one thread. native/trace/ring.h defines the
// layout: `struct Header`, then a `struct CallRecord` for each call.
//
// A ring may come from a file, and a file may contain anything: another program wrote it, it was cut or overwritten, or
// its recorder still runs and changes it. So each number in it is checked before anything is read or allocated by it.

import { wouldBlock } from '../core/errors.js'
import { STOPPED, TIMED_OUT } from '../native/addon.js'
import { errno, errnoName } from '../native/errno.js'
import { MAX_CALLS_KEPT } from './start.js'

/** How a traced call ended. `would block`: it returned without waiting, and the operation is not done yet. */
export type CallOutcome = 'done' | 'would block' | 'timed out' | 'interrupted' | 'failed' | 'unfinished'

/** One call of a trace. Times are in milliseconds. */
export interface TracedCall {
  /** The native verb: `recv`, `accept`, `epollWait`. Methods may share one: `tryRecv` and `recv` are both `recv`. */
  readonly verb: string
  /** The descriptor of the call; -1 if it used none or several. */
  readonly fd: number
  /** The number of the socket in its thread, which unlike a descriptor is never reused; 0 for none. */
  readonly socket: number
  /** The number of the socket that the call made, as `accept` does; 0 for none. */
  readonly made: number
  /** When the call began, counted from the beginning of the trace. */
  readonly start: number
  /**
   * How long it took; of an unfinished call, until it last read the clock, which a waiting call does ten times a
   * second.
   */
  readonly duration: number
  /** The part of the duration that the thread was blocked in poll(2). */
  readonly waiting: number
  /** When it began to wait, counted as `start`; 0 if it did not. */
  readonly waitStart: number
  /** The bytes transferred; null if the verb transfers none. */
  readonly bytes: number | null
  /** The port of the address that was given or returned; 0 for none. */
  readonly port: number
  readonly outcome: CallOutcome
  /** The name of the errno, of a call that failed or would block. */
  readonly error: string | null
  /** How often the call made each system call, by name in C; 65535 means that many or more. */
  readonly systemCalls: Readonly<Record<string, number>>
}

/** The calls of one thread. */
export interface TracedThread {
  /** Its `threadId`: 0 is the main thread. */
  readonly id: number
  /** Its calls, the oldest first, without the dropped ones. */
  readonly calls: readonly TracedCall[]
  /** How many calls were dropped to make room for later ones. */
  readonly dropped: number
  /** All system calls of the whole trace, including those of dropped calls and those between calls. */
  readonly systemCalls: Readonly<Record<string, number>>
}

/** The content of one ring buffer. */
export interface RingContent {
  readonly process: number
  /** When the trace began, on the clock of `process.hrtime.bigint()`. */
  readonly began: bigint
  readonly beganAt: Date
  readonly thread: TracedThread
}

/** The bytes of a ring, in memory or in a file. */
export interface RingSource {
  readonly size: number
  /** Copies the part at `offset` into all of `bytes`; returns how many bytes there were, fewer at the end. */
  copy(offset: number, bytes: Uint8Array): number
  /** The error for content that no recorder writes. */
  corrupt(explanation: string): Error
}

const MAGIC = 'berktrc2'
/** The place of the magic bytes while the recorder has not filled in the header. */
const NO_MAGIC = '\0'.repeat(MAGIC.length)
const MAX_SYSTEM_CALLS = 28
const NAME_BYTES = 16
const RECORD_BYTES = 128
// Offsets in bytes.
const TOTALS_OFFSET = 64
const NAMES_OFFSET = TOTALS_OFFSET + MAX_SYSTEM_CALLS * 8
const RECORDS_OFFSET = NAMES_OFFSET + MAX_SYSTEM_CALLS * NAME_BYTES

/** How many records are read at a time: a file may be far larger than what its calls take as values. */
const RECORDS_PER_READ = 4096

/** The largest time of a Date, in milliseconds. */
const MAX_DATE_MS = 8_640_000_000_000_000n

interface RingHeader {
  readonly process: number
  readonly thread: number
  readonly began: bigint
  readonly beganAt: Date
  /** How many records the ring has room for. */
  readonly limit: number
  /** How many calls began, and how many of their records were overwritten by later ones. */
  readonly begun: number
  readonly dropped: number
  readonly names: readonly string[]
  readonly totals: BigUint64Array
}

/** A name of letters and digits that ends with a NUL; undefined if it is none. */
function nameAt(bytes: Buffer, offset: number): string | undefined {
  return /^(\w*)\0/.exec(bytes.toString('latin1', offset, offset + NAME_BYTES))?.[1]
}

/** The counts that are not zero, by the names of their system calls. */
function countsByName(
  names: readonly string[],
  counts: Uint16Array | BigUint64Array,
  offset = 0,
): Readonly<Record<string, number>> {
  const result: Record<string, number> = {}
  for (const [index, name] of names.entries()) {
    const count = counts[offset + index]
    if (count) result[name] = Number(count)
  }
  return result
}

function outcomeOf(result: number): CallOutcome {
  if (result >= 0) return 'done'
  if (result === TIMED_OUT) return 'timed out'
  if (result === STOPPED || result === -errno.EINTR) return 'interrupted'
  return wouldBlock(result) ? 'would block' : 'failed'
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6
}

/** A length of time. Of a record that is read while it is overwritten, it may be negative. */
function duration(nanoseconds: bigint): number {
  return Math.max(milliseconds(nanoseconds), 0)
}

/** The header; null if the recorder has not filled it in. */
function readHeader(source: RingSource): RingHeader | null {
  const bytes = Buffer.from(new ArrayBuffer(RECORDS_OFFSET))
  const length = source.copy(0, bytes)
  const magic = bytes.toString('latin1', 0, MAGIC.length)
  if (magic === NO_MAGIC) return null
  if (magic !== MAGIC) throw source.corrupt(`it does not begin with ${MAGIC}`)
  if (length < RECORDS_OFFSET) throw source.corrupt(`it ends after ${length} bytes, inside its header`)
  const [recordBytes, limit, process, thread, , nameCount] = new Uint32Array(bytes.buffer, 8, 6) as unknown as number[]
  const [began, beganAt, begun] = new BigInt64Array(bytes.buffer, 32, 3) as unknown as [bigint, bigint, bigint]
  const range = (name: string, value: bigint | number | undefined, min: number, max: bigint | number): number => {
    if (value !== undefined && value >= min && value <= max) return Number(value)
    throw source.corrupt(`its ${name} must be from ${min} to ${max}, not ${value}`)
  }
  range('record size', recordBytes, RECORD_BYTES, RECORD_BYTES)
  const checked = {
    process: process!,
    thread: thread!,
    began,
    beganAt: new Date(range('date', beganAt, 0, MAX_DATE_MS)),
    limit: range('limit', limit, 1, MAX_CALLS_KEPT),
    begun: range('number of calls', begun, 0, Number.MAX_SAFE_INTEGER),
  }
  const names = namesOf(source, bytes, range('number of names', nameCount, 0, MAX_SYSTEM_CALLS))
  const dropped = Math.max(checked.begun - checked.limit, 0)
  const totals = new BigUint64Array(bytes.buffer, TOTALS_OFFSET, MAX_SYSTEM_CALLS)
  return { ...checked, dropped, names, totals }
}

function namesOf(source: RingSource, bytes: Buffer, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = nameAt(bytes, NAMES_OFFSET + index * NAME_BYTES)
    // The names become those of properties, of which __proto__ is no usual one.
    if (name !== undefined && /^[a-z]/.test(name)) return name
    throw source.corrupt(`the name of its system call ${index} is invalid`)
  })
}

/** Reads the calls of one ring buffer. */
class CallReader {
  readonly #source: RingSource
  readonly #header: RingHeader
  /** The records that are read at a time. */
  readonly #bytes: Buffer

  constructor(source: RingSource, header: RingHeader) {
    this.#source = source
    this.#header = header
    const count = Math.min(header.begun - header.dropped, RECORDS_PER_READ)
    this.#bytes = Buffer.from(new ArrayBuffer(count * RECORD_BYTES))
  }

  /** All calls, the oldest first. */
  *calls(): Generator<TracedCall, void, undefined> {
    const { limit, begun, dropped } = this.#header
    const count = begun - dropped
    const present = Math.floor((this.#source.size - RECORDS_OFFSET) / RECORD_BYTES)
    if (present < count) throw this.#source.corrupt(`it ends after ${present} of ${count} calls`)
    const oldest = dropped % limit
    yield* this.#run(oldest, count)
    yield* this.#run(0, oldest)
  }

  /** The calls whose records have the indices from `begin` to before `end`. */
  *#run(begin: number, end: number): Generator<TracedCall, void, undefined> {
    for (let index = begin; index < end; index += RECORDS_PER_READ) {
      const length = Math.min(end - index, RECORDS_PER_READ) * RECORD_BYTES
      const copied = this.#source.copy(RECORDS_OFFSET + index * RECORD_BYTES, this.#bytes.subarray(0, length))
      // It was cut since its size was asked for.
      if (copied < length) throw this.#source.corrupt('it became shorter while it was read')
      yield* this.#callsIn(length)
    }
  }

  /** The calls in the first `length` bytes of the buffer. */
  *#callsIn(length: number): Generator<TracedCall, void, undefined> {
    const times = new BigInt64Array(this.#bytes.buffer)
    const numbers = new Int32Array(this.#bytes.buffer)
    const shorts = new Uint16Array(this.#bytes.buffer)
    for (let offset = 0; offset < length; offset += RECORD_BYTES) {
      const verb = nameAt(this.#bytes, offset + 56)
      if (verb === undefined) throw this.#source.corrupt('a verb in it is no name')
      const call = this.#call(verb, times, numbers, shorts, offset)
      if (call !== null) yield call
    }
  }

  /** The call whose record is at `offset` of the views; null if the recorder has not filled it in. */
  #call(
    verb: string,
    times: BigInt64Array,
    numbers: Int32Array,
    shorts: Uint16Array,
    offset: number,
  ): TracedCall | null {
    const time = (index: number): bigint => times[offset / 8 + index]!
    const [start, end, waitStart, waiting] = [time(0), time(1), time(2), time(3)]
    if (start === 0n) return null
    const result = Number(time(4))
    const [fd, socket, made] = [10, 11, 12].map((index) => numbers[offset / 4 + index]!) as [number, number, number]
    const isFinished = end !== 0n
    // The end of an unfinished call that is known: that of its last wait.
    const knownEnd = isFinished ? end : waitStart === 0n ? start : waitStart + waiting
    return {
      verb,
      // A call without a descriptor that made one, as `socket` does, is shown with the new one.
      fd: fd < 0 && made !== 0 && result >= 0 ? result : fd,
      socket: socket === 0 && fd < 0 ? made : socket,
      made,
      start: this.#sinceBeginning(start),
      duration: duration(knownEnd - start),
      waiting: duration(waiting),
      waitStart: waitStart === 0n ? 0 : this.#sinceBeginning(waitStart),
      bytes: /^(recv|send)/.test(verb) ? Math.max(result, 0) : null,
      port: numbers[offset / 4 + 13]! >>> 0,
      outcome: isFinished ? outcomeOf(result) : 'unfinished',
      error: isFinished && result < 0 && result > TIMED_OUT ? errnoName(result) : null,
      systemCalls: countsByName(this.#header.names, shorts, offset / 2 + 36),
    }
  }

  #sinceBeginning(time: bigint): number {
    return milliseconds(time - this.#header.began)
  }
}

/**
 * Reads a ring buffer.
 * @returns null if its recorder found no room for it, or has not filled in its header
 * @throws the source's error for content that no recorder writes
 */
export function readRing(source: RingSource): RingContent | null {
  if (source.size === 0) return null
  const header = readHeader(source)
  if (header === null) return null
  const { process, began, beganAt, thread: id, dropped, names, totals } = header
  const calls = [...new CallReader(source, header).calls()]
  return { process, began, beganAt, thread: { id, calls, dropped, systemCalls: countsByName(names, totals) } }
}
