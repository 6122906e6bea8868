// Options of a socket: those of the table, typed; and any other by its numbers.

import { viewOf } from '../core/bytes.js'
import { failure, type SocketError, withMessage } from '../core/errors.js'
import { bufferPart, lengthOf } from '../core/intrinsics.js'
import { checkInteger, wrongType } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { readOption, writeOption } from '../options/access.js'
import { SO_ERROR, SO_LINGER, SO_RCVLOWAT } from '../options/generated/options.js'
import type { ReadableOption, WritableOption } from '../options/row.js'
import { type Descriptor, HAS_LOW_WATER_MARK, LINGERS } from './descriptor.js'

export type { ReadableOption, WritableOption } from '../options/row.js'

const INT_BYTES = 4
const MAX_VALUE_BYTES = 65536

/** What a socket has to remember of options that change what its verbs do. */
const REMEMBERED = [
  { option: SO_LINGER, trait: LINGERS },
  { option: SO_RCVLOWAT, trait: HAS_LOW_WATER_MARK },
]

export function getOption<Value>(descriptor: Descriptor, option: ReadableOption<Value>): Value {
  descriptor.open('getsockopt')
  const { moves } = descriptor
  const bytes = readOption(() => descriptor.stillOpen(moves, 'getsockopt'), option)
  if (typeof bytes === 'number') throw failure(bytes, 'getsockopt', { option: option.name })
  return option.decode(bytes)
}

export function setOption<Input>(descriptor: Descriptor, option: WritableOption<Input>, value: NoInfer<Input>): void {
  descriptor.open('setsockopt')
  const { moves } = descriptor
  const result = writeOption(() => descriptor.stillOpen(moves, 'setsockopt'), option, value)
  if (result < 0) throw refusedValue(failure(result, 'setsockopt', { option: option.name }), option, value)
  remember(descriptor, option.level, option.number)
}

/** Says what value the kernel refuses, with its unit, which differs between options. */
function refusedValue(error: SocketError, { unit }: WritableOption<never>, value: unknown): SocketError {
  if (error.errno !== -errno.EINVAL || typeof value !== 'number') return error
  return withMessage(
    error,
    `${error.message}: the kernel refuses ${value}${unit === undefined ? '' : ` ${unit}`}, or the option in this state of the socket`,
  )
}

export function getRawOption(descriptor: Descriptor, level: Level, name: number, length?: number): number | Buffer {
  checkNumbers(level, name)
  if (length !== undefined) checkInteger(length, 'length', 1, MAX_VALUE_BYTES)
  const value = Buffer.alloc(length ?? INT_BYTES)
  const got = native.getOption(descriptor.open('getsockopt'), level, name, value)
  // The kernel's value is longer than the room for it: nothing was copied.
  const result = got > lengthOf(value) ? -errno.ERANGE : got
  if (result < 0) throw failure(result, 'getsockopt')
  if (length !== undefined) return bufferPart(value, 0, got)
  return new Int32Array(value.buffer, value.byteOffset, 1)[0]!
}

export function setRawOption(descriptor: Descriptor, level: Level, name: number, value: number | Uint8Array): void {
  checkNumbers(level, name)
  const bytes = typeof value === 'number' ? intBytes(value) : viewOf(value, 'value', 'a number, an ArrayBuffer')
  const result = native.setOption(descriptor.open('setsockopt'), level, name, bytes)
  if (result < 0) throw failure(result, 'setsockopt')
  remember(descriptor, level, name)
}

/** The error that the kernel keeps for the next call, as that of `syscall`; null for none. Reading takes it away. */
export function pendingError(descriptor: Descriptor, syscall: string): SocketError | null {
  try {
    const number = getOption(descriptor, SO_ERROR)
    return number === 0 ? null : failure(-number, syscall)
  } catch (error) {
    return error as SocketError
  }
}

/** close(2) of a TCP socket then resets the connection. */
export function resetOnClose(descriptor: Descriptor): void {
  setOption(descriptor, SO_LINGER, 0)
}

function remember(descriptor: Descriptor, level: number, number: number): void {
  for (const { option, trait } of REMEMBERED) {
    if (level === option.level && number === option.number) descriptor.traits |= trait
  }
}

function checkNumbers(level: number, name: number): void {
  checkInteger(level, 'level', 0, 0x7fffffff)
  if (typeof name === 'object') throw wrongType('name', 'a number, such as SO_RCVBUF.number', name)
  checkInteger(name, 'name', 0, 0x7fffffff)
}

function intBytes(value: number): Uint8Array {
  checkInteger(value, 'value', -0x80000000, 0x7fffffff)
  return new Uint8Array(Int32Array.of(value).buffer)
}
