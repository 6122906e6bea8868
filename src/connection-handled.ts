// A connection whose events go to handlers.

import type { Address } from './addresses.js'
import {
  CLOSED,
  OPENED,
  PAUSED,
  READ_ENDED,
  READS_LATER,
  SendingConnection,
  WRITE_ENDED,
} from './connection-sending.js'
import { copyOf } from './data.js'
import { failure, stateError } from './errors.js'
import { type Handlers, tellError, throwLater } from './handlers.js'
import { TIMED_OUT } from './native.js'
import type { ProxyHeader } from './proxy-header.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from './proxy-parser.js'
import { reactor } from './reactor.js'
import { NO_ROW, NOT_ASKED, receivedAhead, SHARE } from './receive-ahead.js'
import { overwrite, type SharedMemory } from './shared-memory.js'
import type { Socket } from './socket.js'
import { defer } from './turn.js'

// How much is received at once: first, and where there was more.
const USUAL = 16384
const MOST = 65536
// So many full buffers in a row, then others have their turn.
const ROUNDS = 4
/** So many small messages in a row tell that no more large ones come. */
const AFTER_MUCH = 8
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

const OVERWRITE = process.env['BERKELEY_DEBUG'] === '1'

/** A header of the PROXY protocol that has not come as a whole. */
interface AwaitedHeader {
  readonly parser: ProxyHeaderParser
  readonly timer: NodeJS.Timeout
}

/** A connection of `serve` or `attach`. */
export class Connection<Slot = unknown> extends SendingConnection {
  /** Yours: whatever belongs to this connection. */
  data: Slot | undefined = undefined
  readonly #host: Host<Slot>
  #proxy: AwaitedHeader | null = null
  #header: ProxyHeader | null = null
  /** What has been received and not been passed on. */
  #rest: Buffer | null = null
  #most = USUAL
  /** So many small messages are still to come before the reactor may receive for it. */
  #notAhead = 1

  /** @internal */
  constructor(socket: Socket, host: Host<Slot>) {
    super(socket)
    this.#host = host
    this.active = host.tick
  }

  /** Begins: `open` is called, and then comes what was `received` already, and what is to be. @internal */
  begin(received: Buffer | null): void {
    const entry = this.entry
    reactor().hold()
    this.#rest = received
    if (this.#host.proxy !== null) this.#awaitHeader(this.#host.proxy)
    else this.#open()
    if (this.state & CLOSED) return
    // Not to be tried before it is known to be worth it: that is told as soon as it is added.
    entry.readable = false
    entry.reader = this.state & PAUSED ? null : this
    try {
      reactor().add(entry)
    } catch (error) {
      this.fail(error as Error)
    }
    if (this.#rest !== null) this.#readLater()
  }

  /**
   * The address of the peer: for an accepted connection as accept(2) told it, and behind a proxy as that did.
   * @throws SocketError `ENOTCONN`
   */
  get peerAddress(): Address {
    return this.#header?.source ?? this.socket.peerAddress ?? this.socket.getPeerName()
  }

  /** What the proxy in front of the server has told, with `proxyProtocol`. */
  get proxyHeader(): ProxyHeader | null {
    return this.#header
  }

  /** Receives nothing until `resume`: the peer is held up when the kernel's buffers are full. */
  pause(): void {
    this.state |= PAUSED
    // What the reactor has received is still to be taken.
    if (this.entry.row === NO_ROW) this.entry.tellReadable(null)
  }

  /** Receives again. */
  resume(): void {
    if (!(this.state & PAUSED)) return
    this.state &= ~PAUSED
    if (this.state & (CLOSED | READ_ENDED)) return
    this.entry.tellReadable(this)
    if (this.entry.readable || this.#rest !== null) this.#readLater()
  }

  /** Something has come: as long as it comes in full buffers there is more. @internal */
  mayRead(): void {
    const { entry } = this
    if (entry.row !== NO_ROW && !this.#takeAhead()) return
    for (let round = 0; round < ROUNDS; round++) {
      if (this.state & (CLOSED | PAUSED | READ_ENDED | READS_LATER)) return
      const asked = this.#host.memory === null ? this.#most : MOST
      const count = this.#receive(asked)
      if (count < asked && (count < 0 || entry.shortMeansEmpty)) {
        entry.blockReading()
        return
      }
      this.#most = count === asked ? MOST : USUAL
    }
    this.#readLater()
  }

  /** Goes on in another turn, once: until then it may be called ready again and again. */
  #readLater(): void {
    if (this.state & READS_LATER) return
    this.state |= READS_LATER
    defer(() => {
      this.state &= ~READS_LATER
      this.mayRead()
    })
  }

  /** Takes what the reactor has received: whether there may be more. */
  #takeAhead(): boolean {
    const { entry } = this
    const { row } = entry
    entry.row = NO_ROW
    if (this.state & PAUSED) entry.tellReadable(null)
    const answer = receivedAhead.answer(row)
    if (answer === NOT_ASKED) return true
    const count = this.#settle(answer)
    if (count === undefined) entry.blockReading()
    else if (this.state & PAUSED) this.#keep(row, count)
    else if (count === 0) this.#peerEnded()
    else return this.#passAhead(row, count)
    return false
  }

  #passAhead(row: number, count: number): boolean {
    const bytes = receivedAhead.bytes(row)
    this.#measure(count)
    this.#deliver(this.#host.memory === null ? copyOf(bytes) : bytes)
    if (OVERWRITE) overwrite(bytes)
    if (count < SHARE && this.entry.shortMeansEmpty && this.#rest === null) this.entry.blockReading()
    return this.entry.readable
  }

  /** It was paused after the reactor had received. The end is told again, bytes are not. */
  #keep(row: number, count: number): void {
    if (count === 0) return
    this.#rest = copyOf(receivedAhead.bytes(row))
    this.entry.mayReceive = false
  }

  /** Whether the reactor may receive the next message: not where much comes, which would get here in two parts. */
  #measure(count: number): void {
    this.#notAhead = count < SHARE ? Math.max(0, this.#notAhead - 1) : AFTER_MUCH
    this.entry.mayReceive = this.#notAhead === 0
  }

