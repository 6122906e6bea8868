// Bytes that the kernel has not taken yet.

/** Small pieces come to stand beside each other in blocks of up to so much: one call of the kernel's takes them all. */
const BLOCK = 65536

interface Block {
  readonly memory: Buffer
  start: number
  end: number
}

export class SendQueue {
  readonly #blocks: Block[] = []
  #length = 0

  /** How many bytes wait. */
  get length(): number {
    return this.#length
  }

  /** Adds a copy. */
  push(bytes: Uint8Array): void {
    const last = this.#blocks.at(-1)
    const hasRoom = last !== undefined && last.memory.length - last.end >= bytes.length
    const block = hasRoom ? last : this.#another(bytes.length)
    block.memory.set(bytes, block.end)
    block.end += bytes.length
    this.#length += bytes.length
  }

  /** Hands over what waits, as long as `send` takes all that it is given. @returns whether nothing is left */
  flush(send: (bytes: Uint8Array) => number): boolean {
    while (this.#length > 0) {
      const first = this.#blocks[0]!
      const { memory, start, end } = first
      const taken = send(memory.subarray(start, end))
      this.#length -= taken
      first.start += taken
      if (taken < end - start) return false
      this.#blocks.shift()
    }
    return true
  }

  /** The first has no room to spare: most connections that have to queue do so once. */
  #another(bytes: number): Block {
    const block = { memory: Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(BLOCK, this.#length))), start: 0, end: 0 }
    this.#blocks.push(block)
    return block
  }
}
