// A connection whose events go to handlers.

import type { Address } from './addresses.js'
import { SOCK_STREAM } from './constants.js'
import { bytesOf, type Data } from './data.js'
import { failure, misuse, stateError } from './errors.js'
import { type Handlers, tellError, throwLater } from './handlers.js'
import { TIMED_OUT } from './native.js'
import type { ReadableOption, WritableOption } from './options/row.js'
import { SO_LINGER } from './options.js'
import type { ProxyHeader } from './proxy-header.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from './proxy-parser.js'
import { reactor } from './reactor.js'
import { ReactorEntry, type Reading, type Writing } from './reactor-entry.js'
import { SendQueue } from './send-queue.js'
import type { SharedMemory } from './shared-memory.js'
import type { Socket } from './socket.js'
import { defer } from './turn.js'

// How much is received at once: first, and where there was more.
const USUAL = 16384
const MOST = 65536
// So many full buffers in a row, then others have their turn.
const ROUNDS = 4
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

const READ_ENDED = 1
const FINISHING = 2
const WRITE_ENDED = 4
const PAUSED = 8
const CLOSED = 16
const SHORT = 32
const OPENED = 64
const OVERWRITE = process.env['BERKELEY_DEBUG'] === '1'

/** @throws TypeError `ERR_NOT_A_STREAM` */
export function mustBeStream(socket: { readonly type: number }): void {
  if (socket.type !== SOCK_STREAM) throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'handlers are for streams alone')
}

/** A header of the PROXY protocol that has not come as a whole. */
interface AwaitedHeader {
  readonly parser: ProxyHeaderParser
  readonly timer: NodeJS.Timeout
}

/** A connection of `serve` or `attach`. */
export class Connection<Slot = unknown> implements Reading, Writing {
  /** Yours: whatever belongs to this connection. */
  data: Slot | undefined = undefined
  /** When bytes last went either way, in ticks of its host. @internal */
  active: number
  readonly #socket: Socket
  readonly #host: Host<Slot>
  readonly #entry: ReactorEntry
  #state = 0
  #queue: SendQueue | null = null
  #proxy: AwaitedHeader | null = null
  #header: ProxyHeader | null = null
  /** What has been received and not been passed on. */
  #rest: Buffer | null = null
  #refed = true
  #most = USUAL

  /** @internal */
  constructor(socket: Socket, host: Host<Slot>) {
    this.#socket = socket
    this.#host = host
    this.#entry = ReactorEntry.of(socket)
    this.active = host.tick
  }

