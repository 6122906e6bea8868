// The kinds of fields of addresses: a value in an address object, and its bytes in the kernel's structure.

import { Bytes, copyInto, lengthOf, partOf } from '../core/intrinsics.js'
import { checkInteger, checkNoNul, checkString, mustBe, outOfRange, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'

/** Converts the values of one kind to and from the bytes of a field. */
export interface FieldKind {
  /** Whether the bytes may go on after the field: it is the last of its structure then, and may also be shorter. */
  readonly isOpen?: boolean
  /** @param littleEndian whether the least significant byte comes first */
  decode(bytes: Uint8Array, littleEndian: boolean): unknown
  /**
   * Fills a field, which is zeroed; the bytes of an open field are also returned.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` when the value is no such field
   * @throws RangeError `ERR_OUT_OF_RANGE` when it is too large, or too long
   */
  encode(value: unknown, name: string, size: number, littleEndian: boolean): Uint8Array
}

function orderedBytes(bytes: Uint8Array, littleEndian: boolean): Uint8Array {
  if (!littleEndian) return bytes
  const size = lengthOf(bytes)
  const reversed = new Bytes(size)
  for (let index = 0; index < size; index++) reversed[index] = bytes[size - 1 - index]!
  return reversed
}

function numberOf(bytes: Uint8Array, littleEndian: boolean): number {
  let value = 0
  const ordered = orderedBytes(bytes, littleEndian)
  for (let index = 0; index < lengthOf(ordered); index++) value = value * 256 + ordered[index]!
  return value
}

/** The bytes of a number of at most 32 bits; of a negative one, in two's complement. */
function bytesOfNumber(value: number, size: number, littleEndian: boolean): Uint8Array {
  const bytes = new Bytes(size)
  for (let index = size - 1, rest = value; index >= 0; index--, rest = Math.floor(rest / 256)) bytes[index] = rest & 255
  return orderedBytes(bytes, littleEndian)
}

/** An unsigned integer of as many bytes as the field has, at most four. */
export const unsigned: FieldKind = {
  decode: numberOf,
  encode(value, name, size, littleEndian) {
    checkInteger(value, name, 0, 256 ** size - 1)
    return bytesOfNumber(value, size, littleEndian)
  },
}

/** A signed integer. */
export const signed: FieldKind = {
  decode(bytes, littleEndian) {
    const value = numberOf(bytes, littleEndian)
    const range = 256 ** lengthOf(bytes)
    return value < range / 2 ? value : value - range
  },
  encode(value, name, size, littleEndian) {
    checkInteger(value, name, -(256 ** size) / 2, 256 ** size / 2 - 1)
    return bytesOfNumber(value, size, littleEndian)
  },
}

/** An unsigned integer of 64 bits. */
export const unsigned64: FieldKind = {
  decode(bytes, littleEndian) {
    const ordered = orderedBytes(bytes, littleEndian)
    return BigInt(numberOf(partOf(ordered, 0, 4), false)) * 2n ** 32n + BigInt(numberOf(partOf(ordered, 4), false))
  },
  encode(value, name, size, littleEndian) {
    if (typeof value !== 'bigint') throw wrongType(name, 'a bigint', value)
    const max = 2n ** 64n - 1n
    if (value < 0n || value > max) {
      throw outOfRange(mustBe(name, `an integer from 0 to ${max}`, value), { argument: name, value })
    }
    const bytes = new Bytes(size)
    copyInto(bytes, bytesOfNumber(Number(value / 2n ** 32n), 4, false), 0)
    copyInto(bytes, bytesOfNumber(Number(value % 2n ** 32n), 4, false), 4)
    return orderedBytes(bytes, littleEndian)
  },
}

/** The index of an interface, which may be given by its name. */
export const interfaceIndex: FieldKind = {
  decode: numberOf,
  encode(value, name, size, littleEndian) {
    return bytesOfNumber(indexOf(value, name), size, littleEndian)
  },
}

function indexOf(value: unknown, name: string): number {
  if (typeof value !== 'string') {
    if (typeof value !== 'number') throw wrongType(name, 'the name or index of an interface', value)
    checkInteger(value, name, 0, 2 ** 32 - 1)
    return value
  }
  checkNoNul(value, name)
  const index = native.interfaceIndex(value)
  if (index > 0) return index
  throw wrongValue(mustBe(name, 'the name or index of an interface', value))
}

const HEXADECIMAL = /^(?:[0-9a-f]{2}(?::[0-9a-f]{2})*)?$/i

/** Bytes as hexadecimal digits, such as `02:00:5e:10:00:01`. */
function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}

