// Bytes that the kernel has not taken yet.

/** Small pieces are put together up to so much: one call of the kernel's takes them all. */
const BLOCK = 65536
const SMALL = 16384

export class SendQueue {
  #pieces: Uint8Array[] = []
  #length = 0

  /** How many bytes wait. */
  get length(): number {
    return this.#length
  }

  /** Adds a copy. */
  push(bytes: Uint8Array): void {
    const copy = Buffer.allocUnsafeSlow(bytes.length)
    copy.set(bytes)
    this.#pieces.push(copy)
    this.#length += copy.length
  }

  /** Hands over what waits, as long as `send` takes all that it is given. @returns whether nothing is left */
  flush(send: (bytes: Uint8Array) => number): boolean {
    while (this.#length > 0) {
      const first = this.#first()
      const taken = send(first)
      this.#length -= taken
      if (taken < first.length) {
        this.#pieces[0] = first.subarray(taken)
        return false
      }
      this.#pieces.shift()
    }
    return true
  }

  #first(): Uint8Array {
    const [first] = this.#pieces
    if (this.#pieces.length === 1 || first!.length >= SMALL) return first!
    let count = 0
    for (let bytes = 0; count < this.#pieces.length && bytes < BLOCK; count++) bytes += this.#pieces[count]!.length
    this.#pieces.splice(0, count, Buffer.concat(this.#pieces.slice(0, count)))
    return this.#pieces[0]!
  }
}
