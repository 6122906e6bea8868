// Control messages to and from the bytes of a control buffer, cmsg(3).
//
// Checking runs code of the caller's, such as getters, which may close a socket that is to be sent; its number may then be
// another file's. So checking and writing are two steps: `checkControl` reads all that the caller gave, and `writeControl`
// asks sockets for their numbers afterwards, just before the call.

import { copyOf, viewOf } from '../core/bytes.js'
import { own } from '../core/own-options.js'
import {
  checkArray,
  checkedFields,
  checkInteger,
  checkObject,
  isInstance,
  mustBe,
  outOfRange,
  wrongValue,
} from '../core/validate.js'
import { native } from '../native/addon.js'
import type { ControlType, Level } from '../native/constant-kinds.js'
import { SHARED } from '../socket/descriptor.js'
import { descriptorOf, SocketFace } from '../socket/face.js'
import { numberOfReceived, ownReceived, ReceivedFd } from './received-fd.js'
import { type ControlRow, rowNamed, rowOf } from './table.js'
import type { ControlInput, ControlMessage, ControlValues, FdInput } from './values.js'

/** The kernel passes so many descriptors in one message at most: SCM_MAX_FD. */
export const MAX_FDS = 253

/** More control bytes than any kernel takes. */
export const MAX_CONTROL_BYTES = 1 << 20

const FD_BYTES = Int32Array.BYTES_PER_ELEMENT
const ROW_FIELDS = 4

/** The size of the header of an item: no item is shorter. */
const HEADER_BYTES = native.cmsgLen(0)

/**
 * The size of a control message with `length` bytes of data; `CMSG_LEN` of cmsg(3).
 * @throws RangeError `ERR_OUT_OF_RANGE`
 * @example
 * const { control } = socket.recvMsg(1, { controlBytes: cmsgLen(4) })!
 */
export function cmsgLen(length: number): number {
  checkInteger(length, 'length', 0, 0x7fffffff)
  return native.cmsgLen(length)
}

/**
 * The same with the padding before the next control message; `CMSG_SPACE` of cmsg(3).
 * @throws RangeError `ERR_OUT_OF_RANGE`
 * @example
 * const controlBytes = cmsgSpace(12) + cmsgSpace(4)
 */
export function cmsgSpace(length: number): number {
  checkInteger(length, 'length', 0, 0x7fffffff)
  return native.cmsgSpace(length)
}

/**
 * The value of the first control message with this name; `undefined` where there is none.
 * @example
 * const { control } = socket.recvMsg(2048)!
 * const info = controlValue(control, 'IP_PKTINFO')
 */
export function controlValue<Name extends keyof ControlValues>(
  control: readonly ControlMessage[],
  name: Name,
): ControlValues[Name] | undefined {
  const found = control.find((message) => message.name === name)
  return (found as { readonly value: ControlValues[Name] } | undefined)?.value
}

/**
 * The control messages in the bytes of a control buffer. Descriptors in it get an owner each.
 * @param control bytes that the kernel has filled
 */
export function readControl(control: Buffer): ControlMessage[] {
  if (control.length === 0) return []
  const rows = new Int32Array(ROW_FIELDS * Math.ceil(control.length / HEADER_BYTES))
  const count = native.readControl(control, new Uint8Array(rows.buffer))
  const messages: ControlMessage[] = []
  for (let at = 0; at < count * ROW_FIELDS; at += ROW_FIELDS) {
    const [level, type, offset, length] = rows.subarray(at, at + ROW_FIELDS) as unknown as [
      number,
      number,
      number,
      number,
    ]
    messages.push(messageOf(level, type, control.subarray(offset, offset + length)))
  }
  return messages
}

function messageOf(level: number, type: number, data: Buffer): ControlMessage {
  const row = rowOf(level, type)
  const value = row === undefined || data.length < row.minBytes ? undefined : decoded(row, data)
  if (row === undefined || value === undefined) return { level: level as Level, type: type as ControlType, data }
  return { name: row.name, value } as ControlMessage
}

/** `undefined` where the data has no value. */
function decoded({ fds, decode }: ControlRow, data: Buffer): unknown {
  if (fds === undefined) return decode?.(data)
  const received = receivedFds(data)
  return fds === 'one' ? received[0] : received
}