function bytesOfHexadecimal(value: unknown, name: string, isValid: (length: number) => boolean): Uint8Array {
  checkString(value, name)
  const length = value === '' ? 0 : (value.length + 1) / 3
  if (!HEXADECIMAL.test(value) || !isValid(length)) {
    throw wrongValue(mustBe(name, "bytes in hexadecimal such as '02:00:5e:10:00:01'", value))
  }
  const bytes = new Bytes(length)
  for (let index = 0; index < length; index++) bytes[index] = Number.parseInt(value.slice(index * 3, index * 3 + 2), 16)
  return bytes
}

/** The longest hardware address of the kernel, `MAX_ADDR_LEN`. */
const MAX_HARDWARE_BYTES = 32

/** A hardware address: its length in a byte, then its bytes. */
export const hardwareAddress: FieldKind = {
  isOpen: true,
  decode(bytes) {
    const present = Math.min(bytes[0]!, lengthOf(bytes) - 1, MAX_HARDWARE_BYTES)
    return hexadecimal(partOf(bytes, 1, 1 + present))
  },
  encode(value, name, size) {
    const address = bytesOfHexadecimal(value, name, (length) => length <= MAX_HARDWARE_BYTES)
    const bytes = new Bytes(Math.max(size, lengthOf(address) + 1))
    bytes[0] = lengthOf(address)
    copyInto(bytes, address, 1)
    return bytes
  },
}

/** The address of a Bluetooth device, as BlueZ writes it: `00:1A:7D:DA:71:13`. */
export const bluetoothAddress: FieldKind = {
  decode: (bytes, littleEndian) => hexadecimal(orderedBytes(bytes, littleEndian)).toUpperCase(),
  encode(value, name, size, littleEndian) {
    return orderedBytes(
      bytesOfHexadecimal(value, name, (length) => length === size),
      littleEndian,
    )
  },
}

/**
 * A text that ends with a NUL within the field. A character is a byte: the kernel's names are ASCII, and any other byte
 * comes back as it was.
 */
export const text: FieldKind = {
  decode: (bytes) => textOf(bytes, lengthOf(bytes)),
  encode: (value, name, size) => bytesOfText(value, name, size, size - 1),
}

/** A text that ends with a NUL, and may be longer than the field. */
export function longText(maxBytes: number): FieldKind {
  return {
    isOpen: true,
    decode: (bytes) => textOf(bytes, Math.min(lengthOf(bytes), maxBytes)),
    encode: (value, name, size) => bytesOfText(value, name, size, maxBytes),
  }
}

function textOf(bytes: Uint8Array, maxBytes: number): string {
  let decoded = ''
  for (let index = 0; index < maxBytes && bytes[index] !== 0; index++) decoded += String.fromCharCode(bytes[index]!)
  return decoded
}

function bytesOfText(value: unknown, name: string, size: number, maxBytes: number): Uint8Array {
  checkString(value, name)
  checkNoNul(value, name)
  const { length } = value
  if (length > maxBytes) {
    throw outOfRange(mustBe(name, `at most ${maxBytes} bytes long`, length), {
      argument: name,
      value: length,
      max: maxBytes,
    })
  }
  const bytes = new Bytes(Math.max(size, length + 1))
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index)
    if (code > 255) throw wrongValue(mustBe(name, 'a string of characters of a byte each', value))
    bytes[index] = code
  }
  return bytes
}
