// What a call of the addon takes: kinds of arguments, each of which an input chooses a value of.

import { MSG_DONTWAIT } from '../../src/native/generated/constants.js'
import type { World } from './addon-world.js'
import type { ByteSource } from './byte-source.js'
import { view } from './values.js'

/** Chooses an argument. */
export type Kind = (source: ByteSource, world: World) => unknown

/** The arguments of a function, and what its result means for the world. */
export interface Signature {
  readonly kinds: readonly Kind[]
  readonly opens?: boolean
  /** It writes two descriptors, or one and an id, to its last argument. */
  readonly opensInto?: 1 | 2
  readonly closes?: boolean
  /** Its numbers pass through registers, which convert other values: only its memory may be of a wrong type. */
  readonly usesRegisters?: boolean
}

/** Signatures by the names of functions. */
export type Signatures = Readonly<Record<string, Signature>>

const INTEGERS = [0, 1, 2, 3, 4, 5, 6, 8, 16, 17, 41, 64, 255, 65535, 65536, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, 0.5]
const FLAGS = [0, 1, 2, 0x20, 0x40, 0x100, 0x2000, 0x4000, 0x20000000, MSG_DONTWAIT, -1]
// Nothing waits for ever, and nothing blocks in the kernel: O_NONBLOCK is never cleared.
const TIMEOUTS = [...new Array<number>(14).fill(0), 0.01, 0.5]
/** Sizes of memory. */
export const SIZES: readonly number[] = [0, 1, 4, 8, 12, 20, 24, 36, 64, 200, 4096, 65536]
const SCRATCH_SIZES = [...SIZES, -1, Number.NaN, 65537]

export const fd: Kind = (source, world) => world.fd(source)
export const int: Kind = (source) => source.pick(INTEGERS)
export const flag: Kind = (source) => source.oneIn(2)
export const flags: Kind = (source) => source.pick(FLAGS) | (source.oneIn(4) ? source.byte() & 0x42 : 0)
export const timeout: Kind = (source) => source.pick(TIMEOUTS)
/** A view, of every kind of memory. */
export const out: Kind = (source) => view(source, source.pick(SIZES))
/** A view, or so many bytes of the scratch memory. */
export const memory: Kind = (source, world) => (source.oneIn(2) ? source.pick(SCRATCH_SIZES) : out(source, world))
export const always = (value: unknown): Kind => {
  return () => value
}
export const of = (values: readonly unknown[]): Kind => {
  return (source) => source.pick(values)
}
