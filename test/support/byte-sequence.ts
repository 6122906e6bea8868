// A sequence of bytes whose every position has a known value, and random numbers that are the same in each run.

export const SEQUENCE_BYTES = 1_500_000

/** The byte at a position of the sequence. */
function byteAt(position: number): number {
  return (position * 31 + (position >> 8) * 7) & 0xff
}

/** A part of the sequence. */
export function sequence(from: number, length: number): Buffer {
  const part = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) part[index] = byteAt(from + index)
  return part
}

/** Throws unless `bytes` are the part of the sequence that begins at `from`. */
export function checkSequence(bytes: Uint8Array, from: number): void {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== byteAt(from + index)) throw new Error(`the byte at ${from + index} is another position's`)
  }
}

/** Returns a generator of numbers from 0 to `below` - 1, after Lehmer. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 0x7fffffff
    return state % below
  }
}
