// The event-driven server: every connection's events go to the same handlers.

import type { Address, HostAddress, HostInput, UnixPathAddress, UnixPathInput } from '../addresses/types.js'
import type { AsyncSocket } from '../async/async-socket.js'
import { checkStream, takeOwnership } from '../async/take-ownership.js'
import { createServer, type ListeningSocket, type ServerOptions, type ServerTarget } from '../connect/create-server.js'
import { pathRemover } from '../connect/listener-path.js'
import { after, FOREVER, LONGEST_TIMER, timeoutNumber } from '../core/deadline.js'
import { misuse, type SocketError } from '../core/errors.js'
import { checkInteger, checkOptionNames, checkOptions, type Names } from '../core/validate.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from '../proxy-protocol/parser.js'
import { Socket } from '../socket/socket.js'
import { Acceptor } from './acceptor.js'
import { Connection, type Host } from './connection.js'
import { checkHandlers, HANDLER_OPTIONS, type HandlerOptions, type Handlers, tellError } from './handlers.js'
import { SharedMemory } from './shared-memory.js'

/** How to serve. */
export interface ServeOptions extends ServerOptions, HandlerOptions {
  /** So many connections at once; further ones wait in the kernel's queue. */
  readonly maxConnections?: number
}

/** Where to serve: an address, or a socket that listens already and is given away. */
export type ServeTarget = ServerTarget | { readonly listener: Socket }

/** How to end a server of connections. */
export interface DrainOptions {
  /** How many milliseconds connections have to end by themselves; `null`, as without it: as many as they want. */
  readonly drainMs?: number | null
}

const SERVE_OPTIONS: Names<ServeTarget | ServeOptions> = {
  host: true,
  port: true,
  family: true,
  flowInfo: true,
  scopeId: true,
  path: true,
  abstract: true,
  listener: true,
  backlog: true,
  reusePort: true,
  dualStack: true,
  maxConnections: true,
  ...HANDLER_OPTIONS,
}

/** An idle time is measured in so many ticks: that many and up to one more pass before a connection is closed. */
const TICKS = 4

/** What connections share, be there a server or not. */
class Shared<Slot> implements Host<Slot> {
  readonly handlers: Handlers<Slot>
  readonly allowHalfOpen: boolean
  readonly memory: SharedMemory | null
  readonly proxy: ProxyHeaderOptions | null
  readonly connections = new Set<Connection<Slot>>()
  tick = 0
  /** A connection has ended. */
  whenLeft = (): void => this.stop()
  /** Milliseconds of a tick. */
  readonly #beat: number
  #clock: NodeJS.Timeout | null = null

  constructor(handlers: Handlers<Slot>, options: HandlerOptions) {
    checkHandlers(handlers)
    const { reuseBuffer = false, allowHalfOpen = false, idleTimeout = null, proxyProtocol = false } = options
    const idle = timeoutNumber(idleTimeout, 'options.idleTimeout')
    if (idle === 0) throw misuse(RangeError, 'ERR_OUT_OF_RANGE', 'options.idleTimeout must be more than 0 milliseconds')
    this.handlers = handlers
    this.allowHalfOpen = allowHalfOpen
    this.memory = reuseBuffer ? new SharedMemory() : null
    this.proxy = typeof proxyProtocol === 'object' ? proxyProtocol : proxyProtocol ? {} : null
    if (this.proxy !== null) new ProxyHeaderParser(this.proxy)
    // A timer of the runtime's may fire a little early.
    this.#beat = idle === FOREVER ? FOREVER : Math.min(Math.ceil(idle / TICKS) + 1, LONGEST_TIMER)
  }

  begin(socket: Socket, received: Buffer | null = null): Connection<Slot> {
    if (this.#beat !== FOREVER) this.#clock ??= setInterval(() => this.#endIdle(), this.#beat).unref()
    socket.setBlocking(false)
    const connection = new Connection(socket, this)
    this.connections.add(connection)
    connection.begin(received)
    return connection
  }

  left(connection: Connection<Slot>): void {
    this.connections.delete(connection)
    this.whenLeft()
  }

  stop(): void {
    if (this.#clock !== null) clearInterval(this.#clock)
  }

  #endIdle(): void {
    this.tick++
    for (const connection of this.connections) if (this.tick - connection.active > TICKS) connection.timeOut()
  }
}

/** A server of connections with handlers. Made by `serve`. */
export class Server<Slot = unknown, At extends Address = Address> implements AsyncDisposable {
  readonly #listener: Socket
  readonly #address: At
  readonly #acceptor: Acceptor
  readonly #shared: Shared<Slot>
  readonly #most: number
  readonly #removePath: () => void
  #refed = true
  #closing: Promise<void> | null = null
  #ended: (() => void) | null = null

