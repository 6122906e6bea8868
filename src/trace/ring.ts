// Reads the ring buffer in which the native recorder keeps the calls of one thread. native/trace/ring.h defines the
// layout: `struct Header`, then a `struct CallRecord` for each call.

import { wouldBlock } from '../core/errors.js'
import { STOPPED, TIMED_OUT } from '../native/addon.js'
import { errno, errnoName } from '../native/errno.js'

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

const MAGIC = 'berktrc1'
const MAX_SYSTEM_CALLS = 28
const NAME_BYTES = 16
const RECORD_BYTES = 128
// Offsets in bytes.
const TOTALS_OFFSET = 64
const NAMES_OFFSET = TOTALS_OFFSET + MAX_SYSTEM_CALLS * 8
const RECORDS_OFFSET = NAMES_OFFSET + MAX_SYSTEM_CALLS * NAME_BYTES

/** A name that ends with a NUL. */
function nameAt(bytes: Buffer, offset: number): string {
  const text = bytes.toString('latin1', offset, offset + NAME_BYTES)
  return text.slice(0, text.indexOf('\0'))
}

/** The counts that are not zero, by the names of their system calls. */
function countsByName(names: readonly string[], counts: ArrayLike<number | bigint>): Readonly<Record<string, number>> {
  const result: Record<string, number> = {}
  for (const [index, name] of names.entries()) {
    if (counts[index]) result[name] = Number(counts[index])
  }
  return result
}

function outcomeOf(result: number): CallOutcome {
  if (result >= 0) return 'done'
  if (result === TIMED_OUT) return 'timed out'
  if (result === STOPPED || result === -errno.EINTR) return 'interrupted'
  return wouldBlock(result) ? 'would block' : 'failed'
}

/** Reads the calls of one ring buffer. */
class CallReader {
  readonly #bytes: Buffer
  readonly #names: readonly string[]
  readonly #began: bigint

  constructor(bytes: Buffer, names: readonly string[], began: bigint) {
    this.#bytes = bytes
    this.#names = names
    this.#began = began
  }

  read(offset: number): TracedCall {
    const times = new BigInt64Array(this.#bytes.buffer, offset, 5)
    const numbers = new Int32Array(this.#bytes.buffer, offset + 40, 3)
    const [start, end, waitStart, waiting, longResult] = times as unknown as [bigint, bigint, bigint, bigint, bigint]
    const [fd, socket, made] = numbers as unknown as [number, number, number]
    const verb = nameAt(this.#bytes, offset + 56)
    const result = Number(longResult)
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
      duration: milliseconds(knownEnd - start),
      waiting: milliseconds(waiting),
      waitStart: waitStart === 0n ? 0 : this.#sinceBeginning(waitStart),
      bytes: /^(recv|send)/.test(verb) ? Math.max(result, 0) : null,
      port: new Uint16Array(this.#bytes.buffer, offset + 54, 1)[0]!,
      outcome: isFinished ? outcomeOf(result) : 'unfinished',
      error: isFinished && result < 0 && result > TIMED_OUT ? errnoName(result) : null,
      systemCalls: countsByName(this.#names, new Uint16Array(this.#bytes.buffer, offset + 72, MAX_SYSTEM_CALLS)),
    }
  }

  #sinceBeginning(time: bigint): number {
    return milliseconds(time - this.#began)
  }
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6
}

/**
 * Reads the memory of a ring buffer.
 * @returns null if it is none, or if the recorder found no room to make it
 */
export function readRing(memory: Uint8Array): RingContent | null {
  // A copy is aligned, and a process that still runs does not change it.
  const bytes = Buffer.from(new Uint8Array(memory).buffer)
  if (bytes.length < RECORDS_OFFSET || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  const header = new Uint32Array(bytes.buffer, 8, 6) as unknown as [number, number, number, number, number, number]
  const [recordBytes, limit, process, thread, , nameCount] = header
  const [began, beganAt, callCount] = new BigInt64Array(bytes.buffer, 32, 3) as unknown as [bigint, bigint, bigint]
  const count = Number(callCount)
  const dropped = Math.max(count - limit, 0)
  if (recordBytes !== RECORD_BYTES || nameCount > MAX_SYSTEM_CALLS) return null
  if (bytes.length < RECORDS_OFFSET + (count - dropped) * RECORD_BYTES) return null
  const names = Array.from({ length: nameCount }, (_, index) => nameAt(bytes, NAMES_OFFSET + index * NAME_BYTES))
  const reader = new CallReader(bytes, names, began)
  const calls = Array.from({ length: count - dropped }, (_, index) =>
    reader.read(RECORDS_OFFSET + ((dropped + index) % limit) * RECORD_BYTES),
  )
  const systemCalls = countsByName(names, new BigInt64Array(bytes.buffer, TOTALS_OFFSET, MAX_SYSTEM_CALLS))
  return { process, began, beganAt: new Date(Number(beganAt)), thread: { id: thread, calls, dropped, systemCalls } }
}
