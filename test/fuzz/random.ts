// Random numbers that a seed determines.

/** A generator of 32 bits of state, mulberry32: fast, and good enough for choosing mutations. */
export class Random {
  #state: number

  /** The numbers of one run: the same for the same seed and run, whatever the other runs did. */
  constructor(seed: number, run: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b)) | 0
    // Seeds and runs that are close to each other begin with similar states.
    this.next()
    this.next()
  }

  /** A number of 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** A number from 0 to `count` - 1. */
  below(count: number): number {
    return this.next() % count
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next())
  }
}
