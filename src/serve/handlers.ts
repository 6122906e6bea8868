// What a program gives to be told of connections by, and the rules by which its functions are called.

import { misuse, throwLater } from '../core/errors.js'
import { checkNames, checkObject, type Names } from '../core/validate.js'
import type { ProxyHeaderOptions } from '../proxy-protocol/parser.js'
import type { Connection } from './connection.js'

/**
 * The functions that all connections of a server share; each may be left out, and may be asynchronous. They are called
 * as methods of the object that has them. A literal has no other functions, so that none is misspelt; values of any name,
 * and objects of a class with methods of their own, are welcome.
 */
export interface Handlers<Data = unknown> {
  /** A connection is there. */
  open?(connection: Connection<Data>): unknown
  /** Bytes have come. They are the caller's own, unless `reuseBuffer` says otherwise. */
  data?(connection: Connection<Data>, bytes: Buffer): unknown
  /** After a `send` or `write` that could not pass everything on: now it has been, or more can be. */
  drain?(connection: Connection<Data>): unknown
  /**
   * The peer has ended its side. Unless `allowHalfOpen` is set, ours ends as soon as everything is sent, and not before
   * the promise that this handler may have returned settles. Those of `data` are not waited for: set `allowHalfOpen`
   * where they send late.
   */
  end?(connection: Connection<Data>): unknown
  /**
   * The connection is closed, for whatever reason; the last that is heard of it. `error`: what ended it, if not its ends.
   * Called once for each `open`: not for one whose proxy sends no header, of which `error` alone tells.
   */
  close?(connection: Connection<Data>, error: Error | null): unknown
  /**
   * Something failed: a transfer, or a handler, which closes the connection; `null`: accepting, which goes on where
   * descriptors or memory ran out (`EMFILE`) or a rule forbids it (`EPERM`), and otherwise ends the server's listening.
   * Told once a connection, before its `close`, unless its handlers throw again: a promise that rejects when the
   * connection is closed already, by another handler or the peer, is told then. Without this, what a handler throws is an
   * uncaught exception; a transfer that fails only closes its connection, and one of accepting is a warning of the process.
   */
  error?(connection: Connection<Data> | null, error: Error): unknown
}

/** How connections with handlers are treated. */
export interface HandlerOptions {
  /** `data` gets a view of memory that is used again as soon as it returns (BERKELEY_DEBUG=1 overwrites it then). */
  readonly reuseBuffer?: boolean
  /** Our side stays open after the peer has ended its own, until `end` or `close` is called. */
  readonly allowHalfOpen?: boolean
  /**
   * Each connection begins with a header of the PROXY protocol, version 1 or 2, from a proxy such as HAProxy: `open`
   * is called when it is there, and `peerAddress` is the client's. Only for servers that nobody but the proxy reaches.
   */
  readonly proxyProtocol?: boolean | ProxyHeaderOptions
  /**
   * Milliseconds without a byte in either direction after which a connection is closed, or up to about a quarter of that
   * later: SocketTimeoutError.
   */
  readonly idleTimeout?: number | null
}

const HANDLERS: Names<Handlers> = { open: true, data: true, drain: true, end: true, close: true, error: true }

export const HANDLER_OPTIONS: Names<HandlerOptions> = {
  reuseBuffer: true,
  allowHalfOpen: true,
  proxyProtocol: true,
  idleTimeout: true,
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for a function by another name */
export function checkHandlers<Slot>(handlers: Handlers<Slot>): void {
  checkObject(handlers, 'handlers')
  for (const name of Object.keys(HANDLERS) as (keyof Handlers)[]) {
    if (handlers[name] === undefined || isFunction(handlers[name])) continue
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `handlers.${name} must be a function`)
  }
  checkNames(handlers, 'handlers', HANDLERS, isFunction)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

/** Tells the handler of errors, if there is one; what that throws is an uncaught exception. */
export function tellError<Slot>(handlers: Handlers<Slot>, connection: Connection<Slot> | null, error: Error): void {
  try {
    const result = handlers.error?.(connection, error)
    if (result instanceof Promise) result.catch(throwLater)
  } catch (thrown) {
    throwLater(thrown)
  }
}
