// Memory that many connections receive into, one after the other: what is in it is valid until the next receives.

import { lentMemory } from './data.js'
import type { Socket } from './socket.js'

const SIZE = 65536
const OVERWRITTEN = 0xdb

export class SharedMemory {
  #memory = lentMemory(null, SIZE)
  /** Messages of one size follow each other: the view of one is that of the next. */
  #seen = this.#memory

  /** What a socket has received: `null` at the end, `undefined` where there is nothing yet. */
  receive(socket: Socket): Buffer | null | undefined {
    this.#memory = lentMemory(this.#memory, SIZE)
    const count = socket.tryRecvInto(this.#memory)
    if (count === undefined) return undefined
    if (count === 0) return null
    if (count !== this.#seen.length) this.#seen = this.#memory.subarray(0, count)
    return this.#seen
  }

  overwrite(): void {
    overwrite(this.#memory)
  }
}

/** For those who look for a use of memory that comes too late. */
export function overwrite(memory: Buffer): void {
  memory.fill(OVERWRITTEN)
}
