// Errors of other threads, with their classes: see error-data.ts.

import { inspect } from 'node:util'
import {
  AbortError,
  InterruptedError,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  WouldBlockError,
} from '../core/errors.js'
import { TlsError } from '../tls/errors.js'
import type { ErrorData, ErrorValue } from './error-data.js'

const OWN = [SocketError, WouldBlockError, SocketTimeoutError, InterruptedError, ResolveError, AbortError, TlsError]
const BUILT_IN = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError]

const prototypes = (classes: readonly { readonly prototype: Error }[]): [string, Error][] =>
  classes.map(({ prototype }) => [prototype.name, prototype])

const ownPrototypes: ReadonlyMap<string, Error> = new Map(prototypes(OWN))
const allPrototypes: ReadonlyMap<string, Error> = new Map([...ownPrototypes, ...prototypes(BUILT_IN)])

/**
 * Makes an error of data, with the stack of the thread that threw it. It is of the nearest class that the library or the
 * language has: constructors are not called, because those of the library have other parameters.
 */
export function errorFromData(data: ErrorData, made = new Map<ErrorData, Error>()): Error {
  const known = made.get(data)
  if (known !== undefined) return known
  const kind = data.classes.find((name) => allPrototypes.has(name)) ?? 'Error'
  const error: Error = Object.setPrototypeOf(new Error(data.message), allPrototypes.get(kind)!)
  made.set(data, error)
  if (data.stack !== '') hide(error, 'stack', data.stack)
  for (const { name, value, enumerable } of data.fields) define(error, name, fromValue(value, made), enumerable)
  const name = nameOf(data, kind)
  if (error.name !== name) hide(error, 'name', name)
  return error
}

/** A class of the program's has often no name but that of its constructor. */
function nameOf({ name, className }: ErrorData, kind: string): string {
  return (name === kind || name === '') && className !== '' ? className : name || kind
}

function fromValue(value: ErrorValue, made: Map<ErrorData, Error>): unknown {
  if ('error' in value) return errorFromData(value.error, made)
  if ('list' in value) return value.list.map((item) => fromValue(item, made))
  if (!('bytes' in value)) return value.value
  const { buffer, byteOffset, byteLength } = value.bytes
  return Buffer.from(buffer, byteOffset, byteLength)
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  const property = { __proto__: null, value, enumerable, configurable: true, writable: true }
  Object.defineProperty(error, name, property as PropertyDescriptor)
}

const hide = (error: Error, name: string, value: string): void => define(error, name, value, false)

/** An error that Node copied from another thread, with its class of the library: Node keeps the name alone. */
export function errorFromCopy(copy: unknown): Error {
  if (copy instanceof Error) return restoreClass(copy)
  return new Error(`a value that is not an Error was thrown: ${inspect(copy)}`)
}

function restoreClass(error: Error): Error {
  const prototype = ownPrototypes.get(error.name)
  if (prototype === undefined || Object.getPrototypeOf(error) !== Error.prototype) return error
  Reflect.deleteProperty(error, 'name')
  return Object.setPrototypeOf(error, prototype)
}
