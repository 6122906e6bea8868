// Checks of what callers give, all in one place. A wrong argument is a TypeError or RangeError with a `code`, thrown
// before any system call. Messages say which argument is wrong, what is expected and what was given.

import { inspect, types } from 'node:util'
import { AbortError, misuse, withFields } from './errors.js'
import { own } from './own-options.js'

/** A given value as messages show it: on one line, short, and without running code of the caller's. */
export function shown(value: unknown): string {
  try {
    return inspected(value)
  } catch {
    // A revoked Proxy in it, or a getter of the caller's that throws.
    return typeof value === 'function' ? 'a function that cannot be shown' : 'an object that cannot be shown'
  }
}

function inspected(value: unknown): string {
  const text = inspect(value, {
    depth: isLiteral(value) ? 0 : -1,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 6,
    maxStringLength: 60,
    customInspect: false,
  })
  return text.split('\n', 1)[0]!
}

/** Whether the members of a value are worth showing: of an instance of a class, only the class is shown. */
function isLiteral(value: unknown): boolean {
  if (types.isProxy(value)) return false
  return Array.isArray(value) || Object.getPrototypeOf(Object(value)) === Object.prototype
}

/** The message for a value that is not as expected. */
export function mustBe(argument: string, expected: string, given: unknown): string {
  return `${argument} must be ${expected}, not ${shown(given)}`
}

/** The error for an argument of the wrong type. */
export function wrongType(argument: string, expected: string, ...given: [value?: unknown]): Error {
  const message = given.length > 0 ? mustBe(argument, expected, given[0]) : `${argument} must be ${expected}`
  return misuse(TypeError, 'ERR_INVALID_ARG_TYPE', message)
}

/** The error for an argument of the right type with an invalid value. */
export function wrongValue(message: string): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_VALUE', message)
}

/** What is out of range, as fields of its error. A bound that depends on more than the argument is left out. */
interface OutOfRange {
  readonly argument: string
  readonly value: unknown
  readonly min?: number
  readonly max?: number
}

/** The error for a number or a size that is too small or too large. */
export function outOfRange(message: string, fields: OutOfRange): Error {
  return withFields(misuse(RangeError, 'ERR_OUT_OF_RANGE', message), fields)
}

export function checkInteger(value: unknown, argument: string, min: number, max: number): asserts value is number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return
  throw wrongInteger(value, argument, min, max)
}

function wrongInteger(value: unknown, argument: string, min: number, max: number): Error {
  if (typeof value !== 'number') return wrongType(argument, 'a number', value)
  return outOfRange(mustBe(argument, `an integer from ${min} to ${max}`, value), { argument, value, min, max })
}

/** Returns `value` if it is an integer from `min` to `max`. */
export function checkedInteger(value: unknown, argument: string, min: number, max: number): number {
  checkInteger(value, argument, min, max)
  return value
}

export function checkString(value: unknown, argument: string): asserts value is string {
  if (typeof value !== 'string') throw wrongType(argument, 'a string', value)
}

export function checkBoolean(value: unknown, argument: string): asserts value is boolean {
  if (typeof value !== 'boolean') throw wrongType(argument, 'a boolean', value)
}

/** C functions would take a NUL for the end of the text. */
export function checkNoNul(text: string, argument: string): void {
  if (text.includes('\0')) throw wrongValue(mustBe(argument, 'a string without NUL', text))
}

/** Throws unless `value` is a name that C functions can take: a string that is not empty and contains no NUL. */
export function checkCName(value: unknown, argument: string): asserts value is string {
  checkString(value, argument)
  if (value === '') throw wrongValue(`${argument} must not be empty`)
  checkNoNul(value, argument)
}

/**
 * Whether a value is a revoked Proxy, or a Proxy of one: an object on which every operation throws a TypeError without a
 * code. Array.isArray throws for it too, and runs no code of the caller's.
 */
export function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value)
    return false
  } catch {
    return true
  }
}

/** Throws unless a value may have properties. */
export function checkObject(value: unknown, argument: string, example?: string): asserts value is object {
  if (typeof value === 'object' && value !== null && !isRevoked(value)) return
  throw wrongType(argument, example === undefined ? 'an object' : `an object ${example}`, value)
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no array */
export function checkArray(value: unknown, argument: string): asserts value is readonly unknown[] {
  if (!isArray(value)) throw wrongType(argument, 'an array', value)
}

/** Whether `value` is an array. Array.isArray throws a TypeError without a code for a revoked Proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  return !isRevoked(value) && Array.isArray(value)
}

/** Whether `value` is an instance of `Class`. `instanceof` throws a TypeError without a code for a revoked Proxy. */
export function isInstance<Instance>(
  value: unknown,
  Class: abstract new (...args: never[]) => Instance,
): value is Instance {
  try {
    return value instanceof Class
  } catch {
    return false
  }
}

/** Returns the named fields of `value`, if it is an object that is no array. */
export function checkedFields<Input extends object>(value: Input, argument: string, fields: string): Input {
  if (typeof value === 'object' && value !== null && !isRevoked(value) && !Array.isArray(value)) return own(value)
  throw wrongType(argument, `an object with ${fields}`, value)
}

const NO_OPTIONS = Object.freeze(Object.create(null) as object)

/**
 * Returns the options to read, those that a caller gave or none. A number, for example, would otherwise be ignored.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when options are given that are no object
 */
export function checkedOptions<Options extends object>(options: Options | undefined): Options {
  if (options === undefined) return NO_OPTIONS as Options
  checkObject(options, 'options')
  return own(options)
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no AbortSignal */
export function checkSignal(signal: unknown): asserts signal is AbortSignal {
  if (!isInstance(signal, AbortSignal)) throw wrongType('options.signal', 'an AbortSignal', signal)
}

/**
 * Returns the signal that options bring, if any.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no AbortSignal
 * @throws AbortError `ABORT_ERR` when it has already aborted
 */
export function signalOf(options: { readonly signal?: AbortSignal } | undefined): AbortSignal | undefined {
  const { signal } = checkedOptions(options)
  if (signal === undefined) return undefined
  checkSignal(signal)
  if (signal.aborted) throw new AbortError(signal.reason)
  return signal
}
