// serve/ serves by handlers, in the event loop: one thread for thousands of connections. server.ts accepts,
// connection.ts is one connection, connections.ts is what the connections of a server share. How much a busy connection
// may do is decided in reactor/fairness.ts, not here.

import { ADDRESS_NAMES, addressAmong, checkNoAddress } from '../addresses/families.js'
import type { HostAddress, HostInput, UnixPathAddress, UnixPathInput } from '../addresses/types.js'
import type { AsyncSocket } from '../async/async-socket.js'
import { checkConnected, checkStream, takeConnection } from '../async/take-ownership.js'
import {
  type ListeningSocket,
  listenOn,
  SERVER_OPTIONS,
  type ServerOptions,
  type ServerTarget,
} from '../connect/create-server.js'
import { pathRemover } from '../connect/listener-path.js'
import { checkedTimeout } from '../core/deadline.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkInteger, checkObject, isInstance, signalOf, wrongType } from '../core/validate.js'
import type { Descriptor } from '../socket/descriptor.js'
import { takeDescriptor } from '../socket/face.js'
import { takeUnread } from '../socket/reader-source.js'
import { Socket } from '../socket/socket.js'
import type { Connection, Handlers } from './connection.js'
import { Connections } from './connections.js'
import { checkNoOptions, HANDLER_OPTIONS, HANDLERS, type HandlerOptions } from './handler-options.js'
import { Server } from './server.js'

/** How to serve. */
export interface ServeOptions extends ServerOptions, HandlerOptions {
  /** How many connections are open at once; further ones wait in the kernel's queue. */
  readonly maxConnections?: number
  /** Closes the server when it aborts, as `close()` does. */
  readonly signal?: AbortSignal
  /**
   * How many milliseconds connections have to end by themselves once the server is closed: by `close` without a limit of
   * its own, by `signal`, or at the end of an `await using` block. `null`, as without it: as many as they want.
   */
  readonly drainMs?: number | null
}

/** Where to serve: an address, or a socket that listens already, which the server takes over. */
export type ServeTarget = ServerTarget | { readonly listener: Socket }

const SERVE_OPTIONS: Names<ServeTarget | ServeOptions> = {
  ...SERVER_OPTIONS,
  listener: true,
  maxConnections: true,
  signal: true,
  drainMs: true,
  ...HANDLER_OPTIONS,
  ...ADDRESS_NAMES,
}

const attachHints = (): Hints => ({
  ...belongIn('handlers, the second argument', HANDLERS),
  timeout: 'it is called idleTimeout here',
})

const serveHints = (): Hints => ({
  ...attachHints(),
  threads: 'serve has one thread: serveBlocking has threads',
  maxPending: 'it is called backlog here',
})

/**
 * Serves connections by handlers, in the event loop: one thread for thousands of them.
 * @throws AbortError if `signal` was aborted before
 * @throws as `createServer`; TypeError, RangeError for options and handlers: `ERR_INVALID_ARG_VALUE` also for a name that
 *   is none of theirs
 * @example
 * const server = serve({ host: '127.0.0.1', port: 0 }, {
 *   data: (connection, bytes) => connection.write(bytes),
 *   error: (_, error) => console.error(error.message),
 * })
 * console.log('listening on port', server.address.port)
 */
export function serve<Slot = unknown>(
  options: (HostInput | { readonly listener: ListeningSocket<HostAddress> }) & ServeOptions,
  handlers: Handlers<Slot>,
): Server<Slot, HostAddress>
export function serve<Slot = unknown>(
  options: (UnixPathInput | { readonly listener: ListeningSocket<UnixPathAddress> }) & ServeOptions,
  handlers: Handlers<Slot>,
): Server<Slot, UnixPathAddress>
export function serve<Slot = unknown>(options: ServeTarget & ServeOptions, handlers: Handlers<Slot>): Server<Slot>
export function serve<Slot>(
  options: ServeTarget & ServeOptions,
  handlers: Handlers<Slot>,
  ...others: readonly unknown[]
): Server<Slot> {
  checkNoOptions(others)
  checkObject(options, 'options', 'such as { host, port } or { path }')
  checkOptionNames(options, SERVE_OPTIONS, serveHints)
  const given = checkedOptions(options)
  // Wrong arguments are reported before a listener is taken from its owner.
  const maxConnections = maxConnectionsOf(given)
  const signal = signalOf(given)
  const drainMs = checkedTimeout(given.drainMs ?? null, 'options.drainMs')
  const connections = new Connections(handlers, given)
  const isGiven = 'listener' in given
  if (isGiven) checkNoAddress(options, 'options', 'listener')
  const listener = isGiven ? takeListener(given.listener) : takeDescriptor(listenOn(addressAmong(given), given))
  let removePath = (): void => {}
  try {
    // The path of a given listener may be listened on elsewhere after this.
    if (!isGiven) removePath = pathRemover(listener.sockName())
    return new Server(listener, removePath, connections, { maxConnections, drainMs, signal })
  } catch (error) {
    removePath()
    listener.close()
    throw error
  }
}

/**
 * Gives a connected socket to handlers, as `serve` does with those that it accepts: a client in the same style. The
 * socket is given away, `open` is called at once, and what a reader of it holds comes to `data` first. Its timeout ends
 * with it: there is `idleTimeout`.
 * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for a handler or option that there
 *   is not; SocketError `ERR_SOCKET_BUSY` while a verb waits, `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`, `ENOTCONN`
 * @example
 * const connection = attach(await openConnection({ host: 'localhost', port: 7 }), {
 *   data: (self, bytes) => { console.log(String(bytes)); self.end() },
 * })
 * connection.write('hello')
 */
export function attach<Slot = unknown>(
  socket: Socket | AsyncSocket,
  handlers: Handlers<Slot>,
  options: HandlerOptions = {},
): Connection<Slot> {
  const given = checkedOptions(options)
  checkOptionNames(options, HANDLER_OPTIONS, attachHints)
  const connections = new Connections(handlers, given)
  checkConnected(socket)
  const descriptor = takeConnection(socket, connections.proxy !== null)
  return connections.begin(descriptor, takeUnread(descriptor))
}

function maxConnectionsOf({ maxConnections = Number.POSITIVE_INFINITY }: ServeOptions): number {
  if (maxConnections !== Number.POSITIVE_INFINITY) {
    checkInteger(maxConnections, 'options.maxConnections', 1, 0x7fffffff)
  }
  return maxConnections
}

function takeListener(listener: Socket): Descriptor {
  if (!isInstance(listener, Socket) || !listener.listening) {
    throw wrongType('options.listener', 'a Socket that listens')
  }
  checkStream(listener)
  return takeDescriptor(listener)
}