  /** @internal */
  constructor(listener: Socket, removePath: () => void, shared: Shared<Slot>, most: number) {
    this.#most = most
    this.#removePath = removePath
    this.#listener = listener
    // The kernel tells an address of the listener's family, and `serve` says to whom which is told.
    this.#address = listener.getSockName() as At
    this.#shared = shared
    shared.whenLeft = () => this.#left()
    listener.setBlocking(false)
    this.#acceptor = new Acceptor(listener, {
      accepted: (socket) => this.#accepted(socket),
      short: (error) => this.#report(error),
      failed: (error) => {
        this.#report(error)
        this.#stop()
      },
    })
  }

  /** Where it listens: a host and port, or a path, as was asked for. */
  address(): At {
    return this.#address
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#shared.connections.size
  }

  /** Whether it accepts connections. */
  get listening(): boolean {
    return this.#closing === null
  }

  /** The process goes on while the server listens: so it is unless `unref` was called. */
  ref(): this {
    this.#refed = this.#acceptor.refed = true
    return this
  }

  /** The process may end though the server listens; connections that are open already keep it, later ones do not. */
  unref(): this {
    this.#refed = this.#acceptor.refed = false
    return this
  }

  /**
   * Accepts no more, waits until the connections have ended by themselves, at most `drainMs`, and closes the rest. The
   * path of a unix socket is removed, unless the listener was given.
   * @throws RangeError `ERR_OUT_OF_RANGE`; TypeError
   * @example
   * const server = serve({ host: '127.0.0.1', port: 0 }, {})
   * await server.close({ drainMs: 500 })
   */
  async close(options: DrainOptions = {}): Promise<void> {
    checkOptions(options)
    checkOptionNames(options, { drainMs: true })
    const { drainMs = null } = options
    const limit = timeoutNumber(drainMs, 'drainMs')
    this.#stop()
    if (limit === 0) this.#cut()
    const cancel = limit > 0 ? after(limit, () => this.#cut()) : null
    await this.#closing
    cancel?.()
  }

  /** Closes the server at the end of an `await using` block, and waits for its connections. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #accepted(socket: Socket): void {
    const connection = this.#shared.begin(socket)
    if (!this.#refed) connection.unref()
    if (this.connections >= this.#most) this.#acceptor.full = true
  }

  #left(): void {
    this.#acceptor.full = this.connections >= this.#most
    if (this.connections === 0) this.#ended?.()
  }

  #stop(): void {
    if (this.#closing !== null) return
    this.#acceptor.stop()
    this.#removePath()
    this.#listener.close()
    this.#closing = new Promise((resolve) => {
      this.#ended = () => {
        this.#shared.stop()
        resolve()
      }
    })
    if (this.connections === 0) this.#ended!()
  }

  #cut(): void {
    for (const connection of this.#shared.connections) connection.close()
  }

  #report(error: SocketError): void {
    const { handlers } = this.#shared
    if (handlers.error === undefined) process.emitWarning(error)
    else tellError(handlers, null, error)
  }
}

/**
 * Serves connections by handlers, in the event loop: one thread for thousands of them.
 * @throws as `createServer`; TypeError, RangeError for options and handlers: `ERR_INVALID_ARG_VALUE` also for a name that
 *   is none of theirs
 * @example
 * const server = serve({ host: '127.0.0.1', port: 0 }, {
 *   data: (connection, bytes) => connection.write(bytes),
 *   error: (_, error) => console.error(error.message),
 * })
 * console.log('listening on port', server.address().port)
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
export function serve<Slot>(options: ServeTarget & ServeOptions, handlers: Handlers<Slot>): Server<Slot> {
  checkOptions(options)
  checkOptionNames(options, SERVE_OPTIONS)
  // Whatever is wrong with them is said before a listener is taken from its owner.
  const most = mostConnections(options)
  const shared = new Shared(handlers, options)
  const isGiven = 'listener' in options
  const listener = isGiven ? taken(options.listener) : createServer(options, options)
  // What was given may go on elsewhere.
  const removePath = isGiven ? () => {} : pathRemover(listener.getSockName())
  try {
    return new Server(listener, removePath, shared, most)
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
 *   is not; SocketError `ERR_SOCKET_BUSY` while a verb waits, `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`
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
  checkOptions(options)
  checkOptionNames(options, HANDLER_OPTIONS)
  const shared = new Shared(handlers, options)
  try {
    const inner = takeOwnership(socket)
    const received = inner.reader().takeBuffered()
    return shared.begin(inner, received.length > 0 ? received : null)
  } catch (error) {
    shared.stop()
    throw error
  }
}

function mostConnections({ maxConnections = Number.POSITIVE_INFINITY }: ServeOptions): number {
  if (maxConnections !== Number.POSITIVE_INFINITY) {
    checkInteger(maxConnections, 'options.maxConnections', 1, 0x7fffffff)
  }
  return maxConnections
}

function taken(listener: Socket): Socket {
  if (!(listener instanceof Socket) || !listener.listening) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'options.listener must be a Socket that listens')
  }
  checkStream(listener)
  return listener.successor()
}
