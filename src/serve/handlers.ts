// What a program gives a server of connections: its handlers. Which class the connections have is a parameter, because that
// class names its handlers.

import { throwLater } from '../core/errors.js'
import { own } from '../core/own-options.js'
import type { ProxyHeaderOptions } from '../proxy-protocol/parser.js'
import type { SharedMemory } from '../reactor/shared-memory.js'
import type { BufferLimits } from './buffer-limits.js'

/**
 * The functions that all connections of a server share; each may be left out, and may be asynchronous. They are called
 * as methods of the object that has them. A literal may have no other functions, so that a misspelt name is noticed;
 * values of any name, and objects of a class with methods of their own, are welcome.
 */
export interface HandlersOf<Connection> {
  /** A connection is open. */
  open?(connection: Connection): unknown
  /**
   * Bytes arrived. They are the caller's own, unless `reuseBuffer` says otherwise. The next call does not wait for a promise
   * that this one returned.
   */
  data?(connection: Connection, bytes: Buffer): unknown
  /** After a `send` or `write` that could not pass everything on: now it has been, or more can be. */
  drain?(connection: Connection): unknown
  /**
   * The peer has ended its side. Unless `allowHalfOpen` is set, our side ends as soon as everything is sent, and the promises
   * that `data` and this handler have returned are settled.
   */
  end?(connection: Connection): unknown
  /**
   * The connection is closed, for whatever reason; the last call for it. `error`: what ended it, if not its two ends, or
   * its server at the end of a drain with nothing queued. Where it lost queued bytes, a TCP peer sees a reset.
   * Called once for each `open`: not for a connection whose proxy sends no header, which `error` alone reports.
   */
  close?(connection: Connection, error: NodeJS.ErrnoException | null): unknown
  /**
   * A transfer failed, or close(2), or a handler, which closes the connection. With `null`: accepting failed; it continues after a
   * shortage of descriptors or memory (`EMFILE`) or where a rule forbids the connection (`EPERM`), and otherwise the
   * server stops listening. Called once a connection, before its `close`, unless its handlers throw again: a promise that
   * rejects after the connection was closed, by another handler or the peer, is reported then. Without this handler, what
   * a handler throws is an uncaught exception; a failed transfer only closes its connection, and a failure to accept is a
   * warning of the process.
   */
  error?(connection: Connection | null, error: NodeJS.ErrnoException): unknown
}

/** What the connections of one server share. */
export interface HostOf<Connection> {
  readonly handlers: HandlersOf<Connection>
  readonly allowHalfOpen: boolean
  /** Memory to receive into, where `reuseBuffer` is set. */
  readonly memory: SharedMemory | null
  /** Whether connections begin with a header of the PROXY protocol, and how much is accepted as one. */
  readonly proxy: ProxyHeaderOptions | null
  /** How much may be queued, and how much all its connections have queued. */
  readonly limits: BufferLimits
  totalBufferedBytes: number
  /** How long a connection may be idle that does not say so itself, in milliseconds; -1 for ever. */
  readonly idleMs: number
  /** The clock of idle times, in milliseconds. It stands still between its ticks, and while the process does. */
  readonly tick: number
  measureIdle(idleMs: number): void
  left(connection: Connection): void
}

/** Calls the handler of errors, if there is one; what that throws is an uncaught exception. */
export function reportError<Connection>(
  handlers: HandlersOf<Connection>,
  connection: Connection | null,
  error: Error,
): void {
  try {
    const result = own(handlers).error?.call(handlers, connection, error)
    if (result instanceof Promise) result.catch(throwLater)
  } catch (thrown) {
    throwLater(thrown)
  }
}
