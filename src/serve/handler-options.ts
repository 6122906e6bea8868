// The options of connections with handlers, and the checks of what a program gives.

import { belongIn, type Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkObject, wrongType, wrongValue } from '../core/validate.js'
import type { ProxyHeaderOptions } from '../proxy-protocol/parser.js'
import type { BufferOptions } from './buffer-limits.js'
import type { Handlers } from './connection.js'

/** How connections with handlers are treated. */
export interface HandlerOptions extends BufferOptions {
  /** `data` gets a view of memory that is used again as soon as it returns (BERKELEY_DEBUG=1 overwrites it then). */
  readonly reuseBuffer?: boolean
  /** Our side stays open after the peer has ended its own, until `end` or `close` is called. */
  readonly allowHalfOpen?: boolean
  /**
   * Each connection begins with a header of the PROXY protocol, version 1 or 2, from a proxy such as HAProxy: `open`
   * is called when it has arrived, and `peerAddress` is the client's. Only for servers that the proxy alone can reach.
   */
  readonly proxyProtocol?: boolean | ProxyHeaderOptions
  /**
   * Milliseconds without a byte in either direction after which a connection is closed, or up to about a quarter of that
   * later: SocketTimeoutError. The same holds for a peer that goes on sending and takes none of the bytes queued for it.
   * A promise of `data` that has not settled yet does not prevent it: set `connection.idleTimeout` for one that waits longer.
   */
  readonly idleTimeout?: number | null
}

export const HANDLERS: Names<Handlers> = { open: true, data: true, drain: true, end: true, close: true, error: true }

export const HANDLER_OPTIONS: Names<HandlerOptions> = {
  reuseBuffer: true,
  allowHalfOpen: true,
  proxyProtocol: true,
  idleTimeout: true,
  maxBufferedBytes: true,
  maxTotalBufferedBytes: true,
  whenFull: true,
}

const inOptions = (): Hints =>
  belongIn('options', { ...HANDLER_OPTIONS, maxConnections: true, drainMs: true, signal: true } as Names<object>)

/** @throws TypeError `ERR_INVALID_ARG_TYPE`; `ERR_INVALID_ARG_VALUE` for an option, or a function by another name */
export function checkHandlers<Slot>(handlers: Handlers<Slot>): void {
  checkObject(handlers, 'handlers')
  const given = own(handlers)
  for (const name of Object.keys(HANDLERS) as (keyof Handlers)[]) {
    if (given[name] === undefined || isFunction(given[name])) continue
    throw wrongType(`handlers.${name}`, 'a function')
  }
  checkHandlerNames(handlers, HANDLERS, inOptions())
}

/**
 * Refuses functions by another name, and options among the handlers; other members may be the program's own.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function checkHandlerNames(handlers: object, known: Names<object>, options: Hints): void {
  const matters = (value: unknown, name: string): boolean =>
    isFunction(value) || (value !== undefined && Object.hasOwn(options, name))
  checkNames(handlers, 'handlers', known, matters, () => options)
}

/**
 * Refuses options after the handlers, where `attach` has them: they would have no effect.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function checkNoOptions([given]: readonly unknown[]): void {
  if (given !== undefined) throw wrongValue('the options belong in the first argument, beside the address')
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
