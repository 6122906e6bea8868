// A sequence of bytes in which every place is known, and random numbers that are the same each time.

export const TOTAL = 1_500_000

/** The byte at a place of the sequence. */
export function byteAt(place: number): number {
  return (place * 31 + (place >> 8) * 7) & 0xff
}

/** A part of the sequence. */
export function sequence(from: number, length: number): Buffer {
  const part = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) part[index] = byteAt(from + index)
  return part
}

/** Throws unless `bytes` are the part of the sequence that begins at `from`. */
export function check(bytes: Uint8Array, from: number): void {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== byteAt(from + index)) throw new Error(`the byte at ${from + index} is another's`)
  }
}

/** Numbers from 0 to `below` - 1, after Lehmer. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 0x7fffffff
    return state % below
  }
}
