// Arguments that run code while they are read: getters, subclasses, Proxies and polluted prototypes, whose code closes
// sockets, takes memory away, makes other calls, or throws.

import type { AsyncSocket, Socket } from 'berkeley'
import type { ByteSource } from './byte-source.js'
import { detachedView, Thrown } from './values.js'

/** What the code of an argument works on. */
export interface Surroundings {
  readonly source: ByteSource
  readonly sockets: readonly (AsyncSocket | Socket)[]
  /** The memory of the arguments so far. */
  readonly memory: Uint8Array[]
  /** Makes a socket, which may get the number of one that was closed. */
  open(): void
}

/** Runs what the input says. */
function misbehave({ source, sockets, memory, open }: Surroundings): void {
  const kind = source.below(8)
  const socket = source.pick(sockets)
  if (kind === 0) socket.close()
  else if (kind === 1) {
    const buffer = memory.length === 0 ? new ArrayBuffer(1) : source.pick(memory).buffer
    if (buffer instanceof ArrayBuffer && !Object.isFrozen(buffer)) takeAway(buffer)
  } else if (kind === 2) open()
  else if (kind === 3 && !socket.closed) quietly(() => socket.tryRecv(100))
  else if (kind === 4 && !socket.closed) quietly(() => socket.reader().takeBuffered())
  else if (kind === 5) throw new Thrown()
  else if (kind === 6) {
    socket.close()
    open()
  }
}

/** Calls inside of an argument may fail: the socket may be closed, or hold bytes. */
function quietly(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

/** Detaches memory, or shrinks it. The pool that small Buffers share is the runtime's. */
function takeAway(buffer: ArrayBuffer): void {
  const resizable = buffer as unknown as { resizable?: boolean; resize(length: number): void }
  if (resizable.resizable) resizable.resize(0)
  else if (buffer.byteLength !== Buffer.poolSize) structuredClone(buffer, { transfer: [buffer] })
}

/** Values of options and fields of addresses. */
const VALUES: readonly unknown[] = [
  undefined,
  0,
  1,
  2,
  4,
  64,
  -1,
  2 ** 31,
  2 ** 53,
  0.5,
  Number.NaN,
  null,
  true,
  '',
  '127.0.0.1',
  '::1',
  'x',
  'a\0b',
  'utf8',
  'inet',
  'inet6',
  'unix',
  'raw',
  {},
  [],
  5n,
]
const NAMES = [
  'flags',
  'offset',
  'length',
  'deadline',
  'signal',
  'host',
  'port',
  'path',
  'abstract',
  'family',
  'value',
  'bytes',
  'scopeId',
  'flowInfo',
  'raw',
  'maxLineBytes',
  'encoding',
  'partial',
] as const

/** What the properties of an object may be: values by names. */
export type Fields = Readonly<Record<string, readonly unknown[]>>

/** An object with a part of these properties, each of which is a value or a getter that misbehaves. */
export function fieldsOf(around: Surroundings, fields: Fields): object {
  const { source } = around
  const object = {}
  for (const [name, values] of Object.entries(fields)) {
    if (source.oneIn(8)) continue
    const property = source.oneIn(4)
      ? hostileProperty(around, values)
      : { value: source.pick(values), enumerable: true }
    Object.defineProperty(object, name, property)
  }
  return source.oneIn(16)
    ? new Proxy(object, { get: (target, name) => trapped(around, Reflect.get(target, name)) })
    : object
}

/** An object whose properties are values, or getters that misbehave. */
export function options(around: Surroundings): object {
  const { source } = around
  const object = source.oneIn(8) ? Object.create({ flags: 0 }) : {}
  for (let left = source.below(4); left > 0; left--) {
    Object.defineProperty(object, source.pick(NAMES), hostileProperty(around))
  }
  // A call that may wait would wait for a peer that sends nothing.
  Object.defineProperty(object, 'timeout', { value: 0, enumerable: true })
  return source.oneIn(8)
    ? new Proxy(object, { get: (target, name) => trapped(around, Reflect.get(target, name)) })
    : object
}

function hostileProperty(around: Surroundings, values = VALUES): PropertyDescriptor {
  const { source } = around
  const value = source.pick(values)
  if (source.oneIn(2)) return { value, enumerable: true, configurable: true }
  return { get: () => trapped(around, value), enumerable: true, configurable: true }
}

function trapped<Value>(around: Surroundings, value: Value): Value {
  misbehave(around)
  return value
}

/** A property of Object.prototype, for as long as it is not disposed of. */
export function polluted(around: Surroundings): Disposable {
  const name = around.source.pick(NAMES)
  Object.defineProperty(Object.prototype, name, { ...hostileProperty(around), enumerable: false })
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(Object.prototype, name) }
}

/** Memory filled with `byte`: a view of any kind, or of a class that misbehaves. */
export function memory(around: Surroundings, byte: number): unknown {
  const { source } = around
  const size = source.pick([0, 1, 5, 100, 900, 1024, 1025, 20_000])
  const kind = source.below(10)
  if (kind === 0) return String.fromCharCode(byte).repeat(size)
  if (kind === 1) return detachedView(size)
  const bytes = made(around, kind, size)
  bytes.fill(byte)
  around.memory.push(bytes)
  if (kind === 7) return bytes.buffer
  if (kind === 8) return new DataView(bytes.buffer, size >> 1)
  return bytes
}

// Newer than TypeScript's declarations.
const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer

function made(around: Surroundings, kind: number, size: number): Uint8Array {
  if (kind === 2) return Buffer.alloc(size)
  if (kind === 3) return new Uint8Array(new SharedArrayBuffer(size))
  if (kind === 4) return new Uint8Array(new Resizable(size, { maxByteLength: size + 16 }))
  if (kind === 5) return new (misbehaving(around))(size)
  return new Uint8Array(size)
}

/** A class of views whose every member runs code, and gets hold of what it is given. */
function misbehaving(around: Surroundings): new (size: number) => Uint8Array {
  return class extends Uint8Array {
    override get length(): number {
      return trapped(around, super.length)
    }
    override get byteLength(): number {
      return trapped(around, super.byteLength)
    }
    override set(given: ArrayLike<number>, at?: number): void {
      const { buffer } = given as Partial<Uint8Array>
      if (buffer instanceof ArrayBuffer) around.memory.push(given as Uint8Array)
      misbehave(around)
      super.set(given, at)
    }
    override subarray(begin?: number, end?: number): Uint8Array<ArrayBuffer> {
      return trapped(around, super.subarray(begin, end) as Uint8Array<ArrayBuffer>)
    }
    static get [Symbol.species](): Uint8ArrayConstructor {
      return trapped(around, Uint8Array)
    }
  }
}
