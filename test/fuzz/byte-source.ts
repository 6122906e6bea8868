// Decodes the bytes of a fuzz input into choices: numbers, elements of a list, further bytes. Each input is a program for
// its target, so mutating, storing and shrinking inputs is the same for all targets.

/** Reads an input from its beginning. After its end, every byte is 0. */
export class ByteSource {
  readonly #input: Uint8Array
  #at = 0

  constructor(input: Uint8Array) {
    this.#input = input
  }

  /** Whether all bytes are read. */
  get ended(): boolean {
    return this.#at >= this.#input.length
  }

  /** A number from 0 to 255. */
  byte(): number {
    return this.#input[this.#at++] ?? 0
  }

  /** A number of 16 bits. */
  word(): number {
    return this.byte() | (this.byte() << 8)
  }

  /** A number from 0 to `count` - 1. */
  below(count: number): number {
    return (count <= 256 ? this.byte() : this.word()) % count
  }

  /** True once in `count` times, for an arbitrary input. */
  oneIn(count: number): boolean {
    return this.byte() % count === 1
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!
  }

  /** A copy of the next bytes, at most `count`; fewer at the end of the input. */
  bytes(count: number): Uint8Array {
    const taken = this.#input.slice(this.#at, this.#at + count)
    this.#at += count
    return taken
  }

  /** A copy of all bytes that are left. */
  rest(): Uint8Array {
    return this.bytes(this.#input.length)
  }
}
