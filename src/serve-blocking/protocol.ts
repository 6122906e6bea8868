// What the serving threads and their server tell each other.

import { inspect } from 'node:util'
import type { Address } from '../addresses/types.js'

import type { Waker } from '../selector/waker.js'

/** Fields of the memory that all threads of a server share. */
export const PHASE = 0
/** When descriptors last ran out, in ticks; 0 while there are enough. So it is told once, by whoever sees it first. */
export const SHORT_AT = 1
export const CONTROL_BYTES = 8

// Values of PHASE.
export const RUNNING = 0
export const STOPPING = 1

/** What a thread is started with. */
export interface ThreadStart {
  /** The server's listener, which the server keeps open as long as any of its threads lives. */
  readonly listenerFd: number
  readonly control: SharedArrayBuffer
  /** `Date.now()` when ticks began. */
  readonly began: number
  readonly module: string
  readonly context: unknown
}

/** What a thread tells its server. */
export type ThreadMessage =
  | { readonly kind: 'ready'; readonly waker: Waker }
  | { readonly kind: 'failed'; readonly error: PlainError; readonly peerAddress: Address | null }
  | { readonly kind: 'exhausted'; readonly error: PlainError }
  | { readonly kind: 'recovered' }

/** An error as data: what the structured clone of one loses (its class' name, `code`, `syscall`) is kept. */
export interface PlainError {
  readonly message: string
  readonly stack: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** An error, or whatever else was thrown, as data. */
export function toPlain(thrown: unknown): PlainError {
  if (!(thrown instanceof Error))
    return { message: `not an Error was thrown: ${inspect(thrown)}`, stack: '', fields: {} }
  const own = Object.entries(thrown).filter(([, value]) => value === null || isPlain(value))
  return {
    message: thrown.message,
    stack: thrown.stack ?? '',
    fields: { ...Object.fromEntries(own), name: thrown.name },
  }
}

/** The error again, with the stack of the thread that threw it. */
export function fromPlain({ message, stack, fields }: PlainError): Error {
  const error = Object.assign(new Error(message), fields)
  if (stack !== '') error.stack = stack
  return error
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value)
}
