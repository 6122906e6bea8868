// Mutations of fuzz inputs, as libFuzzer has them: of bits, bytes, numbers and blocks, and two inputs crossed over.

import type { Random } from './random.js'

/** The numbers at which lengths, counts and conversions go wrong. */
const NUMBERS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

type Mutation = (input: Uint8Array, random: Random, material: Material) => Uint8Array

/** What mutations take bytes from. */
export interface Material {
  /** At least one. */
  readonly corpus: readonly Uint8Array[]
  /** Strings of bytes that the target knows. */
  readonly dictionary: readonly Uint8Array[]
}

/** `input` with the bytes from `at` to before `end` replaced. */
function spliced(input: Uint8Array, at: number, end: number, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(at + bytes.length + Math.max(input.length - end, 0))
  result.set(input.subarray(0, at))
  result.set(bytes, at)
  result.set(input.subarray(end), at + bytes.length)
  return result
}

/** A place in an input, its end included. */
const place = (input: Uint8Array, random: Random): number => random.below(input.length + 1)

function changed(input: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  const result = input.slice()
  const at = random.below(result.length)
  result[at] = change(result[at]!)
  return result
}

function inserted(input: Uint8Array, random: Random, bytes: Uint8Array): Uint8Array {
  const at = place(input, random)
  // One time in two in place of as many bytes.
  return spliced(input, at, random.below(2) === 0 ? at : at + bytes.length, bytes)
}

function block(input: Uint8Array, random: Random): Uint8Array {
  const at = random.below(input.length)
  return input.subarray(at, at + 1 + random.below(Math.min(input.length - at, 64)))
}

function number(random: Random): Uint8Array {
  const bytes = new Uint8Array(random.pick([1, 2, 4, 8]))
  const value = BigInt(random.pick(NUMBERS) + random.below(3) - 1)
  const isBigEndian = random.below(2) === 0
  for (let index = 0; index < bytes.length; index++) {
    bytes[isBigEndian ? bytes.length - 1 - index : index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)))
  }
  return bytes
}

const MUTATIONS: readonly Mutation[] = [
  (input, random) => changed(input, random, (byte) => byte ^ (1 << random.below(8))),
  (input, random) => changed(input, random, () => random.next()),
  (input, random) => changed(input, random, (byte) => byte + random.below(9) - 4),
  (input, random) => inserted(input, random, random.bytes(1 + random.below(8))),
  (input, random) => inserted(input, random, number(random)),
  (input, random) => inserted(input, random, block(input, random)),
  (input, random) => {
    const at = random.below(input.length)
    return spliced(input, at, at + 1 + random.below(Math.min(input.length - at, 32)), new Uint8Array(0))
  },
  (input, random, { dictionary }) => {
    return inserted(input, random, dictionary.length === 0 ? random.bytes(4) : random.pick(dictionary))
  },
  (input, random, { corpus }) => {
    const other = random.pick(corpus)
    return spliced(input, place(input, random), input.length, other.subarray(place(other, random)))
  },
  (input, random) => input.subarray(0, place(input, random)),
]

const MAX_MUTATIONS = 6

/** An element of the corpus, mutated a few times; at most `maxBytes` of it. */
export function mutated(material: Material, random: Random, maxBytes: number): Uint8Array {
  let input = random.pick(material.corpus)
  // One input in eight is arbitrary bytes.
  if (random.below(8) === 0) input = random.bytes(1 + random.below(maxBytes))
  for (let left = 1 + random.below(MAX_MUTATIONS); left > 0; left--) {
    if (input.length === 0) input = random.bytes(1)
    input = random.pick(MUTATIONS)(input, random, material)
  }
  return input.slice(0, maxBytes)
}
