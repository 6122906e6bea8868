// A connection whose events go to handlers.

import type { Address } from './addresses.js'
import { ReceivingConnection } from './connection-receiving.js'
import { CLOSED, OPENED, READ_ENDED, WRITE_ENDED } from './connection-sending.js'
import { failure, stateError, throwLater } from './errors.js'
import { type Handlers, tellError } from './handlers.js'
import { TIMED_OUT } from './native.js'
import type { ProxyHeader } from './proxy-header.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from './proxy-parser.js'
import { begunHeader } from './proxy-protocol.js'
import { reactor } from './reactor.js'
import type { SharedMemory } from './shared-memory.js'
import type { Socket } from './socket.js'

/** A proxy sends its header at once: who sends none in this time is none. */
const HEADER_MS = 5000

/** What the connections of one server share. */
export interface Host<Slot> {
  readonly handlers: Handlers<Slot>
  readonly allowHalfOpen: boolean
  /** Memory to receive into, where `reuseBuffer` is set. */
  readonly memory: SharedMemory | null
  /** Whether connections begin with a header of the PROXY protocol, and how much is accepted as one. */
  readonly proxy: ProxyHeaderOptions | null
  /** Counts up as time goes by. */
  readonly tick: number
  left(connection: Connection<Slot>): void
}

/** A header of the PROXY protocol that has not come as a whole. */
interface AwaitedHeader {
  readonly parser: ProxyHeaderParser
  readonly timer: NodeJS.Timeout
}

/** A connection of `serve` or `attach`. */
export class Connection<Slot = unknown> extends ReceivingConnection {
  /** Yours: whatever belongs to this connection. */
  data: Slot | undefined = undefined
  readonly #host: Host<Slot>
  #proxy: AwaitedHeader | null = null
  #header: ProxyHeader | null = null

  /** @internal */
  constructor(socket: Socket, host: Host<Slot>) {
    super(socket)
    this.#host = host
    this.active = host.tick
  }

  /** Begins: `open` is called, and then comes what was `received` already, and what is to be. @internal */
  begin(received: Buffer | null): void {
    reactor().hold()
    this.putBack(received)
    if (this.#host.proxy !== null) this.#awaitHeader(this.#host.proxy)
    else this.#open()
    this.startReading()
  }

  /**
   * The address of the peer: for an accepted connection as accept(2) told it, and behind a proxy as that did, also when it
   * has ended. One that was connected, and given to `attach`, is asked.
   * @throws SocketError `ENOTCONN`; `ERR_SOCKET_CLOSED` where a closed one would have to be asked
   */
  get peerAddress(): Address {
    return this.#header?.source ?? this.socket.peerAddress ?? this.socket.getPeerName()
  }

  /** What the proxy in front of the server has told, with `proxyProtocol`. */
  get proxyHeader(): ProxyHeader | null {
    return this.#header
  }

  /** @internal */
  protected override get memory(): SharedMemory | null {
    return this.#host.memory
  }

  /** @internal */
  protected override take(bytes: Buffer): void {
    if (this.#proxy !== null) this.#takeHeader(this.#proxy, bytes)
    else this.#call(this.#host.handlers.data, bytes)
  }

  #open(): void {
    this.state |= OPENED
    this.#call(this.#host.handlers.open, undefined)
  }

  #awaitHeader(options: ProxyHeaderOptions): void {
    const timer = setTimeout(() => this.fail(failure(TIMED_OUT, 'proxy')), HEADER_MS).unref()
    this.#proxy = { parser: begunHeader(this.socket) ?? new ProxyHeaderParser(options), timer }
  }

  /** The connection begins for its handlers when the proxy has told whose it is. */
  #takeHeader({ parser, timer }: AwaitedHeader, bytes: Buffer): void {
    try {
      const taken = parser.push(bytes)
      // A copy: `open` may take its time, by `pause`.
      if (taken < bytes.length) this.putBack(Buffer.from(bytes.subarray(taken)))
    } catch (error) {
      this.fail(error as Error)
    }
    if (parser.header === null) return
    clearTimeout(timer)
    this.#proxy = null
    this.#header = parser.header
    this.#open()
  }

  /** @internal */
  protected override peerEnded(): void {
    this.state |= READ_ENDED
    this.entry.tellReadable(null)
    if (this.#proxy !== null) {
      this.#endedBeforeHeader(this.#proxy.parser.received)
      return
    }
    const handled = this.#call(this.#host.handlers.end, undefined)
    // One that is asynchronous may still have something to send, or to say.
    if (handled === undefined) this.#endToo()
    else handled.then(() => this.#endToo())
  }

  #endToo(): void {
    if (this.state & CLOSED) return
    if (this.state & WRITE_ENDED) this.shut(null)
    else if (!this.#host.allowHalfOpen) this.end()
  }

  /** Without a byte it was no client, but one that looks whether this server lives. */
  #endedBeforeHeader(partial: Buffer): void {
    if (partial.length === 0) {
      this.shut(null)
      return
    }
    const error = stateError('ERR_UNEXPECTED_END', 'proxy', 'the stream ended within the header of the proxy')
    this.fail(Object.assign(error, { partial }))
  }

  /** @internal */
  protected override touch(): void {
    this.active = this.#host.tick
  }

  /** @internal */
  protected override drained(): void {
    this.#call(this.#host.handlers.drain, undefined)
  }

  /** @internal */
  protected override tell(error: Error): void {
    tellError(this.#host.handlers, this, error)
  }

  /** @internal */
  protected override left(error: Error | null): void {
    clearTimeout(this.#proxy?.timer)
    this.#proxy = null
    this.putBack(null)
    this.#host.left(this)
    if (this.state & OPENED) this.#call(this.#host.handlers.close, error)
  }

  /** Calls a handler; one that throws or rejects closes this connection and no other. A promise: it goes on. */
  #call<Argument>(
    handler: ((connection: Connection<Slot>, argument: Argument) => unknown) | undefined,
    argument: Argument,
  ): Promise<unknown> | undefined {
    if (handler === undefined) return undefined
    try {
      const result = handler.call(this.#host.handlers, this, argument)
      return result instanceof Promise ? result.catch((error: unknown) => this.#threw(error)) : undefined
    } catch (error) {
      this.#threw(error)
      return undefined
    }
  }

  #threw(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error('a handler threw no Error', { cause: thrown })
    if (this.#host.handlers.error === undefined) throwLater(thrown)
    else if (this.closed) this.tell(error)
    else this.fail(error)
    this.shut(error)
  }
}
