// Errors as data that can be posted to another thread. The structured clone of an Error loses its class and its own
// properties: `code`, `syscall` ... error-from-data.ts makes an error of them again.
//
// What a handler throws is the program's: any getter or trap of a proxy may throw. Each part is read by itself, and left
// out where it cannot be read or cloned.

import { inspect, types } from 'node:util'

/** A value of an error. Bytes are those of a Buffer, and a list is an array that may hold errors. */
export type ErrorValue =
  | { readonly value: unknown }
  | { readonly bytes: Uint8Array }
  | { readonly error: ErrorData }
  | { readonly list: readonly ErrorValue[] }

/** A property of an error. */
interface ErrorField {
  readonly name: string
  readonly value: ErrorValue
  readonly enumerable: boolean
}

/** An error as data. */
export interface ErrorData {
  /** The names that its prototypes have, the nearest first. */
  readonly classes: readonly string[]
  /** The name of its constructor. */
  readonly className: string
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly fields: ErrorField[]
}

/** How many causes of causes are kept. */
const MAX_DEPTH = 16
/** Longer arrays are cloned as they are. */
const MAX_LIST_LENGTH = 1000
/** Read separately. */
const NOT_FIELDS: readonly string[] = ['message', 'stack', 'toString']
/** Kept though they are not enumerable. */
const HIDDEN_FIELDS: readonly string[] = ['cause', 'errors']

/** Turns an error, or any other value that was thrown, into data. It never throws. */
export function errorToData(thrown: unknown): ErrorData {
  if (isError(thrown)) return new Conversion().error(thrown, 0)
  const shown = attempt(() => inspect(thrown)) ?? 'which cannot be shown'
  return plainData(`a value that is not an Error was thrown: ${shown}`)
}

/** The data of an error that has only a message. */
export function plainData(message: string): ErrorData {
  return { classes: [], className: '', name: 'Error', message, stack: '', fields: [] }
}

class Conversion {
  // Causes may form a circle, which posting keeps.
  readonly #known = new Map<Error, ErrorData>()

  error(thrown: Error, depth: number): ErrorData {
    const known = this.#known.get(thrown)
    if (known !== undefined) return known
    const data: ErrorData = {
      classes: classesOf(thrown),
      className: text(() => thrown.constructor.name),
      name: text(() => thrown.name),
      message: text(() => thrown.message),
      stack: text(() => thrown.stack),
      fields: [],
    }
    this.#known.set(thrown, data)
    const own = attempt(() => Object.keys(thrown)) ?? []
    for (const name of new Set([...own, ...HIDDEN_FIELDS])) {
      if (NOT_FIELDS.includes(name)) continue
      const value = attempt(() => this.#field(thrown, name, depth))
      if (value !== undefined) data.fields.push({ name, value, enumerable: own.includes(name) })
    }
    return data
  }

  #field(thrown: Error, name: string, depth: number): ErrorValue | undefined {
    if (!Object.hasOwn(thrown, name)) return undefined
    const value: unknown = (thrown as unknown as Record<string, unknown>)[name]
    // An object as a name would make whatever shows the error fail.
    if (name === 'name' && typeof value !== 'string') return undefined
    if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) return this.#value(value, depth)
    const list = value.map((item) => attempt(() => this.#value(item, depth)))
    return { list: list.filter((item) => item !== undefined) }
  }

  /** Throws for a value that cannot be cloned. */
  #value(value: unknown, depth: number): ErrorValue | undefined {
    if (isError(value)) return depth < MAX_DEPTH ? { error: this.error(value, depth + 1) } : undefined
    // A clone of the Buffer would be of all the memory that it is a part of.
    if (Buffer.isBuffer(value)) return { bytes: new Uint8Array(value) }
    return { value: structuredClone(value) }
  }
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || attempt(() => value instanceof Error) === true
}

/** The names of the classes that an object is of, as far as their prototypes have one. */
function classesOf(thrown: Error): string[] {
  const names: string[] = []
  let prototype = attempt(() => Object.getPrototypeOf(thrown))
  for (let depth = 0; prototype != null && depth < MAX_DEPTH; depth++) {
    const of = prototype
    const name = text(() => Object.hasOwn(of, 'name') && of.name)
    if (name !== '') names.push(name)
    prototype = attempt(() => Object.getPrototypeOf(of))
  }
  return names
}

function text(read: () => unknown): string {
  const value = attempt(read)
  return typeof value === 'string' ? value : ''
}

function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
