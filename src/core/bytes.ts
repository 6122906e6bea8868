// Bytes in and out. Data that callers give becomes a Uint8Array; received data is a Buffer that belongs to the caller.
//
// Small transfers go through the scratch memory, which the addon also sees: nothing is allocated beyond the result.

import { types } from 'node:util'
import { keepShared, native } from '../native/addon.js'
import { MSG_ZEROCOPY } from '../native/generated/constants.js'
import {
  allocUnsafeSlow,
  Bytes,
  bufferPart,
  bytesOfView,
  copyInto,
  encodeUtf8,
  isBytes,
  isView,
  lengthOf,
  memoryOf,
  OwnBuffer,
  partOf,
  writeUtf8,
} from './intrinsics.js'
import { isArray, wrongType, wrongValue } from './validate.js'

/** Data to send: text is sent as UTF-8, a view as the bytes that it covers. */
export type Data = string | ArrayBufferView | ArrayBufferLike

/** One piece of data, or several that go out one after the other, without being copied into one. */
export type GatheredData = Data | readonly Data[]

/** Memory to receive into. */
export type WritableData = ArrayBufferView | ArrayBufferLike

// The value of a flag that this system lacks is -1.
const ZERO_COPY = Math.max(MSG_ZEROCOPY, 0)

const { isAnyArrayBuffer } = types

/** The scratch memory. Its content is valid only until the next call. */
const scratch = new OwnBuffer(native.scratch, 0, native.scratch.byteLength)
keepShared(native.scratch)

/** Up to this size a copy through the scratch memory costs less than passing a view to the addon. */
export const MAX_COPY_BYTES = 1024

/**
 * Up to this size a receive goes through the scratch memory, so that its result keeps only the memory that it needs.
 */
const MAX_SCRATCH_RECEIVE_BYTES = 16384

/** Up to this size a buffer that did not become a result is kept for the next receive. */
const MAX_SPARE_BYTES = 1 << 20

/**
 * The bytes of `data`.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is neither text nor memory
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is a detached ArrayBuffer, or a view of one
 */
export function bytesOf(data: Data, name = 'data'): Uint8Array {
  return typeof data === 'string' ? encodeUtf8(data, 'utf8') : viewOf(data, name, 'a string, an ArrayBuffer')
}

/** Whether data to send is a list of pieces. Most is text or a view, which takes no call to find out. */
export function isList(data: GatheredData): data is readonly Data[] {
  return typeof data !== 'string' && !isView(data) && isArray(data)
}

/**
 * The bytes of each piece of `data`, in an array of our own.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` as `bytesOf`
 */
export function partsOf(data: GatheredData, name = 'data'): Uint8Array[] {
  if (!isList(data)) return [bytesOf(data, name)]
  const parts: Uint8Array[] = []
  // Holes of an array are refused like any other value that is no data.
  for (let index = 0; index < data.length; index++) parts.push(bytesOf(data[index]!, `${name}[${index}]`))
  return parts
}

/** The number of bytes in all parts. */
export function totalBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + lengthOf(part), 0)
}

/** All parts in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Bytes(totalBytes(parts))
  let at = 0
  for (const part of parts) {
    copyInto(bytes, part, at)
    at += lengthOf(part)
  }
  return bytes
}

/** The first `count` bytes of the parts; all where they have no more. */
export function firstBytes(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  const first: Uint8Array[] = []
  let left = count
  for (let index = 0; index < parts.length && left > 0; index++) {
    const part = parts[index]!
    const size = Math.min(lengthOf(part), left)
    first.push(partOf(part, 0, size))
    left -= size
  }
  return first
}

/** The parts without their first `count` bytes. */
export function withoutFirst(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  let skipped = 0
  let index = 0
  while (index < parts.length && skipped + lengthOf(parts[index]!) <= count) skipped += lengthOf(parts[index++]!)
  const [first, ...rest] = parts.slice(index)
  return first === undefined ? [] : [partOf(first, count - skipped), ...rest]
}

/**
 * A Uint8Array over the memory of `data`. A view of changing length is passed as it is: the addon looks its memory up
 * in each call, and again whenever JavaScript may have run during a wait.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no memory
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is a detached ArrayBuffer, or a view of one, or out of its bounds
 */
export function viewOf(data: WritableData, name = 'buffer', expected = 'an ArrayBuffer'): Uint8Array {
  if (isBytes(data) && lengthOf(data) > 0) return data
  // isView is false for a Proxy of a view, which has no memory.
  if (isView(data)) {
    checkAttached(memoryOf(data), name)
    return attachedBytes(data, name)
  }
  if (isAnyArrayBuffer(data)) return checkAttached(data, name)
  throw wrongType(name, `${expected} or a view of one`, data)
}

