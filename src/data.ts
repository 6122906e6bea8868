// Bytes in and out: what users give becomes a Uint8Array, what they get is a Buffer of their own.

import { types } from 'node:util'
import { MSG_ZEROCOPY } from './constants.js'
import { misuse } from './errors.js'
import { native } from './native.js'

/** What can be sent: text goes out as UTF-8; of a view, the bytes it shows. */
export type Data = string | ArrayBufferView | ArrayBufferLike

/** What can be received into. */
export type WritableData = ArrayBufferView | ArrayBufferLike

// A flag that this system lacks is -1.
const ZERO_COPY = Math.max(MSG_ZEROCOPY, 0)

/** Memory that the addon also sees; used only between two calls, never kept. */
const scratch = Buffer.from(native.scratch)

/** Up to here a copy costs less than telling the addon about another buffer. */
export const SMALL = 1024

/** Receives up to here go through the scratch memory, so that a result holds no more memory than it needs. */
const SCRATCH_RECEIVE = 16384

/** A buffer up to here is kept for the next receive, unless it became a result. */
const LONGEST_SPARE = 1 << 20

/** The bytes of `data`. */
export function bytesOf(data: Data, name = 'data'): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : viewOf(data, name, 'a string, an ArrayBuffer')
}

/**
 * A Uint8Array over the memory of `data`. One of a length that may change needs no fixed view: the addon looks its
 * memory up in each call, and again whenever JavaScript may have run during a wait.
 */
export function viewOf(data: WritableData, name = 'buffer', wanted = 'an ArrayBuffer'): Uint8Array {
  // What only looks like a view, such as a Proxy of one, has no memory.
  if (ArrayBuffer.isView(data)) {
    if (data instanceof Uint8Array && data.length > 0) return data
    checkAttached(data.buffer, name)
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }
  if (types.isAnyArrayBuffer(data)) {
    checkAttached(data, name)
    return new Uint8Array(data, 0, data.byteLength)
  }
  throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be ${wanted} or a view of one`)
}

/** A detached buffer looks empty; nobody means to send nothing, or to receive into nothing, by it. */
function checkAttached(buffer: ArrayBufferLike, name: string): void {
  try {
    new Uint8Array(buffer)
  } catch {
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${name} is a detached ArrayBuffer`)
  }
}

// The class that Buffers are made by. Its constructor copies a view in a third of the time of allocUnsafeSlow and copy.
const OwnBuffer = (Buffer as unknown as Record<symbol, new (bytes: Uint8Array) => Buffer>)[Symbol.species]!

/** A Buffer of its own with the same bytes. */
export function copyOf(bytes: Uint8Array): Buffer {
  return new OwnBuffer(bytes)
}

// Receives of one size follow each other: their view of the scratch memory is made once.
let filled = scratch.subarray(0, 0)

/** The first `count` bytes of the scratch memory, copied into a Buffer of their own. */
function copyOfScratch(count: number): Buffer {
  if (filled.length !== count) filled = scratch.subarray(0, count)
  return copyOf(filled)
}

/** Copies the first `count` bytes of the scratch memory to the beginning of `view`. */
export function takeFromScratch(view: Uint8Array, count: number): void {
  if (filled.length !== count) filled = scratch.subarray(0, count)
  view.set(filled)
}

// Who asks for much and gets little, as a loop of receives mostly does, would otherwise pay for the memory each time.
let spare: Buffer | null = null

/**
 * Memory to receive into: a buffer, or null for the scratch memory. `received` or `receivedNothing` must follow. Until
 * then no other receive gets the same buffer, not even one that a debugger evaluates during the wait.
 */
export function roomFor(maxBytes: number): Buffer | null {
  if (maxBytes <= SCRATCH_RECEIVE) return null
  if (spare === null || spare.length !== maxBytes) return Buffer.allocUnsafeSlow(maxBytes)
  const room = spare
  spare = null
  return room
}

/** Keeps a buffer that became no result, for the next receive. */
export function receivedNothing(buffer: Buffer | null): void {
  if (buffer !== null && buffer.length <= LONGEST_SPARE) spare = buffer
}

/** The first `count` bytes of `buffer`, keeping at most twice their memory. */
function trimmed(buffer: Buffer, count: number): Buffer {
  if (count * 2 < buffer.length) {
    receivedNothing(buffer)
    return copyOf(buffer.subarray(0, count))
  }
  return count === buffer.length ? buffer : buffer.subarray(0, count)
}

/** What was received, in a Buffer of its own: `buffer`, or the scratch memory where that is null. */
export function received(buffer: Buffer | null, count: number): Buffer {
  return buffer === null ? copyOfScratch(count) : trimmed(buffer, count)
}

/** Copies what is small into the scratch memory and tells how many bytes; -1 for what is not small. */
function putSmall(data: Data): number {
  if (typeof data === 'string') {
    // No character takes more than three bytes of UTF-8.
    return data.length * 3 <= SMALL ? scratch.write(data, 0, 'utf8') : -1
  }
  if (!ArrayBuffer.isView(data) || !(data instanceof Uint8Array) || data.length === 0 || data.length > SMALL) return -1
  scratch.set(data, 0)
  return data.length
}

/**
 * What the addon sends from: a view, or so much of the scratch memory. With MSG_ZEROCOPY the kernel goes on reading
 * from the caller's memory after the call, which must be the caller's own then.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 */
export function memoryToSend(data: Data, flags: number): Uint8Array | number {
  if (flags & ZERO_COPY) {
    if (typeof data === 'string') {
      throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'data must be memory of yours for MSG_ZEROCOPY, not a string')
    }
    return bytesOf(data)
  }
  const small = putSmall(data)
  return small >= 0 ? small : bytesOf(data)
}