  /** Begins: `open` is called, and then comes what was `received` already, and what is to be. @internal */
  begin(received: Buffer | null): void {
    const entry = this.#entry
    reactor().hold()
    this.#rest = received
    if (this.#host.proxy !== null) this.#awaitHeader(this.#host.proxy)
    else this.#open()
    if (this.#state & CLOSED) return
    // Not to be tried before it is known to be worth it: that is told as soon as it is added.
    entry.readable = false
    entry.reader = this.#state & PAUSED ? null : this
    try {
      reactor().add(entry)
    } catch (error) {
      this.#fail(error as Error)
    }
    if (this.#rest !== null) defer(() => this.mayRead())
  }

  /**
   * The address of the peer: for an accepted connection as accept(2) told it, and behind a proxy as that did.
   * @throws SocketError `ENOTCONN`
   */
  get peerAddress(): Address {
    return this.#header?.source ?? this.#socket.peerAddress ?? this.#socket.getPeerName()
  }

  /** What the proxy in front of the server has told, with `proxyProtocol`. */
  get proxyHeader(): ProxyHeader | null {
    return this.#header
  }

  /** The address of our end; `getsockname(2)`. */
  getSockName(): Address {
    return this.#socket.getSockName()
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return (this.#state & CLOSED) !== 0
  }

  /** How many bytes `write` and `end` have queued that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#queue?.length ?? 0
  }

  /** The value of an option; `getsockopt(2)`. @throws as `Socket.getOption` */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return this.#socket.getOption(option)
  }

  /** Sets an option; `setsockopt(2)`. @throws as `Socket.setOption` */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    this.#socket.setOption(option, value)
  }

  /**
   * Sends what the kernel takes now; the rest is the caller's to keep. If that is not all, `drain` tells when to go on.
   * @returns how many bytes were taken; 0 also where others wait in the queue of `write`, or the connection has failed
   * @throws SocketError `ERR_SOCKET_CLOSED` after `end` or `close`
   */
  send(data: Data): number {
    this.#checkWritable('send')
    const bytes = bytesOf(data)
    const taken = this.#queue === null ? this.#pass(bytes) : 0
    if (taken < bytes.length) this.#awaitDrain()
    return taken
  }

  /**
   * Sends, and queues a copy of what the kernel does not take now.
   * @returns whether all has been taken; if not, `drain` tells when the queue is empty
   * @throws SocketError `ERR_SOCKET_CLOSED` after `end` or `close`
   */
  write(data: Data): boolean {
    this.#checkWritable('write')
    const bytes = bytesOf(data)
    const taken = this.#queue === null ? this.#pass(bytes) : 0
    if (taken === bytes.length) return true
    if (this.#state & CLOSED) return false
    this.#queue ??= new SendQueue()
    this.#queue.push(taken === 0 ? bytes : bytes.subarray(taken))
    this.#awaitDrain()
    return false
  }

  /**
   * Sends `data`, then what is queued, and ends our side: the peer reads the end. The connection closes when the peer
   * has ended as well.
   */
  end(data?: Data): void {
    if (this.#state & (CLOSED | FINISHING)) return
    if (data !== undefined) this.write(data)
    this.#state |= FINISHING
    if (this.#queue === null) this.#finish()
  }

  /** Closes the connection at once, in both directions; what is queued here is dropped. Closing again does nothing. */
  close(): void {
    this.#close(null)
  }

  /** Ends the connection so that the peer sees `ECONNRESET`. */
  reset(): void {
    if (this.#state & CLOSED) return
    this.#socket.setOption(SO_LINGER, 0)
    this.#close(null)
  }

  /** Receives nothing until `resume`: the peer is held up when the kernel's buffers are full. */
  pause(): void {
    this.#state |= PAUSED
    this.#entry.tellReadable(null)
  }

  /** Receives again. */
  resume(): void {
    if (!(this.#state & PAUSED)) return
    this.#state &= ~PAUSED
    if (this.#state & (CLOSED | READ_ENDED)) return
    this.#entry.tellReadable(this)
    if (this.#entry.readable || this.#rest !== null) defer(() => this.mayRead())
  }

  /** The process goes on while the connection is open: so it is unless `unref` was called. */
  ref(): this {
    if (!this.#refed && !this.closed) reactor().hold()
    this.#refed = true
    return this
  }

  /** The process may end though the connection is open. */
  unref(): this {
    if (this.#refed && !this.closed) reactor().release()
    this.#refed = false
    return this
  }

  /** @internal */
  timeOut(): void {
    this.#fail(failure(TIMED_OUT, 'idle'))
  }

  /** Something has come: as long as it comes in full buffers there is more. @internal */
  mayRead(): void {
    const entry = this.#entry
    for (let round = 0; round < ROUNDS; round++) {
      if (this.#state & (CLOSED | PAUSED | READ_ENDED)) return
      const asked = this.#host.memory === null ? this.#most : MOST
      const count = this.#receive(asked)
      if (count < asked && (count < 0 || entry.shortMeansEmpty)) {
        entry.blockReading()
        return
      }
      this.#most = count === asked ? MOST : USUAL
    }
    defer(() => this.mayRead())
  }

  /** Receives once and passes it on: how many bytes, -1 where there was nothing or the connection has ended. */
  #receive(most: number): number {
    const { memory, handlers, tick } = this.#host
    const rest = this.#rest
    this.#rest = null
    const bytes = rest ?? this.#ask(most)
    if (bytes === undefined) return -1
    if (bytes === null) {
      this.#peerEnded()
      return -1
    }
    const { length } = bytes
    this.#entry.proved()
    this.active = tick
    if (this.#proxy !== null) this.#takeHeader(this.#proxy, bytes)
    else this.#call(handlers.data, bytes)
    if (OVERWRITE) memory?.overwrite()
    // What was there already says nothing of what the kernel has.
    return rest === null && this.#rest === null ? length : most
  }

  /** Asks the kernel: `undefined` where it has nothing, or has failed. */
  #ask(most: number): Buffer | null | undefined {
    const { memory } = this.#host
    try {
      return memory === null ? this.#socket.tryRecv(most) : memory.receive(this.#socket)
    } catch (error) {
      this.#fail(error as Error)
      return undefined
    }
  }

  #open(): void {
    this.#state |= OPENED
    this.#call(this.#host.handlers.open, undefined)
  }

  #awaitHeader(options: ProxyHeaderOptions): void {
    const timer = setTimeout(() => this.#fail(failure(TIMED_OUT, 'proxy')), HEADER_MS).unref()
    this.#proxy = { parser: new ProxyHeaderParser(options), timer }
  }

  /** The connection begins for its handlers when the proxy has told whose it is. */
  #takeHeader({ parser, timer }: AwaitedHeader, bytes: Buffer): void {
    try {
      const taken = parser.push(bytes)
      // A copy: `open` may take its time, by `pause`.
      if (taken < bytes.length) this.#rest = Buffer.from(bytes.subarray(taken))
    } catch (error) {
      this.#fail(error as Error)
    }
    if (parser.header === null) return
    clearTimeout(timer)
    this.#proxy = null
    this.#header = parser.header
    this.#open()
  }

  #peerEnded(): void {
    this.#state |= READ_ENDED
    this.#entry.tellReadable(null)
    if (this.#proxy !== null) {
      this.#endedBeforeHeader(this.#proxy.parser.received.length)
      return
    }
    this.#call(this.#host.handlers.end, undefined)
    if (this.#state & CLOSED) return
    if (this.#state & WRITE_ENDED) this.#close(null)
    else if (!this.#host.allowHalfOpen) this.end()
  }

  /** Without a byte it was no client, but one that looks whether this server lives. */
  #endedBeforeHeader(length: number): void {
    if (length === 0) this.#close(null)
    else this.#fail(stateError('ERR_UNEXPECTED_END', 'proxy', 'the stream ended within the header of the proxy'))
  }

  /** Hands bytes to the kernel: how many it took. */
  #pass(bytes: Uint8Array): number {
    try {
      const taken = this.#socket.trySend(bytes) ?? 0
      if (taken > 0) this.active = this.#host.tick
      return taken
    } catch (error) {
      this.#fail(error as Error)
      return 0
    }
  }

  #awaitDrain(): void {
    if (this.#state & (CLOSED | SHORT)) return
    this.#state |= SHORT
    this.#entry.writable = false
    this.#entry.tellWritable(this)
  }

  /** More can be sent: first what is queued. @internal */
  mayWrite(): void {
    const isFlushed = this.#queue?.flush((bytes) => this.#pass(bytes)) ?? true
    if (this.#state & CLOSED) return
    if (!isFlushed) {
      this.#entry.blockWriting()
      return
    }
    this.#queue = null
    this.#state &= ~SHORT
    this.#entry.tellWritable(null)
    this.#call(this.#host.handlers.drain, undefined)
    if (this.#queue === null && this.#state & FINISHING) this.#finish()
  }

  /** Everything is sent, and nothing follows. */
  #finish(): void {
    if (this.#state & (CLOSED | WRITE_ENDED)) return
    this.#state |= WRITE_ENDED
    if (this.#state & READ_ENDED) {
      this.#close(null)
      return
    }
    try {
      this.#socket.shutdown('write')
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #checkWritable(verb: string): void {
    if (!(this.#state & (CLOSED | FINISHING))) return
    throw stateError('ERR_SOCKET_CLOSED', verb, this.closed ? 'the connection is closed' : 'end was called')
  }

  #fail(error: Error): void {
    if (this.#state & CLOSED) return
    tellError(this.#host.handlers, this, error)
    this.#close(error)
  }

  #close(error: Error | null): void {
    if (this.#state & CLOSED) return
    this.#state |= CLOSED
    if (this.#refed) reactor().release()
    this.#entry.ends()
    clearTimeout(this.#proxy?.timer)
    this.#queue = this.#proxy = this.#rest = null
    this.#socket.setBlocking(false)
    this.#socket.close()
    this.#host.left(this)
    if (this.#state & OPENED) this.#call(this.#host.handlers.close, error)
  }

  /** Calls a handler; one that throws or rejects closes this connection and no other. */
  #call<Argument>(
    handler: ((connection: Connection<Slot>, argument: Argument) => unknown) | undefined,
    argument: Argument,
  ): void {
    if (handler === undefined) return
    try {
      const result = handler.call(this.#host.handlers, this, argument)
      if (result instanceof Promise) result.catch((error: unknown) => this.#threw(error))
    } catch (error) {
      this.#threw(error)
    }
  }

  #threw(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error('a handler threw no Error', { cause: thrown })
    if (this.#host.handlers.error === undefined) throwLater(thrown)
    else tellError(this.#host.handlers, this, error)
    this.#close(error)
  }
}