/** @throws TypeError `ERR_INVALID_ARG_VALUE` for a DataView whose memory was shrunk to less than the view */
function attachedBytes(view: ArrayBufferView, name: string): Uint8Array {
  try {
    return bytesOfView(view)
  } catch {
    throw wrongValue(`${name} is out of the bounds of its ArrayBuffer`)
  }
}

/**
 * A view of all of `memory`. A detached buffer looks empty; to send from it, or to receive into it, is a mistake and not an
 * empty transfer.
 */
function checkAttached(memory: ArrayBufferLike, name: string): Uint8Array {
  try {
    return new Bytes(memory)
  } catch {
    throw wrongValue(`${name} is a detached ArrayBuffer`)
  }
}

/** A new Buffer with the same bytes. */
export function copyOf(bytes: Uint8Array): Buffer {
  return new OwnBuffer(bytes)
}

// Consecutive receives are often of one size: their view of the scratch memory is kept.
let filled = partOf(scratch, 0, 0)
let filledBytes = 0

/** The first `count` bytes of the scratch memory. */
function filledScratch(count: number): Uint8Array {
  if (filledBytes !== count) filled = partOf(scratch, 0, count)
  filledBytes = count
  return filled
}

/** Copies the first `count` bytes of the scratch memory to the beginning of `view`. */
export function copyFromScratch(view: Uint8Array, count: number): void {
  copyInto(view, filledScratch(count))
}

// A loop of receives mostly asks for much and gets little: without a spare buffer it would allocate each time.
let spare: Buffer | null = null

/**
 * The memory for a receive: a buffer, or null for the scratch memory. `takeReceived` or `keepUnused` must follow. Until
 * then no other receive gets the same buffer, not even one that a debugger evaluates during the wait.
 */
export function receiveBuffer(maxBytes: number): Buffer | null {
  if (maxBytes <= MAX_SCRATCH_RECEIVE_BYTES) return null
  if (spare === null || lengthOf(spare) !== maxBytes) return allocUnsafeSlow(maxBytes)
  const buffer = spare
  spare = null
  return buffer
}

/** Keeps a buffer that became no result, for the next receive. */
export function keepUnused(buffer: Buffer | null): void {
  if (buffer !== null && lengthOf(buffer) <= MAX_SPARE_BYTES) spare = buffer
}

/** The first `count` bytes of `buffer`, in memory of at most twice their size. */
function trimmed(buffer: Buffer, count: number): Buffer {
  const size = lengthOf(buffer)
  if (count * 2 < size) {
    keepUnused(buffer)
    return copyOf(partOf(buffer, 0, count))
  }
  return count === size ? buffer : bufferPart(buffer, 0, count)
}

/**
 * The first `count` bytes of `buffer`, or of the scratch memory if that is null, in a Buffer that belongs to the
 * caller.
 */
export function takeReceived(buffer: Buffer | null, count: number): Buffer {
  return buffer === null ? copyOf(filledScratch(count)) : trimmed(buffer, count)
}

/** Copies small data into the scratch memory. Returns the number of bytes, or -1 if the data is not small. */
function copySmallToScratch(data: Data): number {
  if (typeof data === 'string') {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    return data.length * 3 <= MAX_COPY_BYTES ? writeUtf8(scratch, data, 0, MAX_COPY_BYTES) : -1
  }
  if (!isBytes(data)) return -1
  const size = lengthOf(data)
  if (size === 0 || size > MAX_COPY_BYTES) return -1
  copyInto(scratch, data)
  return size
}

/**
 * With MSG_ZEROCOPY the kernel reads the memory after the call has returned, so it must be the caller's own: the bytes that
 * text becomes would be collected before.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for text
 */
export function checkZeroCopy(data: GatheredData, flags: number): void {
  if ((flags & ZERO_COPY) === 0) return
  for (const piece of isList(data) ? data : [data]) {
    if (typeof piece === 'string') throw wrongType('data for MSG_ZEROCOPY', "the caller's memory", piece)
  }
}

/**
 * The memory that the addon sends from: a view, or a number of bytes of the scratch memory, but not of
 * that with MSG_ZEROCOPY.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is neither text nor memory
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is a detached ArrayBuffer, or a view of one
 */
export function memoryToSend(data: Data, flags: number): Uint8Array | number {
  if (flags & ZERO_COPY) return bytesOf(data)
  const copied = copySmallToScratch(data)
  return copied >= 0 ? copied : bytesOf(data)
}
