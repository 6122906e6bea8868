// Values that an input chooses: of the wrong type, or memory that changes under whoever reads it.

import type { ByteSource } from './byte-source.js'

// Newer than TypeScript's declarations.
const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer
const Growable = SharedArrayBuffer as new (length: number, options: { maxByteLength: number }) => SharedArrayBuffer

export function detachedView(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

/** A view of a buffer that has become too short for it. */
function outOfBounds(size: number): Uint8Array {
  const buffer = new Resizable(size + 8, { maxByteLength: size + 8 })
  const view = new Uint8Array(buffer, 4, size)
  ;(buffer as unknown as { resize(length: number): void }).resize(2)
  return view
}

/** A view whose length is that of its buffer, which has changed. */
function tracking(size: number): Uint8Array {
  const buffer = new Resizable(size, { maxByteLength: size + 64 })
  const view = new Uint8Array(buffer)
  ;(buffer as unknown as { resize(length: number): void }).resize(size + 64)
  return view
}

/** A view as the addon takes one, of every kind of memory. */
export function view(source: ByteSource, size: number): Uint8Array {
  const kind = source.below(10)
  if (kind === 0) return detachedView(size)
  if (kind === 1) return outOfBounds(size)
  if (kind === 2) return tracking(size)
  if (kind === 3) return new Uint8Array(new SharedArrayBuffer(size))
  if (kind === 4) return new Uint8Array(new Growable(size, { maxByteLength: size + 8 }))
  if (kind === 5) return Buffer.alloc(size, 'x').subarray(size >> 1)
  return new Uint8Array(size)
}

/** Thrown by the code of an argument; the library passes it on. */
export class Thrown extends Error {}

const throwing = (): never => {
  throw new Thrown('thrown by the test')
}

const WRONG: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 'text',
  () => '',
  () => ({}),
  () => [],
  () => 1n,
  () => Symbol('x'),
  () => throwing,
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => new Float64Array(4),
  () => new DataView(new ArrayBuffer(8)),
  () => new Proxy({}, { get: throwing, getPrototypeOf: throwing }),
  () => new Proxy(new Uint8Array(8), {}),
  () => Object.create(Uint8Array.prototype),
  () => ({ valueOf: throwing, toString: throwing }),
  () => new Date(0),
]

/** A value of any type but a number: numbers might be descriptors of the process. */
export function wrongValue(source: ByteSource): unknown {
  return source.pick(WRONG)()
}
