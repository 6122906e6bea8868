// Values of options between JavaScript and the bytes that getsockopt(2) and setsockopt(2) exchange.
//
// A codec checks what it is given before any system call; what may only be wrong for a certain socket, the kernel says.
// Structures are in options/structures.ts and its neighbours.

import { endianness } from 'node:os'
import { inspect } from 'node:util'
import { viewOf } from '../core/bytes.js'
import { misuse } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import type { Level } from '../native/constant-kinds.js'

/** From the kernel's bytes to a value. */
export interface Decoder<Value> {
  /** The value's type, as documentation shows it. */
  readonly type: string
  /** What a number counts. */
  readonly unit?: string | undefined
  /** How many bytes to offer to the kernel. */
  readonly size: number
  decode(bytes: Uint8Array): Value
}

/** From a value to the kernel's bytes. */
export interface Encoder<Input> {
  readonly type: string
  readonly unit?: string | undefined
  /** The kernel takes a `struct sock_fprog` that points at the bytes. */
  readonly indirect?: boolean
  /** @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE` */
  encode(value: Input, option: string): Uint8Array
  /** The level that this value goes to, where it is not the option's own. */
  levelFor?(value: Input): Level
}

/** Both ways. `Input` is wider than `Value` where the kernel takes more than it tells. */
export interface Codec<Value, Input = Value> extends Decoder<Value>, Encoder<Input> {}

export const INT_MAX = 2 ** 31 - 1
export const UINT_MAX = 2 ** 32 - 1
const little = endianness() === 'LE'

/** A value as error messages show it. */
export function shown(value: unknown): string {
  return inspect(value, { depth: 0, maxStringLength: 60, breakLength: Number.POSITIVE_INFINITY })
}

/** The error for a value of another type than asked for. */
export function wrongType(name: string, expected: string, value: unknown): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be ${expected}, not ${shown(value)}`)
}

/** The error for a value of the right type that means nothing. */
export function wrongValue(name: string, expected: string, value: unknown): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${name} must be ${expected}, not ${shown(value)}`)
}

/** The error for a number, or a length, beyond what the kernel's field holds. */
export function outOfRange(name: string, expected: string, value: unknown): Error {
  return misuse(RangeError, 'ERR_OUT_OF_RANGE', `${name} must be ${expected}, not ${shown(value)}`)
}

/** Answers `value` if it is an integer from `min` to `max`. */
export function checkedInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== 'number') throw wrongType(name, 'a number', value)
  checkInteger(value, name, min, max)
  return value
}

/** Answers `value` if it is an object, to read its fields. */
export function checkedFields<Input extends object>(value: Input, name: string, fields: string): Input {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw wrongType(name, `an object with ${fields}`, value)
}

/** 32-bit integers in a row, as the kernel lays out most structures. */
export function int32s(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer)
}

/** For reading numbers in the machine's byte order. */
export function reader(bytes: Uint8Array): {
  int32(at: number): number
  uint16(at: number): number
  uint32(at: number): number
  uint64(at: number): bigint
  int64(at: number): bigint
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    int32: (at) => view.getInt32(at, little),
    uint16: (at) => view.getUint16(at, little),
    uint32: (at) => view.getUint32(at, little),
    uint64: (at) => view.getBigUint64(at, little),
    int64: (at) => view.getBigInt64(at, little),
  }
}

/** Some systems tell small numbers (IP_MULTICAST_TTL) in one byte. */
function decodeInt(bytes: Uint8Array): number {
  return bytes.length >= 4 ? reader(bytes).int32(0) : (bytes[0] ?? 0)
}

/** A flag, 0 or 1 in an int. */
// TCP_NODELAY is set on every connection: its value is made once.
const [OFF, ON] = [int32s(0), int32s(1)]

export const bool: Codec<boolean> = {
  type: 'boolean',
  size: 4,
  decode: (bytes) => decodeInt(bytes) !== 0,
  encode(value, option) {
    if (typeof value !== 'boolean') throw wrongType(option, 'a boolean', value)
    return value ? ON : OFF
  },
}

/** How an integer is bounded and what it counts. */
export interface IntegerRules {
  readonly min?: number
  readonly max?: number
  readonly unit?: string
}

/** An int; unsigned where `max` says so. */
export function integer(rules: IntegerRules = {}): Codec<number> {
  return kindOf('number', rules)
}

/** An int whose values are constants of a kind: the kind's name in constant-kinds.ts. */
export function kindOf<Kind extends number>(type: string, rules: IntegerRules = {}): Codec<Kind> {
  const { min = -INT_MAX - 1, max = INT_MAX, unit } = rules
  const fromInt = max > INT_MAX ? (value: number) => value >>> 0 : (value: number) => value
  return {
    type,
    unit,
    size: 4,
    decode: (bytes) => fromInt(decodeInt(bytes)) as Kind,
    encode: (value, option) => int32s(checkedInteger(value, option, min, max)),
  }
}

/** An int that counts something, from 0. */
export function count(unit: string): Codec<number> {
  return integer({ min: 0, unit })
}

/** An unsigned 32-bit integer. */
export function uint32(unit?: string): Codec<number> {
  return integer({ min: 0, max: UINT_MAX, ...(unit === undefined ? {} : { unit }) })
}

/** An unsigned 64-bit integer. */
export function uint64(unit?: string): Codec<bigint> {
  return {
    type: 'bigint',
    unit,
    size: 8,
    decode: (bytes) => reader(bytes).uint64(0),
    encode(value, option) {
      if (typeof value !== 'bigint') throw wrongType(option, 'a bigint', value)
      if (value < 0n || value >= 2n ** 64n) throw outOfRange(option, 'from 0n to 2n ** 64n - 1n', value)
      return new Uint8Array(BigUint64Array.of(value).buffer)
    },
  }
}

/** An int in network byte order. */
export const networkOrderInteger: Codec<number> = {
  type: 'number',
  size: 4,
  decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0),
  encode(value, option) {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setInt32(0, checkedInteger(value, option, 0, INT_MAX))
    return bytes
  },
}

/** A name of at most `max` bytes; it ends at the first NUL, if there is one. */
export function text(max: number): Codec<string> {
  return {
    type: 'string',
    size: max + 1,
    decode(bytes) {
      const end = bytes.indexOf(0)
      return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString()
    },
    encode(value, option) {
      if (typeof value !== 'string') throw wrongType(option, 'a string', value)
      if (value.includes('\0')) throw wrongValue(option, 'a string without NUL', value)
      const bytes = Buffer.from(value)
      if (bytes.length <= max) return bytes
      throw outOfRange(option, `at most ${max} bytes long`, value)
    },
  }
}

/** Bytes as they are, at most `max`; what is read is a Buffer of its own. */
export function bytes(max: number): Codec<Buffer, Uint8Array> {
  return {
    type: 'Buffer',
    size: max,
    decode: (value) => Buffer.from(value),
    encode(value, option) {
      if (!ArrayBuffer.isView(value)) throw wrongType(option, 'a Uint8Array', value)
      if (value.byteLength <= max) return viewOf(value, option)
      throw outOfRange(option, `at most ${max} bytes long`, value.byteLength)
    },
  }
}

/** Something to be done, for which there is no value: `true`. */
export const action: Encoder<true> = {
  type: 'true',
  encode(value, option) {
    if (value !== true) throw wrongValue(option, 'true', value)
    return int32s(1)
  },
}
