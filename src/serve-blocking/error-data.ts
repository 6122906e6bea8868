// Errors as data that can be posted to another thread. The structured clone of an Error loses the name of its class and
// its own properties: `code`, `syscall` ...

import { inspect } from 'node:util'
import { withFields } from '../core/errors.js'

/** An error as data. */
export interface ErrorData {
  readonly message: string
  readonly stack: string
  /** The name, and the own properties that are primitive values. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Turns an error, or any other value that was thrown, into data. */
export function errorToData(thrown: unknown): ErrorData {
  if (!(thrown instanceof Error)) {
    return { message: `a value that is not an Error was thrown: ${inspect(thrown)}`, stack: '', fields: {} }
  }
  const own = Object.entries(thrown).filter(([, value]) => isPrimitive(value))
  return {
    message: thrown.message,
    stack: thrown.stack ?? '',
    fields: { ...Object.fromEntries(own), name: thrown.name },
  }
}

/** Turns data into an error with the stack of the thread that threw it. */
export function errorFromData({ message, stack, fields }: ErrorData): Error {
  const error = withFields(new Error(message), fields)
  if (stack !== '') error.stack = stack
  return error
}

function isPrimitive(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value)
}
