// Checks of what callers give, all in one place. Misuse is a TypeError or RangeError with a `code`, and is reported before
// any system call. Messages name the argument, what was given and what is expected.

import { AbortError, misuse } from './errors.js'

/** An argument of the wrong type. */
export function wrongType(argument: string, wanted: string): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${argument} must be ${wanted}`)
}

/** An argument of the right type whose value means nothing. */
export function wrongValue(message: string): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_VALUE', message)
}

/** A number, or a size, that is too small or too large. */
export function outOfRange(message: string): Error {
  return misuse(RangeError, 'ERR_OUT_OF_RANGE', message)
}

export function checkInteger(value: unknown, argument: string, min: number, max: number): asserts value is number {
  if (typeof value !== 'number') throw wrongType(argument, 'a number')
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw outOfRange(`${argument} must be an integer from ${min} to ${max}, not ${value}`)
}

export function checkString(value: unknown, argument: string): asserts value is string {
  if (typeof value !== 'string') throw wrongType(argument, 'a string')
}

export function checkBoolean(value: unknown, argument: string): asserts value is boolean {
  if (typeof value !== 'boolean') throw wrongType(argument, 'a boolean')
}

/** A NUL would end the text early for the system. */
export function checkNoNul(text: string, argument: string): void {
  if (text.includes('\0')) throw wrongValue(`${argument} must not hold a NUL`)
}

/** Throws unless a value may have properties. */
export function checkObject(value: unknown, argument: string, example?: string): void {
  if (typeof value === 'object' && value !== null) return
  throw wrongType(argument, example === undefined ? 'an object' : `an object ${example}`)
}

/** Throws where options are something else than an object: a number, say, would be ignored. */
export function checkOptions(options: unknown): void {
  if (options !== undefined) checkObject(options, 'options')
}

/** The names that something may have, of each kind that it may be. */
export type Names<Kind> = Readonly<Record<Kind extends unknown ? keyof Kind & string : never, true>>

/** @throws TypeError `ERR_INVALID_ARG_VALUE` for an option that does not exist */
export function checkOptionNames(options: object, known: Names<object>): void {
  checkNames(options, 'options', known, (value) => value !== undefined)
}

/**
 * Refuses members of a literal that mean nothing, because a misspelt name would otherwise be missed only when it is
 * needed. Objects of classes, and modules, may have members of their own.
 * @param matters whether a member of this value would have been meant to have an effect
 */
export function checkNames(
  given: object,
  argument: string,
  known: Names<object>,
  matters: (value: unknown) => boolean,
): void {
  if (Object.getPrototypeOf(given) !== Object.prototype) return
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(known, name) || !matters(value)) continue
    throw wrongValue(`${argument}.${name} means nothing here; there are ${Object.keys(known).join(', ')}`)
  }
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` */
export function checkSignal(signal: unknown): asserts signal is AbortSignal {
  if (!(signal instanceof AbortSignal)) throw wrongType('options.signal', 'an AbortSignal')
}

/**
 * The signal of options, if there is one.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`; AbortError where it is aborted already
 */
export function signalOf(options: { readonly signal?: AbortSignal } | undefined): AbortSignal | undefined {
  checkOptions(options)
  const signal = options?.signal
  if (signal === undefined) return undefined
  checkSignal(signal)
  if (signal.aborted) throw new AbortError(signal.reason)
  return signal
}
