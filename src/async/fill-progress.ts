// How far a receive has got that is to fill its memory: MSG_WAITALL, which the kernel heeds only on a descriptor that blocks.

import { takeReceived } from '../core/bytes.js'
import { allocUnsafeSlow, copyInto, lengthOf, partOf } from '../core/intrinsics.js'

/** A receive into memory of the caller's. */
export class FillProgress {
  /** Where the next bytes go. */
  rest: Uint8Array
  filled = 0

  constructor(memory: Uint8Array) {
    this.rest = memory
  }

  /** Counts bytes that were received. */
  received(count: number): void {
    this.filled += count
    this.rest = partOf(this.rest, count)
  }

  /** Whether there is room for more bytes. */
  hasRoom(): boolean {
    return lengthOf(this.rest) > 0
  }
}

/**
 * A receive into memory that doubles as bytes arrive: nothing is reserved for bytes that a peer has announced and not
 * sent.
 */
export class GrowingFill extends FillProgress {
  readonly #maxBytes: number
  #memory: Buffer

  constructor(maxBytes: number, firstBytes: number) {
    const memory = allocUnsafeSlow(Math.min(maxBytes, firstBytes))
    super(memory)
    this.#maxBytes = maxBytes
    this.#memory = memory
  }

  override hasRoom(): boolean {
    if (super.hasRoom()) return true
    if (this.filled === this.#maxBytes) return false
    const memory = allocUnsafeSlow(Math.min(this.#maxBytes, 2 * this.filled))
    copyInto(memory, this.#memory)
    this.#memory = memory
    this.rest = partOf(memory, this.filled)
    return true
  }

  /** The bytes received. */
  take(): Buffer {
    return takeReceived(this.#memory, this.filled)
  }
}