  /** Receives once and passes it on: how many bytes, -1 where there was nothing or the connection has ended. */
  #receive(most: number): number {
    const { memory } = this.#host
    const rest = this.#rest
    this.#rest = null
    const bytes = rest ?? this.#ask(most)
    if (bytes === undefined) return -1
    if (bytes === null) {
      this.#peerEnded()
      return -1
    }
    const { length } = bytes
    if (rest === null) this.#measure(length)
    this.#deliver(bytes)
    if (OVERWRITE) memory?.overwrite()
    // What was there already says nothing of what the kernel has.
    return rest === null && this.#rest === null ? length : most
  }

  #deliver(bytes: Buffer): void {
    this.entry.proved()
    this.touch()
    if (this.#proxy !== null) this.#takeHeader(this.#proxy, bytes)
    else this.#call(this.#host.handlers.data, bytes)
    // Nothing may be received before that is passed on.
    if (this.#rest !== null) this.entry.mayReceive = false
  }

  /** Asks the kernel: `undefined` where it has nothing, or has failed. */
  #ask(most: number): Buffer | null | undefined {
    const { memory } = this.#host
    try {
      return memory === null ? this.socket.tryRecv(most) : memory.receive(this.socket)
    } catch (error) {
      this.fail(error as Error)
      return undefined
    }
  }

  /** What the kernel has answered the reactor: `undefined` where it had nothing, or has failed. */
  #settle(answer: number): number | undefined {
    try {
      return this.socket.settleReceived(answer)
    } catch (error) {
      this.fail(error as Error)
      return undefined
    }
  }

  #open(): void {
    this.state |= OPENED
    this.#call(this.#host.handlers.open, undefined)
  }

  #awaitHeader(options: ProxyHeaderOptions): void {
    const timer = setTimeout(() => this.fail(failure(TIMED_OUT, 'proxy')), HEADER_MS).unref()
    this.#proxy = { parser: new ProxyHeaderParser(options), timer }
  }

  /** The connection begins for its handlers when the proxy has told whose it is. */
  #takeHeader({ parser, timer }: AwaitedHeader, bytes: Buffer): void {
    try {
      const taken = parser.push(bytes)
      // A copy: `open` may take its time, by `pause`.
      if (taken < bytes.length) this.#rest = Buffer.from(bytes.subarray(taken))
    } catch (error) {
      this.fail(error as Error)
    }
    if (parser.header === null) return
    clearTimeout(timer)
    this.#proxy = null
    this.#header = parser.header
    this.#open()
  }

  #peerEnded(): void {
    this.state |= READ_ENDED
    this.entry.tellReadable(null)
    if (this.#proxy !== null) {
      this.#endedBeforeHeader(this.#proxy.parser.received.length)
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
  #endedBeforeHeader(length: number): void {
    if (length === 0) this.shut(null)
    else this.fail(stateError('ERR_UNEXPECTED_END', 'proxy', 'the stream ended within the header of the proxy'))
  }

  /** @internal */
  protected override hasUntold(): boolean {
    const { row } = this.entry
    return this.#rest !== null || (row !== NO_ROW && receivedAhead.answer(row) > 0)
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
    this.#proxy = this.#rest = null
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
