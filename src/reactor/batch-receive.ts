// Batch receive: receiving small messages of many sockets in one call, before the first of them is delivered. Entering the
// addon costs more than the bytes of a small message. A message waits here until it is delivered, mostly in the same turn.

import { Bytes, keepInPlace, lengthOf, memoryOf, partOf } from '../core/intrinsics.js'
import { native } from '../native/addon.js'
import { MAX_COMPLETIONS_PER_TURN } from './fairness.js'

/** How many sockets one call receives for. */
export const MAX_BATCH_ROWS = MAX_COMPLETIONS_PER_TURN

/**
 * Room for each socket's message; a message that fills it may have more, which its connection receives by itself. It is no
 * power of two: all messages would share the same few lines of the processor's cache.
 */
export const BATCH_ROOM_BYTES = 1088

/** The row of a registration that has none. */
export const NO_ROW = -1
/** In place of a descriptor: nothing is to be received. */
export const NO_FD = -1
/** The result of a row for which nothing was received after all: a trace, which records each call, is on. */
export const NOT_RECEIVED = -0x80000000

const FIELDS_PER_ROW = 2
const FD = 0
const RESULT = 1

class BatchReceive {
  readonly #rows = new Int32Array(MAX_BATCH_ROWS * FIELDS_PER_ROW)
  readonly #rowBytes = new Bytes(memoryOf(this.#rows))
  /** Made when it is first needed. */
  #memory: Uint8Array | null = null
  /** Messages of one size follow each other: the view of one is the view of the next. */
  readonly #views: Uint8Array[] = []

  /** Fills in a row of the next batch. */
  setRow(row: number, fd: number): void {
    this.#rows[row * FIELDS_PER_ROW + FD] = fd
    this.#rows[row * FIELDS_PER_ROW + RESULT] = NOT_RECEIVED
  }

  /** Receives for the first `count` rows. It overwrites the batch before. */
  receive(count: number): void {
    this.#memory ??= makeMemory()
    native.recvMany(this.#rowBytes, count, this.#memory, BATCH_ROOM_BYTES)
  }

  /** How many bytes a row received, 0 at the end, -errno, or NOT_RECEIVED. */
  result(row: number): number {
    return this.#rows[row * FIELDS_PER_ROW + RESULT]!
  }

  /** A row's bytes, to be copied: they are valid until the next batch, and share memory with those of all others. */
  bytes(row: number): Uint8Array {
    const count = this.result(row)
    const view = this.#views[row]
    if (view !== undefined && lengthOf(view) === count) return view
    const bytes = partOf(this.#memory!, row * BATCH_ROOM_BYTES, row * BATCH_ROOM_BYTES + count)
    this.#views[row] = bytes
    return bytes
  }
}

function makeMemory(): Uint8Array {
  const memory = new Bytes(MAX_BATCH_ROWS * BATCH_ROOM_BYTES)
  keepInPlace(memoryOf(memory))
  return memory
}

/** The batch of this environment. */
export const batchReceive = new BatchReceive()
