// Receiving: each verb once, over arguments that have been checked. A timeout of 0 makes it the verb's try twin.

import { constants } from 'node:buffer'
import { decodeAddress, rulesOf } from '../addresses/families.js'
import {
  copyFromScratch,
  keepUnused,
  MAX_COPY_BYTES,
  receiveBuffer,
  takeReceived,
  viewOf,
  type WritableData,
} from '../core/bytes.js'
import { failure } from '../core/errors.js'
import { isBytes, lengthOf, partOf } from '../core/intrinsics.js'
import { checkedOptions, checkInteger, outOfRange, wrongValue } from '../core/validate.js'
import { CHANGED_MEANWHILE, native } from '../native/addon.js'
import {
  MSG_ERRQUEUE,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SOCK_STREAM,
} from '../native/generated/constants.js'
import { admit, WOULD_BLOCK } from './connecting.js'
import { type Descriptor, READER_HOLDS_DATA } from './descriptor.js'
import type { FlagOptions, RangeOptions, Readiness, Received, ReceivedInto } from './transfer-options.js'

/** The flag, or 0 on a system without such a queue. */
const ERROR_QUEUE = Math.max(MSG_ERRQUEUE, 0)

const EVENTS: ReadonlyMap<unknown, number> = new Map([
  ['read', POLLIN],
  ['write', POLLOUT],
  ['both', POLLIN | POLLOUT],
])

/** Receives at most `maxBytes`: `null` is the end, `undefined` would block. */
export function receive(
  descriptor: Descriptor,
  maxBytes: number,
  flags: number,
  timeout: number,
): Buffer | null | undefined {
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recv', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const buffer = receiveBuffer(maxBytes)
  const count = descriptor.receiveBytes(buffer ?? maxBytes, flags, limit)
  if (count <= 0) keepUnused(buffer)
  if (descriptor.settle(count, 'recv', timeout) === undefined) return undefined
  if (count === 0 && descriptor.hasEnd && isEnd(descriptor, flags)) return null
  return takeReceived(buffer, Math.min(count, maxBytes))
}

/**
 * Whether 0 bytes were the end: a SOCK_SEQPACKET may also have received a message without bytes, and the queue of errors
 * has entries without any, such as that of a finished MSG_ZEROCOPY.
 */
export function isEnd(descriptor: Descriptor, flags: number): boolean {
  if (flags & ERROR_QUEUE && rulesOf(descriptor.family).hasErrorQueue) return false
  return descriptor.type === SOCK_STREAM || hasPeerEnded(descriptor)
}

/** Whether the peer has ended its side, though bytes or messages may still be in the queue. */
export function hasPeerEnded({ fd }: Descriptor): boolean {
  const events = native.wait(fd, POLLRDHUP, 0)
  return events > 0 && (events & (POLLRDHUP | POLLHUP)) !== 0
}

/**
 * Receives into a view: a count, 0 at the end of a stream; `undefined` would block.
 * @param anew the same memory, where JavaScript detached the view during the wait and that moved nothing: the memory of a
 *   WebAssembly program that grew
 */
export function receiveInto(
  descriptor: Descriptor,
  view: Uint8Array,
  flags: number,
  timeout: number,
  anew?: () => Uint8Array,
): number | undefined {
  checkRoom(descriptor, view)
  const size = lengthOf(view)
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recv', timeout)
  if (limit === WOULD_BLOCK) return undefined
  checkUnchanged(view, size, 'recv')
  if (flags !== 0 || size > MAX_COPY_BYTES) {
    return descriptor.settle(descriptor.receiveBytes(view, flags, limit), 'recv', timeout)
  }
  // A copy of few bytes costs less than passing the view to the addon.
  const count = descriptor.settle(descriptor.receiveBytes(size, flags, limit), 'recv', timeout)
  if (count === undefined || count === 0) return count
  const into = anew !== undefined && lengthOf(view) < count ? anew() : view
  checkUnchanged(into, count, 'recv')
  copyFromScratch(into, count)
  return count
}

/** Receives a datagram and its sender; `undefined` would block. */
export function receiveFrom(
  descriptor: Descriptor,
  maxBytes: number,
  flags: number,
  timeout: number,
): Received | undefined {
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recvfrom', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const buffer = receiveBuffer(maxBytes)
  const count = native.recvFrom(descriptor.fd, buffer ?? maxBytes, flags, limit)
  if (count <= 0) keepUnused(buffer)
  if (descriptor.settle(count, 'recvfrom', timeout) === undefined) return undefined
  return { data: takeReceived(buffer, Math.min(count, maxBytes)), address: decodeAddress() }
}

