// Memory that many connections receive into, one after the other: what is in it is valid until the next receives.

import { markAsUntransferable } from 'node:worker_threads'
import type { Socket } from '../socket/socket.js'

const SIZE = 65536
const OVERWRITTEN = 0xdb

export class SharedMemory {
  #memory = makeMemory()
  /** Messages of one size follow each other: the view of one is that of the next. */
  #seen = this.#memory

  /** What a socket has received: `null` at the end, `undefined` where there is nothing yet. */
  receive(socket: Socket): Buffer | null | undefined {
    this.#renew()
    const count = socket.tryRecvInto(this.#memory)
    if (count === undefined) return undefined
    if (count === 0) return null
    return this.#first(count)
  }

  /** What was received for a socket elsewhere. */
  copy(bytes: Buffer): Buffer {
    this.#renew()
    this.#memory.set(bytes)
    return this.#first(bytes.length)
  }

  /** For those who look for a use of memory that comes too late. */
  overwrite(): void {
    this.#renew()
    this.#memory.fill(OVERWRITTEN)
  }

  #first(count: number): Buffer {
    if (count !== this.#seen.length) this.#seen = this.#memory.subarray(0, count)
    return this.#seen
  }

  /** Without length it was given away after all: ArrayBuffer.prototype.transfer of Node 22 does not heed the mark. */
  #renew(): void {
    if (this.#memory.length === 0) this.#memory = makeMemory()
  }
}

/** Who is shown it must not give it away, as a view's `buffer` could be: others' bytes come there next. */
function makeMemory(): Buffer {
  const memory = Buffer.allocUnsafeSlow(SIZE)
  markAsUntransferable(memory.buffer)
  return memory
}
