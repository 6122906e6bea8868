// Receiving for many sockets in one call, before the first of them is told: of a small message, the way into the addon
// costs more than its bytes do. What has come for each waits here until it is told, mostly in the same turn.

import { native } from '../native/addon.js'

/** So many sockets at once. */
export const ROWS = 64
/**
 * So much for each; who gets as much receives the rest by itself. No power of two: the messages of all would lie in the
 * same few lines of the processor's cache.
 */
export const SHARE = 1088

/** The row of who has none. */
export const NO_ROW = -1
/** Nothing is to be received. */
export const NO_FD = -1
/** The answer where nothing was asked after all. */
export const NOT_ASKED = -0x80000000

const FIELDS = 2
const FD = 0
const ANSWER = 1

class ReceiveAhead {
  readonly #rows = new Int32Array(ROWS * FIELDS)
  readonly #rowBytes = new Uint8Array(this.#rows.buffer)
  /** Made when it is first needed. */
  #memory: Buffer | null = null
  /** Messages of one size follow each other: the view of one is that of the next. */
  readonly #seen: Buffer[] = []

  ask(row: number, fd: number): void {
    this.#rows[row * FIELDS + FD] = fd
    this.#rows[row * FIELDS + ANSWER] = NOT_ASKED
  }

  /** Receives for the first `count` rows, unless a trace is on. What was received before is overwritten. */
  receive(count: number): void {
    this.#memory ??= Buffer.allocUnsafeSlow(ROWS * SHARE)
    native.recvMany(this.#rowBytes, count, this.#memory, SHARE)
  }

  /** What the kernel answered: how many bytes, 0 at the end, or -errno; NOT_ASKED while a trace is on. */
  answer(row: number): number {
    return this.#rows[row * FIELDS + ANSWER]!
  }

  /** What has come, to be copied: valid until the next `receive`, and users could give the memory of all away. */
  bytes(row: number): Buffer {
    const count = this.answer(row)
    const seen = this.#seen[row]
    if (seen?.length === count) return seen
    const bytes = this.#memory!.subarray(row * SHARE, row * SHARE + count)
    this.#seen[row] = bytes
    return bytes
  }
}

/** That of this environment. */
export const receivedAhead = new ReceiveAhead()
