// Conversion of option values to and from the bytes of getsockopt(2) and setsockopt(2).
//
// A codec checks a value before any system call. Whether the value is valid for a certain socket is checked by the
// kernel. The codecs of structures are in structures.ts, address-structures.ts and tcp-info.ts.

import { viewOf } from '../core/bytes.js'
import { isView, lengthOf } from '../core/intrinsics.js'
import {
  checkBoolean,
  checkedInteger,
  checkNoNul,
  checkString,
  mustBe,
  outOfRange,
  wrongType,
  wrongValue,
} from '../core/validate.js'
import type { Level } from '../native/constant-kinds.js'

/** Converts the kernel's bytes to a value. */
export interface Decoder<Value> {
  /** The type of the value, as the documentation shows it. */
  readonly type: string
  /** The unit of a number. */
  readonly unit?: string | undefined
  /** The size of the buffer for the kernel, in bytes. */
  readonly size: number
  decode(bytes: Uint8Array): Value
}

/** Converts a value to the kernel's bytes. */
export interface Encoder<Input> {
  readonly type: string
  readonly unit?: string | undefined
  /** Whether the kernel takes a `struct sock_fprog` that points at the bytes. */
  readonly indirect?: boolean
  /**
   * @param option the name of the option, for error messages
   * @throws TypeError `ERR_INVALID_ARG_TYPE` when the value, or a field of it, is of the wrong type
   * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is invalid
   * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too small or too large
   */
  encode(value: Input, option: string): Uint8Array
  /** The level for this value, if it is not always that of the option. */
  levelFor?(value: Input): Level
}

/** Converts in both directions. `Input` is wider than `Value` if the kernel accepts more than it returns. */
export interface Codec<Value, Input = Value> extends Decoder<Value>, Encoder<Input> {}

export const INT_MAX = 2 ** 31 - 1
export const UINT_MAX = 2 ** 32 - 1
/** Whether this machine stores the least significant byte first. os.endianness() says it too, but node:os has to be loaded. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Consecutive 32-bit integers: the layout of most structures. */
export function int32s(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer)
}

/**
 * Functions that read numbers at an offset, in the machine's byte order unless said otherwise.
 * @throws RangeError `ERR_OUT_OF_RANGE` when the bytes end before the number does
 */
export function numbersIn(
  bytes: Uint8Array,
  littleEndian = isLittleEndian,
): {
  int32(at: number): number
  uint16(at: number): number
  uint32(at: number): number
  uint64(at: number): bigint
  int64(at: number): bigint
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const within = (at: number, size: number): number => {
    part(bytes, at, at + size)
    return at
  }
  return {
    int32: (at) => view.getInt32(within(at, 4), littleEndian),
    uint16: (at) => view.getUint16(within(at, 2), littleEndian),
    uint32: (at) => view.getUint32(within(at, 4), littleEndian),
    uint64: (at) => view.getBigUint64(within(at, 8), littleEndian),
    int64: (at) => view.getBigInt64(within(at, 8), littleEndian),
  }
}

/**
 * The bytes from `begin` to before `end`.
 * @throws RangeError `ERR_OUT_OF_RANGE` when there are fewer
 */
export function part(bytes: Uint8Array, begin: number, end: number): Uint8Array {
  if (bytes.length >= end) return bytes.subarray(begin, end)
  throw outOfRange(mustBe('bytes', `at least ${end} bytes long`, bytes.length), {
    argument: 'bytes',
    value: bytes.length,
    min: end,
  })
}

/** Some systems return small numbers (IP_MULTICAST_TTL) in one byte. */
function decodeInt(bytes: Uint8Array): number {
  return bytes.length >= 4 ? numbersIn(bytes).int32(0) : (bytes[0] ?? 0)
}

// TCP_NODELAY is set on every connection: its value is made once.
const [OFF, ON] = [int32s(0), int32s(1)]

/** A flag: 0 or 1 in an int. */
export const bool: Codec<boolean> = {
  type: 'boolean',
  size: 4,
  decode: (bytes) => decodeInt(bytes) !== 0,
  encode(value, option) {
    checkBoolean(value, option)
    return value ? ON : OFF
  },
}

/** The bounds of an integer, and its unit. */
interface IntegerRules {
  readonly min?: number
  readonly max?: number
  readonly unit?: string
}

/** An int; unsigned if `max` requires it. */
export function integer(rules: IntegerRules = {}): Codec<number> {
  return constantOf('number', rules)
}

/**
 * An int whose values are constants of a kind.
 * @param type the name of the kind in native/constant-kinds.ts
 */
export function constantOf<Kind extends number>(type: string, rules: IntegerRules = {}): Codec<Kind> {
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

/** An int from 0 on, in this unit. */
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
    decode: (bytes) => numbersIn(bytes).uint64(0),
    encode(value, option) {
      if (typeof value !== 'bigint') throw wrongType(option, 'a bigint', value)
      if (value < 0n || value >= 2n ** 64n)
        throw outOfRange(mustBe(option, 'from 0n to 2n ** 64n - 1n', value), { argument: option, value })
      return new Uint8Array(BigUint64Array.of(value).buffer)
    },
  }
}

/** An int in network byte order. */
export const networkOrderInteger: Codec<number> = {
  type: 'number',
  size: 4,
  decode: (bytes) => numbersIn(bytes, false).int32(0),
  encode(value, option) {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setInt32(0, checkedInteger(value, option, 0, INT_MAX))
    return bytes
  },
}

/** A name of at most `maxBytes` bytes. A name from the kernel ends at the first NUL, if there is one. */
export function text(maxBytes: number): Codec<string> {
  return {
    type: 'string',
    size: maxBytes + 1,
    decode(bytes) {
      const end = bytes.indexOf(0)
      return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString()
    },
    encode(value, option) {
      checkString(value, option)
      checkNoNul(value, option)
      const bytes = Buffer.from(value)
      if (bytes.length <= maxBytes) return bytes
      throw outOfRange(mustBe(option, `at most ${maxBytes} bytes long`, value), {
        argument: option,
        value,
        max: maxBytes,
      })
    },
  }
}

/** Unstructured bytes, at most `maxBytes`. A value that is read is a Buffer that belongs to the caller. */
export function bytes(maxBytes: number): Codec<Buffer, Uint8Array> {
  return {
    type: 'Buffer',
    size: maxBytes,
    decode: (value) => Buffer.from(value),
    encode(value, option) {
      if (!isView(value)) throw wrongType(option, 'a Uint8Array', value)
      const view = viewOf(value, option)
      const size = lengthOf(view)
      if (size <= maxBytes) return view
      throw outOfRange(mustBe(option, `at most ${maxBytes} bytes long`, size), {
        argument: option,
        value: size,
        max: maxBytes,
      })
    },
  }
}

/** An action, which takes no value but `true`. */
export const action: Encoder<true> = {
  type: 'true',
  encode(value, option) {
    if (value !== true) throw wrongValue(mustBe(option, 'true', value))
    return int32s(1)
  },
}