/** In place of a descriptor that the kernel could not make there is a negative number: -EMFILE in SCM_PIDFD, say. */
function receivedFds(data: Buffer): ReceivedFd[] {
  const numbers = Array.from({ length: Math.floor(data.length / FD_BYTES) }, (_, index) =>
    new DataView(data.buffer, data.byteOffset).getInt32(index * FD_BYTES, IS_LITTLE_ENDIAN),
  )
  return numbers.filter((fd) => fd >= 0).map(ownReceived)
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Where the number of a descriptor comes from: an object that may be closed until it is sent, or the number. */
type FdSource = number | SocketFace | ReceivedFd

const SOCKET_CLASS = SocketFace as unknown as abstract new () => SocketFace

/** A control message that has been checked. */
export interface CheckedControl {
  readonly level: number
  readonly type: number
  readonly data: Uint8Array
  /** The descriptors that are the data, in place of `data`. */
  readonly fds?: readonly FdSource[]
}

/**
 * Reads and checks the control messages that a caller gives.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
 */
export function checkControl(control: readonly ControlInput[] | undefined): readonly CheckedControl[] {
  if (control === undefined) return []
  checkArray(control, 'options.control')
  return (control as readonly ControlInput[]).map((input, index) => checkedMessage(input, `options.control[${index}]`))
}

function checkedMessage(input: ControlInput, argument: string): CheckedControl {
  const fields = checkedFields(input, argument, 'name and value, or level, type and data')
  if (fields.name !== undefined) return namedMessage(fields.name, fields.value, argument)
  const { level, type, data } = fields
  checkInteger(level, `${argument}.level`, 0, 0x7fffffff)
  checkInteger(type, `${argument}.type`, 0, 0x7fffffff)
  // A copy: an awaited verb sends it later.
  return { level, type, data: copyOf(viewOf(data, `${argument}.data`)) }
}

function namedMessage(name: string, value: unknown, argument: string): CheckedControl {
  const row = rowNamed(name)
  if (row === undefined || !(row.encode || row.fds === 'many')) {
    throw wrongValue(mustBe(`${argument}.name`, 'the name of a control message that can be sent', name))
  }
  const { level, type } = row
  if (type < 0) throw wrongValue(`${argument}.name: this system lacks ${name}`)
  if (row.encode) return { level, type, data: row.encode(value as never, `${argument}.value`) }
  return { level, type, data: new Uint8Array(0), fds: checkFds(value, `${argument}.value`) }
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE`; RangeError `ERR_OUT_OF_RANGE` for more descriptors than one message takes */
export function checkFds(fds: unknown, argument: string): FdSource[] {
  checkArray(fds, argument)
  if (fds.length > MAX_FDS) {
    const { length: value } = fds
    throw outOfRange(mustBe(argument, `at most ${MAX_FDS} descriptors`, value), { argument, value, max: MAX_FDS })
  }
  return Array.from(fds as readonly FdInput[], (fd, index) => fdSource(fd, `${argument}[${index}]`))
}

function fdSource(input: FdInput, argument: string): FdSource {
  if (isInstance(input, SOCKET_CLASS) || isInstance(input, ReceivedFd)) return input
  if (typeof input !== 'number') checkObject(input, argument, 'with fd, or a number')
  const fd = typeof input === 'number' ? input : own(input).fd
  checkInteger(fd, typeof input === 'number' ? argument : `${argument}.fd`, 0, 0x7fffffff)
  return fd
}

/** The number of a descriptor now. */
function numberOf(source: FdSource): number {
  if (typeof source === 'number') return source
  if (source instanceof SocketFace) {
    const descriptor = descriptorOf(source)
    const fd = descriptor.open('sendmsg')
    // The receiver will hold the same open file description.
    descriptor.traits |= SHARED
    return fd
  }
  const fd = numberOfReceived(source)
  checkInteger(fd, 'fd', 0, 0x7fffffff)
  return fd
}

function dataOf({ data, fds }: CheckedControl): Uint8Array {
  return fds === undefined ? data : new Uint8Array(Int32Array.from(fds, numberOf).buffer)
}

/**
 * The bytes of a control buffer. It runs no code of the caller's.
 * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED` for a socket that cannot be sent any more
 * @throws RangeError `ERR_OUT_OF_RANGE` for more than any kernel takes
 */
export function writeControl(messages: readonly CheckedControl[]): Uint8Array {
  const parts = messages.map((message) => ({ ...message, data: dataOf(message) }))
  const size = parts.reduce((sum, { data }) => sum + native.cmsgSpace(data.length), 0)
  if (size > MAX_CONTROL_BYTES) {
    throw outOfRange(mustBe('options.control', `at most ${MAX_CONTROL_BYTES} bytes`, size), {
      argument: 'options.control',
      value: size,
      max: MAX_CONTROL_BYTES,
    })
  }
  const control = new Uint8Array(size)
  let offset = 0
  for (const { level, type, data } of parts) offset = native.writeControl(control, offset, level, type, data)
  return control
}
