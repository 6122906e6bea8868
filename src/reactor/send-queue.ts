// Bytes that the kernel has not taken yet, in their order.

import { allocUnsafeSlow, bufferPart, copyInto, lengthOf } from '../core/intrinsics.js'

/** Small copies share blocks of this size, so that one system call takes them all. */
const BLOCK_BYTES = 65536

interface Block {
  readonly memory: Uint8Array
  start: number
  end: number
}

export class SendQueue {
  readonly #blocks: Block[] = []
  #length = 0

  /** How many bytes are queued. */
  get length(): number {
    return this.#length
  }

  /** Queues a copy. */
  push(bytes: Uint8Array): void {
    const last = this.#blocks.at(-1)
    const length = lengthOf(bytes)
    const hasRoom = last !== undefined && lengthOf(last.memory) - last.end >= length
    const block = hasRoom ? last : this.#newBlock(length)
    copyInto(block.memory, bytes, block.end)
    block.end += length
    this.#length += length
  }

  /** Queues the caller's memory itself, which must not change until it is sent. */
  append(memory: Uint8Array): void {
    const length = lengthOf(memory)
    this.#blocks.push({ memory, start: 0, end: length })
    this.#length += length
  }

  /**
   * Passes the queued bytes on as long as `send` takes all that it is given.
   * @param send returns how many bytes it took; `more`: others follow at once
   * @returns whether nothing is left
   */
  flush(send: (bytes: Uint8Array, more: boolean) => number): boolean {
    for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
      const { memory, start, end } = block
      const taken = send(bufferPart(memory, start, end), this.#blocks.length > 1)
      this.#length -= taken
      block.start += taken
      if (taken < end - start) return false
      this.#blocks.shift()
    }
    return true
  }

  /** The first block has no room to spare: most connections that have to queue do so once. */
  #newBlock(bytes: number): Block {
    const room = Math.max(bytes, Math.min(BLOCK_BYTES, this.#length))
    const block = { memory: allocUnsafeSlow(room), start: 0, end: 0 }
    this.#blocks.push(block)
    return block
  }
}