/** Receives a datagram into a view, and its sender; `undefined` would block. */
export function receiveFromInto(
  descriptor: Descriptor,
  view: Uint8Array,
  flags: number,
  timeout: number,
): ReceivedInto | undefined {
  checkRoom(descriptor, view)
  const size = lengthOf(view)
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recvfrom', timeout)
  if (limit === WOULD_BLOCK) return undefined
  checkUnchanged(view, size, 'recvfrom')
  const bytes = native.recvFrom(descriptor.fd, view, flags, limit)
  if (descriptor.settle(bytes, 'recvfrom', timeout) === undefined) return undefined
  return { bytes, address: decodeAddress() }
}

/** Throws where JavaScript that a debugger ran during a wait detached or shrank the memory. */
export function checkUnchanged(view: Uint8Array, size: number, syscall: string): void {
  if (lengthOf(view) < size) throw failure(CHANGED_MEANWHILE, syscall)
}

/** What a wait for readiness found; `undefined` would block. */
export function awaitReadiness(
  descriptor: Descriptor,
  events: 'read' | 'write' | 'both',
  timeout: number,
): Readiness | undefined {
  const wanted = EVENTS.get(events)
  if (wanted === undefined) throw wrongValue("events must be 'read', 'write' or 'both'")
  const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'poll', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const holdsBytes = (wanted & POLLIN) !== 0 && descriptor.offersBytes
  const ready = descriptor.settle(native.wait(descriptor.fd, wanted, holdsBytes ? 0 : limit), 'poll', timeout)
  if (ready === undefined && !holdsBytes) return undefined
  const has = (bits: number): boolean => ((ready ?? 0) & bits) !== 0
  return { read: holdsBytes || has(POLLIN), write: has(POLLOUT), error: has(POLLERR), hangup: has(POLLHUP) }
}

/** Admits a receiving verb: not while the reader holds bytes that come first. */
export function admitReceive(descriptor: Descriptor, syscall: string, timeout: number): number {
  if (descriptor.gate & READER_HOLDS_DATA) descriptor.bare(syscall)
  return admit(descriptor, syscall, timeout)
}

/** The flags of options. */
export function checkedFlags(options: FlagOptions | undefined): number {
  return options === undefined ? 0 : givenFlags(options)
}

function givenFlags(options: FlagOptions): number {
  const { flags = 0 } = checkedOptions(options)
  checkInteger(flags, 'flags', 0, 0x7fffffff)
  return flags
}

/** The flags of a receive. MSG_WAITALL is the wait loop's own, and means something for the bytes of a stream alone. */
export function receiveFlags({ type }: Descriptor, options: FlagOptions | undefined): number {
  if (options === undefined) return 0
  const flags = givenFlags(options)
  return type === SOCK_STREAM ? flags : flags & ~MSG_WAITALL
}

/** The flags of a receive into a new Buffer of at most `maxBytes`. */
export function checkReceive(descriptor: Descriptor, maxBytes: number, options: FlagOptions | undefined): number {
  checkInteger(maxBytes, 'maxBytes', descriptor.hasEnd ? 1 : 0, constants.MAX_LENGTH)
  return options === undefined ? 0 : givenReceiveFlags(descriptor, options)
}

function givenReceiveFlags(descriptor: Descriptor, options: FlagOptions): number {
  const flags = receiveFlags(descriptor, options)
  if (descriptor.type === SOCK_STREAM && flags & MSG_TRUNC) {
    throw wrongValue('flags: MSG_TRUNC discards the bytes of a stream: use recvInto')
  }
  return flags
}

/** The part of a buffer that is to be filled. */
export function roomOf(descriptor: Descriptor, buffer: WritableData, options: RangeOptions | undefined): Uint8Array {
  if (options === undefined && isBytes(buffer) && lengthOf(buffer) > 0) return buffer
  return chosenRoom(descriptor, buffer, options)
}

function chosenRoom(descriptor: Descriptor, buffer: WritableData, options: RangeOptions | undefined): Uint8Array {
  const { offset, length } = checkedOptions(options)
  const view = viewOf(buffer)
  const size = lengthOf(view)
  if (offset !== undefined) checkInteger(offset, 'offset', 0, size)
  const rest = size - (offset ?? 0)
  if (length !== undefined) checkInteger(length, 'length', 0, rest)
  const begin = offset ?? 0
  const part = offset === undefined && length === undefined ? view : partOf(view, begin, begin + (length ?? rest))
  checkRoom(descriptor, part)
  return part
}

/**
 * Refuses a view without room on a stream, where a receive into it would look like the end, and a view whose memory was
 * transferred away while the verb waited, which would lose a datagram.
 */
function checkRoom(descriptor: Descriptor, view: Uint8Array): void {
  if (lengthOf(view) === 0) refuseNoRoom(descriptor, view)
}

function refuseNoRoom(descriptor: Descriptor, view: Uint8Array): void {
  viewOf(view)
  if (descriptor.hasEnd)
    throw outOfRange('buffer must have room for at least one byte', { argument: 'buffer', value: 0, min: 1 })
}
