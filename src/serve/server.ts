// The server of handlers: it accepts, keeps its connections and closes them.

import { type InspectOptions, inspect } from 'node:util'
import { addressText } from '../addresses/text.js'
import type { Address } from '../addresses/types.js'
import { callAfter, checkedTimeout } from '../core/deadline.js'
import type { SocketError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { checkedOptions } from '../core/validate.js'
import { Acceptor } from '../reactor/acceptor.js'
import type { Descriptor } from '../socket/descriptor.js'
import { type Connection, cutOff } from './connection.js'
import type { Connections } from './connections.js'
import { reportError } from './handlers.js'

/** How to end a server of connections. */
export interface DrainOptions {
  /** How many milliseconds connections have to end by themselves; `null`: as many as they want. */
  readonly drainMs?: number | null
}

/** The limits of a server: of its connections, and of the time it takes to close. */
export interface ServerLimits {
  readonly maxConnections: number
  /** As the addon takes it. */
  readonly drainMs: number
  readonly signal: AbortSignal | undefined
}

const DRAIN_OPTIONS: Names<DrainOptions> = { drainMs: true }

/** A server of connections with handlers. Made by `serve`. */
export class Server<Slot = unknown, At extends Address = Address> implements AsyncDisposable {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  readonly #address: At
  readonly #acceptor: Acceptor
  readonly #connections: Connections<Slot>
  readonly #maxConnections: number
  readonly #drainMs: number
  readonly #removePath: () => void
  #ignoreSignal = (): void => {}
  #isRefed = true
  #closing: Promise<void> | null = null
  #resolveClosing: (() => void) | null = null

  /** @internal */
  constructor(listener: Descriptor, removePath: () => void, connections: Connections<Slot>, limits: ServerLimits) {
    this.#maxConnections = limits.maxConnections
    this.#drainMs = limits.drainMs
    this.#removePath = removePath
    // Its family is the listener's, which the overloads of `serve` know.
    this.#address = listener.sockName() as At
    this.#connections = connections
    connections.onLeft = () => this.#left()
    listener.timeout = 0
    this.#acceptor = new Acceptor(listener, {
      accepted: (descriptor) => this.#accepted(descriptor),
      short: (error) => this.#report(error),
      failed: (error) => {
        this.#report(error)
        this.#stop()
      },
    })
    const { signal } = limits
    if (signal === undefined) return
    const abort = (): void => void this.close()
    signal.addEventListener('abort', abort, { once: true })
    this.#ignoreSignal = () => signal.removeEventListener('abort', abort)
  }

  /** Where it listens: a host and port, or a path, as was asked for. It stays readable after `close`. */
  get address(): At {
    return this.#address
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.open.size
  }

  /** Whether it accepts connections. */
  get listening(): boolean {
    return this.#closing === null
  }

  /** The process stays alive while the server listens: so it is unless `unref` was called. */
  ref(): this {
    this.#isRefed = this.#acceptor.isRefed = true
    return this
  }

  /** The process may end while the server listens; open connections keep it alive, later ones do not. */
  unref(): this {
    this.#isRefed = this.#acceptor.isRefed = false
    return this
  }

  /**
   * Accepts no more, waits until the connections have ended by themselves, at most `drainMs`, or else as long as the
   * server's own `drainMs` says, and closes the rest. One that still has queued bytes then is reset, over TCP, and its handlers
   * get a SocketTimeoutError. 0 closes all at once, as `connection.close()` does. The path of a unix socket is removed, unless the listener was given.
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @example
   * const server = serve({ host: '127.0.0.1', port: 0 }, {})
   * await server.close({ drainMs: 500 })
   */
  async close(options: DrainOptions = {}): Promise<void> {
    checkOptionNames(options, DRAIN_OPTIONS)
    const { drainMs } = checkedOptions(options)
    const limit = drainMs === undefined ? this.#drainMs : checkedTimeout(drainMs, 'drainMs')
    this.#stop()
    if (limit === 0) this.#closeConnections()
    const cancel = limit > 0 ? callAfter(limit, () => this.#cutConnectionsOff(limit)) : null
    await this.#closing
    cancel?.()
  }

  /** Closes the server at the end of an `await using` block, and waits for its connections: see `drainMs` of `serve`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Server ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return { address: addressText(this.address), listening: this.listening, connections: this.connections }
  }

  #accepted(descriptor: Descriptor): void {
    const connection = this.#connections.begin(descriptor)
    if (!this.#isRefed) connection.unref()
    if (this.connections >= this.#maxConnections) this.#acceptor.isFull = true
  }

  #left(): void {
    this.#acceptor.isFull = this.connections >= this.#maxConnections
    if (this.connections === 0) this.#resolveClosing?.()
  }

  #stop(): void {
    if (this.#closing !== null) return
    this.#closing = new Promise((resolve) => {
      this.#resolveClosing = () => {
        this.#connections.stopClock()
        resolve()
      }
    })
    this.#ignoreSignal()
    // Before the listener is closed: as long as it lives, no other file has its number.
    this.#removePath()
    const error = this.#acceptor.close()
    if (error !== null) this.#report(error)
    if (this.connections === 0) this.#resolveClosing!()
  }

  #closeConnections(): void {
    for (const connection of this.#connections.open) connection.close()
  }

  #cutConnectionsOff(drainMs: number): void {
    for (const connection of this.#connections.open) cutOff(connection as Connection<never>, drainMs)
  }

  #report(error: SocketError): void {
    const { handlers } = this.#connections
    if (own(handlers).error === undefined) process.emitWarning(error)
    else reportError(handlers, null, error)
  }
}
