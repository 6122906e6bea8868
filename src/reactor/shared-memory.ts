// Memory that many connections receive into, one after the other: its bytes are valid until the next receive.

import {
  allocUnsafeSlow,
  bufferPart,
  copyInto,
  fillBytes,
  keepInPlace,
  lengthOf,
  memoryOf,
} from '../core/intrinsics.js'
import type { Descriptor } from '../socket/descriptor.js'
import { receiveInto } from '../socket/receiving.js'
import { MAX_RECEIVE_BYTES } from './fairness.js'

const OVERWRITTEN = 0xdb

export class SharedMemory {
  #memory = makeMemory()
  /** Messages of one size follow each other: the view of one is the view of the next. */
  #view = this.#memory

  /** Receives: `null` at the end, `undefined` would block. */
  receive(descriptor: Descriptor): Buffer | null | undefined {
    this.#renew()
    const count = receiveInto(descriptor, this.#memory, 0, 0)
    if (count === undefined) return undefined
    return count === 0 ? null : this.#first(count)
  }

  /** A copy of what was received elsewhere. */
  copy(bytes: Uint8Array): Buffer {
    this.#renew()
    copyInto(this.#memory, bytes)
    return this.#first(lengthOf(bytes))
  }

  /** Makes a use of the bytes that comes too late visible. */
  overwrite(): void {
    this.#renew()
    fillBytes(this.#memory, OVERWRITTEN)
  }

  #first(count: number): Buffer {
    if (count !== lengthOf(this.#view)) this.#view = bufferPart(this.#memory, 0, count)
    return this.#view
  }

  /** A length of 0 means that a handler gave it away: ArrayBuffer.prototype.transfer of Node 22 ignores the mark. */
  #renew(): void {
    if (lengthOf(this.#memory) === 0) this.#memory = makeMemory()
  }
}

/** A handler must not transfer it, as a view's `buffer` could be: other connections' bytes come there next. */
function makeMemory(): Buffer {
  const memory = allocUnsafeSlow(MAX_RECEIVE_BYTES)
  keepInPlace(memoryOf(memory))
  return memory
}
