// What a program gives to be told of connections by, and the rules by which its functions are called.

import type { Connection } from './connection-handled.js'
import type { ProxyHeaderOptions } from './proxy-parser.js'

/** The functions that all connections of a server share; each may be left out, and may be asynchronous. */
export interface Handlers<Data = unknown> {
  /** A connection is there. */
  open?(connection: Connection<Data>): unknown
  /** Bytes have come. They are the caller's own, unless `reuseBuffer` says otherwise. */
  data?(connection: Connection<Data>, bytes: Buffer): unknown
  /** After a `send` or `write` that could not pass everything on: now it has been, or more can be. */
  drain?(connection: Connection<Data>): unknown
  /** The peer has ended its side. Unless `allowHalfOpen` is set, ours ends as soon as everything is sent. */
  end?(connection: Connection<Data>): unknown
  /**
   * The connection is closed, for whatever reason; the last that is heard of it. `error`: what ended it, if not its ends.
   * Called once for each `open`: not for one whose proxy sends no header, of which `error` alone tells.
   */
  close?(connection: Connection<Data>, error: Error | null): unknown
  /**
   * Something failed: a transfer, or a handler, which closes the connection; `null`: accepting, which goes on where
   * descriptors or memory ran out (`EMFILE`), and otherwise ends the server's listening. Told once a connection, unless
   * its handlers throw again. Without this, what a handler throws is an uncaught exception; a transfer that fails only
   * closes its connection.
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
  /** Milliseconds without a byte in either direction after which a connection is closed: SocketTimeoutError. */
  readonly idleTimeout?: number | null
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

/** An uncaught exception, after whatever is being done here. */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error
  })
}
