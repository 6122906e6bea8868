// Checks that values are traces. A trace may have been made or changed by the caller, or read from JSON.

import { types } from 'node:util'
import { checkArray, checkObject, mustBe, wrongType, wrongValue } from '../core/validate.js'
import type { TracedCall, TracedThread } from './ring.js'
import type { Trace } from './trace.js'

/** A kind of field: what it must be, as messages say it, and whether a value is. */
interface Kind {
  readonly expected: string
  is(value: unknown): boolean
}

const text: Kind = { expected: 'a string', is: (value) => typeof value === 'string' }
const textOrNull: Kind = { expected: 'a string or null', is: (value) => value === null || typeof value === 'string' }
const number: Kind = { expected: 'a number', is: (value) => typeof value === 'number' }
const numberOrNull: Kind = { expected: 'a number or null', is: (value) => value === null || typeof value === 'number' }
const bigint: Kind = { expected: 'a bigint', is: (value) => typeof value === 'bigint' }
const date: Kind = { expected: 'a Date', is: types.isDate }
const object: Kind = { expected: 'an object', is: (value) => typeof value === 'object' && value !== null }
const array: Kind = { expected: 'an array', is: () => true }

type Kinds<Fields> = { readonly [Name in keyof Fields]-?: Kind }

const TRACE: Kinds<Trace> = { process: number, began: bigint, beganAt: date, threads: array }
const THREAD: Kinds<TracedThread> = { id: number, calls: array, dropped: number, systemCalls: object }
const CALL: Kinds<TracedCall> = {
  verb: text,
  fd: number,
  socket: number,
  made: number,
  start: number,
  duration: number,
  waiting: number,
  waitStart: number,
  bytes: numberOrNull,
  port: number,
  outcome: text,
  error: textOrNull,
  systemCalls: object,
}

/**
 * Throws unless each value is a trace.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when a value or a field is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a date is none
 */
export function checkTraces(traces: unknown): asserts traces is readonly Trace[] {
  for (const [index, trace] of elementsOf<Trace>(traces, 'traces')) {
    const name = `traces[${index}]`
    checkFields(trace, TRACE, () => name)
    if (Number.isNaN(trace.beganAt.getTime()))
      throw wrongValue(mustBe(`${name}.beganAt`, 'a valid date', trace.beganAt))
    for (const [thread, value] of elementsOf<TracedThread>(trace.threads, `${name}.threads`)) {
      const threadName = `${name}.threads[${thread}]`
      checkFields(value, THREAD, () => threadName)
      for (const [call, fields] of elementsOf<TracedCall>(value.calls, `${threadName}.calls`)) {
        checkFields(fields, CALL, () => `${threadName}.calls[${call}]`)
      }
    }
  }
}

function elementsOf<Element>(value: unknown, name: string): IterableIterator<[number, Element]> {
  checkArray(value, name)
  return Array.prototype.entries.call(value) as IterableIterator<[number, Element]>
}

/** @param name called only for a message: there may be millions of calls */
function checkFields<Fields>(value: Fields, kinds: Kinds<Fields>, name: () => string): void {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) checkObject(value, name())
  for (const field of Object.keys(kinds) as (keyof Fields & string)[]) {
    const { expected, is } = kinds[field]
    if (!is(value[field])) throw wrongType(`${name()}.${field}`, expected, value[field])
  }
}
