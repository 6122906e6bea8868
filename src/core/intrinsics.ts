// The built-in functions that bytes pass through, as they were when the library was loaded.
//
// Facts: a program can replace every method of a prototype, and a subclass of Uint8Array can override `set`, `subarray`,
// `length`, `buffer` and Symbol.species. A method that is looked up in the caller's memory, or in memory of our own, is
// therefore code of the program's: it may keep what it is given, and what it returns may be false. Source: ECMA-262,
// %TypedArray% objects; Node's core calls its captured functions primordials, for the same reason.
//
// Consequence: memory that is shared with the addon, or among connections, is only touched through these functions, which
// look nothing up; and how long the caller's memory is, and where, is asked of the engine and not of the object.

import { workerThreads } from '../native/node-modules.js'

const { getPrototypeOf, getOwnPropertyDescriptor } = Object
const { apply } = Reflect
const { bind, call } = Function.prototype
const typedArrays = getPrototypeOf(Uint8Array.prototype) as Uint8Array

/** A method as a function of its receiver. */
function uncurried<Self, Args extends unknown[], Result>(
  method: (...args: Args) => Result,
): (self: Self, ...args: Args) => Result {
  return apply(bind, call, [method])
}

/** A getter as a function of its receiver. */
function getterOf<Self, Value>(prototype: object, name: string | symbol): (self: Self) => Value {
  return uncurried(getOwnPropertyDescriptor(prototype, name)!.get!) as (self: Self) => Value
}

/** The constructor of views. A call with memory, offset and length reads no property of the memory. */
export const Bytes = Uint8Array

/**
 * The class that constructs Buffers. Its constructor copies a view in a third of the time of allocUnsafeSlow and copy.
 */
export const OwnBuffer = (Buffer as unknown as Record<symbol, typeof FastBuffer>)[Symbol.species]!
declare const FastBuffer: {
  new (bytes: Uint8Array): Buffer
  new (memory: ArrayBufferLike, offset: number, length: number): Buffer
}

/** The name of a typed array's class; undefined for anything else, a Proxy of one included. */
const kindOf = getterOf<unknown, string | undefined>(typedArrays, Symbol.toStringTag)

/** How many elements a typed array has; 0 for one that is detached. */
export const lengthOf = getterOf<Uint8Array, number>(typedArrays, 'length')
const memoryOfArray = getterOf<unknown, ArrayBufferLike>(typedArrays, 'buffer')
const offsetOfArray = getterOf<unknown, number>(typedArrays, 'byteOffset')
const bytesOfArray = getterOf<unknown, number>(typedArrays, 'byteLength')
const memoryOfDataView = getterOf<unknown, ArrayBufferLike>(DataView.prototype, 'buffer')
const offsetOfDataView = getterOf<unknown, number>(DataView.prototype, 'byteOffset')
const bytesOfDataView = getterOf<unknown, number>(DataView.prototype, 'byteLength')

/** Whether a value is a Uint8Array, by the engine's own account. */
export function isBytes(value: unknown): value is Uint8Array {
  return kindOf(value) === 'Uint8Array'
}

export const { isView } = ArrayBuffer

/** The memory under a view of any kind. */
export function memoryOf(view: ArrayBufferView): ArrayBufferLike {
  return kindOf(view) === undefined ? memoryOfDataView(view) : memoryOfArray(view)
}

/** A Uint8Array over the same bytes as a view of any kind, which is attached. */
export function bytesOfView(view: ArrayBufferView): Uint8Array {
  if (kindOf(view) === undefined)
    return new Bytes(memoryOfDataView(view), offsetOfDataView(view), bytesOfDataView(view))
  return new Bytes(memoryOfArray(view), offsetOfArray(view), bytesOfArray(view))
}

/** A view of a part, of no class but Uint8Array. */
export function partOf(bytes: Uint8Array, begin: number, end: number = lengthOf(bytes)): Uint8Array {
  return new Bytes(memoryOfArray(bytes), offsetOfArray(bytes) + begin, end - begin)
}

/** A Buffer over a part of memory that belongs to the caller. */
export function bufferPart(bytes: Uint8Array, begin: number, end: number): Buffer {
  return new OwnBuffer(memoryOfArray(bytes), offsetOfArray(bytes) + begin, end - begin)
}

/** Copies all of `source` into `target`, at an offset. @throws RangeError without a code where it does not fit */
export const copyInto = uncurried(typedArrays.set) as (target: Uint8Array, source: Uint8Array, offset?: number) => void

export const fillBytes = uncurried(typedArrays.fill) as unknown as (bytes: Uint8Array, value: number) => void

// Node's Buffer has them beside `write` and `toString`, which would look them up.
const { utf8Write, latin1Slice } = Buffer.prototype as unknown as {
  utf8Write?(text: string, offset: number, length: number): number
  latin1Slice?(begin: number, end: number): string
}

/** Writes a text as UTF-8, at most `length` bytes of it. Returns how many. */
export const writeUtf8: (buffer: Buffer, text: string, offset: number, length: number) => number = uncurried(
  utf8Write ?? Buffer.prototype.write,
)

/** The text of bytes that are a character each. */
export const latin1Of: (buffer: Buffer, begin: number, end: number) => string =
  latin1Slice === undefined ? (buffer, begin, end) => buffer.toString('latin1', begin, end) : uncurried(latin1Slice)

/** A Buffer of memory of its own, with whatever that contained before. */
export const { allocUnsafeSlow } = Buffer

/** The bytes of a text in UTF-8. */
export const encodeUtf8 = Buffer.from as (text: string, encoding: 'utf8') => Buffer

/**
 * Marks memory that native code keeps, or that many connections share: posting it, or cloning it with a transfer list,
 * does not take it away. ArrayBuffer.prototype.transfer of Node 22 ignores the mark, so such memory is not handed out
 * either.
 */
export function keepInPlace(memory: ArrayBufferLike): void {
  workerThreads().markAsUntransferable(memory)
}
