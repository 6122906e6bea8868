// What the recorder left: its memory, laid out as native/trace.h says, read as values.

import { STOPPED, TIMED_OUT } from '../native/addon.js'
import { errno, errnoName } from '../native/errno.js'

/** How a traced call ended: `would block` is what a call answers that was told not to wait. */
export type CallOutcome = 'done' | 'would block' | 'timed out' | 'interrupted' | 'failed' | 'unfinished'

/** One call of a trace. Times are milliseconds; `start` counts from the trace's beginning. */
export interface TracedCall {
  /** The native verb: `recv`, `accept`, `epollWait`. Several methods share one: `tryRecv` and `recv` are both `recv`. */
  readonly verb: string
  /** The descriptor that it was about, -1 where it was about none or several. */
  readonly fd: number
  /** Which socket of its thread: unlike descriptors never used again; 0 where there is none. */
  readonly socket: number
  /** The socket that it made: what `accept` answered; 0 where it made none. */
  readonly made: number
  readonly start: number
  /** Of an unfinished call: until its last look at the clock, of which a waiting call has ten a second. */
  readonly duration: number
  /** Of the duration: how long the thread stood still inside poll(2). */
  readonly waiting: number
  /** When it began to wait, counted as `start`. */
  readonly waitStart: number
  /** The bytes moved; null where the verb moves none. */
  readonly bytes: number | null
  /** The port of the address that was given, or that came; 0 where there is none. */
  readonly port: number
  readonly outcome: CallOutcome
  /** The name of the errno of what failed or would block. */
  readonly error: string | null
  /** How many of each system call it made, by their names in C; 65535 are that many or more. */
  readonly systemCalls: Readonly<Record<string, number>>
}

/** The calls of one thread. */
export interface TracedThread {
  /** Its `threadId`: 0 is the main thread. */
  readonly id: number
  /** Its calls, the oldest first; without those that had to make room. */
  readonly calls: readonly TracedCall[]
  /** How many calls had to make room for later ones. */
  readonly dropped: number
  /** All system calls of the whole time, those of dropped calls and those between calls included. */
  readonly systemCalls: Readonly<Record<string, number>>
}

/** A ring, read. */
export interface Ring {
  readonly process: number
  /** On the clock of `process.hrtime.bigint()`. */
  readonly began: bigint
  readonly beganAt: Date
  readonly thread: TracedThread
}

const MAGIC = 'berktrc1'
const NAMES = 28
const NAME_BYTES = 16
const TOTALS_AT = 64
const NAMES_AT = TOTALS_AT + NAMES * 8
const RECORDS_AT = NAMES_AT + NAMES * NAME_BYTES
const RECORD_BYTES = 128

/** A name that ends with a NUL. */
function nameAt(bytes: Buffer, at: number): string {
  const text = bytes.toString('latin1', at, at + NAME_BYTES)
  return text.slice(0, text.indexOf('\0'))
}

function named(names: readonly string[], counts: ArrayLike<number | bigint>): Record<string, number> {
  const result: Record<string, number> = {}
  for (let index = 0; index < names.length; index++) {
    if (counts[index]) result[names[index]!] = Number(counts[index])
  }
  return result
}

function outcomeOf(answer: number): CallOutcome {
  if (answer >= 0) return 'done'
  if (answer === TIMED_OUT) return 'timed out'
  if (answer === STOPPED || answer === -errno.EINTR) return 'interrupted'
  const unfinished = [errno.EAGAIN, errno.EINPROGRESS, errno.EALREADY].includes(-answer)
  return unfinished ? 'would block' : 'failed'
}

/** The views of one record's fields. */
class RecordReader {
  readonly #bytes: Buffer
  readonly #names: readonly string[]
  readonly #began: bigint

  constructor(bytes: Buffer, names: readonly string[], began: bigint) {
    this.#bytes = bytes
    this.#names = names
    this.#began = began
  }

  read(at: number): TracedCall {
    const times = new BigInt64Array(this.#bytes.buffer, at, 5)
    const numbers = new Int32Array(this.#bytes.buffer, at + 40, 4)
    const counts = new Uint16Array(this.#bytes.buffer, at + 72, NAMES)
    const [start, end, waitStart, waiting, result] = times as unknown as [bigint, bigint, bigint, bigint, bigint]
    const verb = nameAt(this.#bytes, at + 56)
    const answer = Number(result)
    const finished = end !== 0n
    const moves = /^(recv|send)/.test(verb)
    const outcome = finished ? outcomeOf(answer) : 'unfinished'
    return {
      verb,
      fd: numbers[0]! >= 0 || answer < 0 ? numbers[0]! : madeBy(numbers[2]!, answer),
      socket: numbers[1]! || (numbers[0]! < 0 ? numbers[2]! : 0),
      made: numbers[2]!,
      start: this.#since(start),
      // Of one that goes on, as much as is known: until the end of its last wait.
      duration: Number((finished ? end : waitStart === 0n ? start : waitStart + waiting) - start) / 1e6,
      waiting: Number(waiting) / 1e6,
      waitStart: waitStart === 0n ? 0 : this.#since(waitStart),
      bytes: moves ? Math.max(answer, 0) : null,
      port: new Uint16Array(this.#bytes.buffer, at + 54, 1)[0]!,
      outcome,
      error: finished && answer < 0 && answer > TIMED_OUT ? errnoName(answer) : null,
      systemCalls: named(this.#names, counts),
    }
  }

  #since(time: bigint): number {
    return Number(time - this.#began) / 1e6
  }
}

/** The descriptor that a call answered which was about none before: what `socket` made. */
function madeBy(made: number, answer: number): number {
  return made === 0 ? -1 : answer
}

/**
 * Reads a ring's memory.
 * @returns null where it is none, or where there was no room to make it
 */
export function readRing(memory: Uint8Array): Ring | null {
  // A copy of its own: aligned, and not changed meanwhile by a process that still runs.
  const bytes = Buffer.from(new Uint8Array(memory).buffer)
  if (bytes.length < RECORDS_AT || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  const [recordBytes, limit, process, thread, , nameCount] = new Uint32Array(bytes.buffer, 8, 6) as unknown as number[]
  if (recordBytes !== RECORD_BYTES) return null
  const [began, beganAt, begun] = new BigInt64Array(bytes.buffer, 32, 3) as unknown as [bigint, bigint, bigint]
  const names = Array.from({ length: nameCount! }, (_, index) => nameAt(bytes, NAMES_AT + index * NAME_BYTES))
  const count = Number(begun)
  const dropped = Math.max(count - limit!, 0)
  if (nameCount! > NAMES || bytes.length < RECORDS_AT + (count - dropped) * RECORD_BYTES) return null
  const reader = new RecordReader(bytes, names, began)
  const calls: TracedCall[] = []
  for (let index = dropped; index < count; index++) {
    calls.push(reader.read(RECORDS_AT + (index % limit!) * RECORD_BYTES))
  }
  const systemCalls = named(names, new BigInt64Array(bytes.buffer, TOTALS_AT, NAMES))
  return {
    process: process!,
    began,
    beganAt: new Date(Number(beganAt)),
    thread: { id: thread!, calls, dropped, systemCalls },
  }
}
