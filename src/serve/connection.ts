// A connection whose events go to handlers: the face of `serve` and `attach` over a channel.
//
// It is open from `begin` until #close, the only way it ends, which is read from top to bottom.

import { type InspectOptions, inspect } from 'node:util'
import { errorTarget } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import { bytesOf, type Data } from '../core/bytes.js'
import { checkedTimeout, FOREVER } from '../core/deadline.js'
import { stateError, throwLater, withFields } from '../core/errors.js'
import { lengthOf, partOf } from '../core/intrinsics.js'
import { own } from '../core/own-options.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { outOfRange } from '../core/validate.js'
import type { ProxyHeader } from '../proxy-protocol/header.js'
import { Channel } from '../reactor/channel.js'
import { Receiver, type ReceivingFace } from '../reactor/receiver.js'
import { Sender, type SendingFace, sendOn } from '../reactor/sender.js'
import { describeEnds } from '../socket/description.js'
import type { Descriptor } from '../socket/descriptor.js'
import { getOption, type ReadableOption, resetOnClose, setOption, type WritableOption } from '../socket/options.js'
import { endSendingIfConnected } from '../socket/shutdown.js'
import { AwaitedHeader } from './awaited-header.js'
import { type HandlersOf, type HostOf, reportError } from './handlers.js'

/** The handlers of connections whose `data` is a `Data`. */
export interface Handlers<Data = unknown> extends HandlersOf<Connection<Data>> {}

type Handler<Slot, Argument> = (connection: Connection<Slot>, argument: Argument) => unknown

// Why a connection receives nothing.
const BY_PROGRAM = 1
const BY_BACKPRESSURE = 2

/** What the connections of one server share. */
export type Host<Slot> = HostOf<Connection<Slot>>

/**
 * Begins a connection: calls `open`, then delivers the bytes that were `received` already, and what arrives.
 * @internal
 */
export let beginConnection: <Slot>(connection: Connection<Slot>, received: Buffer | null) => void

/** When a connection will have been idle for too long: nothing went either way, or the peer took nothing. @internal */
export let idleEnd: (connection: Connection<never>) => number

/** Ends a connection whose host's idle time has passed. @internal */
export let timeOut: (connection: Connection<never>) => void

/** Ends a connection at the end of its server's drain, which took so many milliseconds. @internal */
export let cutOff: (connection: Connection<never>, drainMs: number) => void

/** A connection of `serve` or `attach`. */
export class Connection<Slot = unknown> {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  static readonly #receiving: ReceivingFace<Connection<unknown>> = {
    received: (connection, bytes) => connection.#received(bytes),
    ended: (connection) => connection.#peerEnded(),
    failed: (connection, error) => connection.#fail(error),
    lost: (connection, error) => connection.#fail(error),
  }

  static readonly #sending: SendingFace<Connection<unknown>> = {
    sent: (connection, count) => connection.#queuedSent(count),
    drained: (connection) => connection.#drained(),
    failed: (connection, error) => connection.#fail(error),
  }

  static {
    beginConnection = (connection, received) => connection.#begin(received)
    idleEnd = (connection) => connection.#idleEnd()
    timeOut = (connection) => connection.#fail(connection.#channel.timedOut('idle', connection.#idleMs))
    cutOff = (connection, drainMs) => connection.#cutOff(drainMs)
  }

  /** Yours: whatever belongs to this connection. */
  data: Slot | undefined = undefined
  /** When bytes last went either way, by the host's clock. */
  #activeAt: number
  #idleMs: number
  readonly #host: Host<Slot>
  readonly #channel: Channel
  readonly #receiver: Receiver<Connection<unknown>>
  /** Only while something waits to be sent. */
  #sender: Sender<Connection<unknown>> | null = null
  #state: 'opening' | 'open' | 'closed' = 'opening'
  /** Our side of the connection; `finishing` while queued bytes go out before its end. */
  #ourSide: 'open' | 'finishing' | 'ended' = 'open'
  /** Whether our side ended because the peer's had. */
  #endsWithPeer = false
  #hasPeerEnded = false
  /** How many promises of `data` and `end` have not settled. */
  #unsettled = 0
  /** Why nothing is received: bits. */
  #pauses = 0
  /** What ends it: reported once, though the handler of errors may try to send, or close by itself. */
  #failure: Error | null = null
  /** The header of the proxy, once it has arrived; null where none is expected. */
  #header: AwaitedHeader | ProxyHeader | null = null

  /** @internal */
  constructor(descriptor: Descriptor, host: Host<Slot>) {
    this.#host = host
    this.#activeAt = host.tick
    this.#idleMs = host.idleMs
    this.#channel = new Channel(descriptor)
    this.#receiver = new Receiver(this.#channel, this as Connection<unknown>, Connection.#receiving, host.memory)
  }

  #begin(received: Buffer | null): void {
    this.#channel.isActive = true
    if (received !== null) this.#receiver.putBack(received)
    const { proxy } = this.#host
    if (proxy === null) this.#open()
    else this.#header = new AwaitedHeader(this.#channel.descriptor, proxy, (error) => this.#fail(error))
    this.#receiver.start()
  }

  /**
   * The address of the peer: of an accepted connection as accept(2) returned it, and behind a proxy as the proxy's header
   * names it, also after it has ended. A connection that was given to `attach` asks the kernel.
   * @throws SocketError `ENOTCONN`
   * @throws SocketError `ERR_SOCKET_CLOSED` where the kernel would have to be asked
   */
  get peerAddress(): Address {
    return this.proxyHeader?.source ?? this.#channel.descriptor.peer ?? this.#channel.descriptor.peerName()
  }

  /** The header of the proxy in front of the server, with `proxyProtocol`. */
  get proxyHeader(): ProxyHeader | null {
    return this.#header instanceof AwaitedHeader ? null : this.#header
  }

  /**
   * The address of our end; `getsockname(2)`.
   * @throws SocketError `ERR_SOCKET_CLOSED`
   */
  get localAddress(): Address {
    return this.#channel.descriptor.sockName()
  }

  /**
   * The same as `localAddress`, by the name of the system call.
   * @throws SocketError `ERR_SOCKET_CLOSED`
   */
  getSockName(): Address {
    return this.#channel.descriptor.sockName()
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#state === 'closed'
  }

  /**
   * Whether `send` and `write` are possible: not after `end` or `close`, nor once the connection ends because its peer has
   * ended its side.
   */
  get writable(): boolean {
    return this.#state !== 'closed' && this.#ourSide === 'open'
  }

  /**
   * Milliseconds without a byte in either direction after which the connection is closed; `null` for ever. It is the
   * `idleTimeout` of the options until it is set: for a client that waits for a long reply, say.
   * @throws TypeError, RangeError for what is no timeout, and for 0
   * @example
   * connection.idleTimeout = null // until the job is done
   */
  get idleTimeout(): number | null {
    return this.#idleMs === FOREVER ? null : this.#idleMs
  }

  /** Changes it, and begins to count anew. */
  set idleTimeout(ms: number | null) {
    this.#idleMs = checkedIdle(ms, 'idleTimeout')
    if (this.#state === 'closed') return
    this.#host.measureIdle(this.#idleMs)
    this.#touch()
    if (this.#sender !== null) this.#sender.takenAt = this.#host.tick
  }

  /** How many bytes `write` and `end` have queued that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#sender?.queuedBytes ?? 0
  }

  /**
   * The value of an option; `getsockopt(2)`.
   * @throws SocketError, TypeError as `Socket.getOption`
   * @example
   * connection.getOption(TCP_INFO).rtt
   */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return getOption(this.#channel.descriptor, option)
  }

  /**
   * Sets an option; `setsockopt(2)`.
   * @throws SocketError, TypeError as `Socket.setOption`
   * @example
   * connection.setOption(TCP_NODELAY, true)
   */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    setOption(this.#channel.descriptor, option, value)
  }

  /**
   * Sends what the kernel takes now; the rest is the caller's to keep. If that is not all, `drain` is called when to go on.
   * @returns how many bytes were taken; 0 also where bytes of `write` are queued, or the connection has failed
   * @throws SocketError `ERR_SOCKET_CLOSED` where it is not `writable`
   * @example
   * const taken = connection.send(bytes)
   */
  send(data: Data): number {
    this.#checkWritable('send')
    const bytes = bytesOf(data)
    const taken = this.#sendNow(bytes)
    if (taken < lengthOf(bytes)) this.#waitToSend()
    return taken
  }

  /**
   * Sends, and queues a copy of what the kernel does not take now.
   * @returns whether all has been taken; if not, `drain` is called when the queue is empty
   * @throws SocketError `ERR_SOCKET_CLOSED` where it is not `writable`. What a handler throws closes the connection that it was
   *   called for: look at `writable` before you write to others
   * @example
   * if (!connection.write(bytes)) connection.pause()
   */
  write(data: Data): boolean {
    this.#checkWritable('write')
    const bytes = bytesOf(data)
    const taken = this.#sendNow(bytes)
    if (taken === lengthOf(bytes)) return true
    this.#queue(taken === 0 ? bytes : partOf(bytes, taken))
    return false
  }

  /**
   * Sends what is queued, then `data`, and ends our side: the peer reads the end. The connection closes when the peer has
   * ended as well. After `end` or `close` it does nothing, and `data` is not sent.
   * @example
   * connection.end('goodbye')
   */
  end(data?: Data): void {
    if (this.#state === 'closed' || this.#ourSide !== 'open') return
    if (data !== undefined) this.write(data)
    this.#ourSide = 'finishing'
    if (this.#unsentBytes === 0) this.#endOurSide()
  }

  /**
   * Closes the connection at once, in both directions; queued bytes are dropped. Where the peer has sent bytes that were
   * not delivered, it sees `ECONNRESET` on TCP, and may on unix sockets. Closing again does nothing.
   * @example
   * connection.close()
   */
  close(): void {
    this.#close(null)
  }

  /**
   * Ends the connection at once. Over TCP the peer sees `ECONNRESET`; unix sockets know no reset, and their peer sees the
   * end, unless bytes that it sent were unread.
   * @example
   * connection.reset()
   */
  reset(): void {
    if (this.#state === 'closed') return
    try {
      resetOnClose(this.#channel.descriptor)
    } catch (error) {
      this.#fail(error as Error)
    }
    this.#close(null)
  }

  /**
   * Receives nothing until `resume`: the peer's sends block when the kernel's buffers are full. The end of the peer's side
   * is noticed after `resume`. A reset is reported to `error` at once and closes the connection; bytes that were received
   * and not delivered are lost with it.
   * @example
   * connection.pause()
   */
  pause(): void {
    this.#setPause(BY_PROGRAM, true)
  }

  /**
   * Receives again.
   * @example
   * connection.resume()
   */
  resume(): void {
    this.#setPause(BY_PROGRAM, false)
  }

  /** The process stays alive while the connection is open: so it is unless `unref` was called. */
  ref(): this {
    this.#channel.isRefed = true
    return this
  }

  /** The process may end while the connection is open. */
  unref(): this {
    this.#channel.isRefed = false
    return this
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Connection ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return {
      state: this.#state === 'open' && !this.writable ? 'ending' : this.#state,
      ...describeEnds(this.#channel.descriptor),
      bufferedBytes: this.bufferedBytes,
      data: this.data,
    }
  }

  // Receiving.

  #received(bytes: Buffer): void {
    this.#touch()
    const awaited = this.#awaited()
    if (awaited !== null) this.#takeHeader(awaited, bytes)
    else this.#await(this.#call('data', bytes))
  }

  #idleEnd(): number {
    if (this.#idleMs === FOREVER) return Number.POSITIVE_INFINITY
    return Math.min(this.#activeAt, this.#sender?.takenAt ?? this.#activeAt) + this.#idleMs
  }

  #touch(): void {
    this.#activeAt = this.#host.tick
  }

  #open(): void {
    this.#state = 'open'
    this.#call('open', undefined)
  }

  #awaited(): AwaitedHeader | null {
    return this.#header instanceof AwaitedHeader ? this.#header : null
  }

  /** The connection opens for its handlers when the header has named the client. */
  #takeHeader(awaited: AwaitedHeader, bytes: Buffer): void {
    try {
      const taken = awaited.push(bytes)
      // A copy, because `open` may pause the connection.
      if (taken < bytes.length) this.#receiver.putBack(Buffer.from(bytes.subarray(taken)))
    } catch (error) {
      this.#fail(error as Error)
    }
    if (awaited.header === null) return
    awaited.stop()
    this.#header = awaited.header
    this.#open()
  }

  #peerEnded(): void {
    this.#hasPeerEnded = true
    const awaited = this.#awaited()
    if (awaited !== null) {
      this.#endedBeforeHeader(awaited.partial)
      return
    }
    this.#await(this.#call('end', undefined))
    this.#answerEnd()
  }

  /** Keeps our side open until a handler's promise has settled: it may still have something to send. */
  #await(handled: Promise<unknown> | undefined): void {
    if (handled === undefined) return
    this.#unsettled++
    handled.then(() => {
      this.#unsettled--
      this.#answerEnd()
    })
  }

  #answerEnd(): void {
    if (this.#state === 'closed' || !this.#hasPeerEnded) return
    if (this.#ourSide === 'ended') this.#close(null)
    else if (this.#unsettled === 0 && this.#ourSide === 'open' && !this.#host.allowHalfOpen) {
      this.#endsWithPeer = true
      this.end()
    }
  }

  /** A connection without a byte is a health check, and no error. */
  #endedBeforeHeader(partial: Buffer): void {
    if (partial.length === 0) {
      this.#close(null)
      return
    }
    const error = stateError('ERR_UNEXPECTED_END', 'proxy', 'the stream ended within the header of the proxy')
    this.#fail(withFields(error, { partial }))
  }

  // Sending.

  #checkWritable(verb: string): void {
    if (this.writable) return
    const { peer } = this.#channel.descriptor
    throw stateError('ERR_SOCKET_CLOSED', verb, this.#unwritableReason, peer === null ? {} : errorTarget(peer))
  }

  get #unwritableReason(): string {
    if (this.#endsWithPeer)
      return 'the peer ended its side, and the connection with it; allowHalfOpen keeps ours open until end is called'
    return this.closed ? 'the connection is closed' : 'end was called'
  }

  /** What the kernel has not taken: the queue, and what a layer below has left. */
  get #unsentBytes(): number {
    return this.bufferedBytes + this.#channel.descriptor.unsentBytes
  }

  /** Passes bytes to the kernel, unless others are queued: how many it took. */
  #sendNow(bytes: Uint8Array): number {
    if (this.#unsentBytes > 0) return 0
    try {
      const taken = sendOn(this.#channel, bytes)
      if (taken > 0) this.#touch()
      if (this.#channel.descriptor.unsentBytes > 0) this.#waitToSend()
      return taken
    } catch (error) {
      this.#fail(error as Error)
      return 0
    }
  }

  /** Queues bytes that the kernel has not taken, within the limits. */
  #queue(bytes: Uint8Array): void {
    const sender = this.#waitToSend()
    if (sender === null) return
    const host = this.#host
    sender.queueCopy(bytes)
    host.totalBufferedBytes += lengthOf(bytes)
    const { maxBytes, maxTotalBytes, closesWhenFull } = host.limits
    const isFull = sender.queuedBytes > maxBytes
    if (isFull && closesWhenFull) this.#fail(bufferFull(sender.queuedBytes, maxBytes))
    else if (isFull || host.totalBufferedBytes > maxTotalBytes) this.#setPause(BY_BACKPRESSURE, true)
  }

  #queuedSent(count: number): void {
    this.#touch()
    this.#host.totalBufferedBytes -= count
    if (this.#sender !== null) this.#sender.takenAt = this.#host.tick
  }

  /** Receives while there is no reason to pause. */
  #setPause(reason: number, isSet: boolean): void {
    this.#pauses = isSet ? this.#pauses | reason : this.#pauses & ~reason
    if (this.#pauses === 0) this.#receiver.resume()
    else this.#receiver.pause()
  }

  /** Waits until the kernel takes more. */
  #waitToSend(): Sender<Connection<unknown>> | null {
    if (this.#state === 'closed') return null
    if (this.#sender === null) {
      this.#sender = new Sender(this.#channel, this as Connection<unknown>, Connection.#sending)
      this.#sender.takenAt = this.#host.tick
    }
    this.#sender.wait()
    return this.#sender
  }

  #drained(): void {
    this.#sender = null
    this.#setPause(BY_BACKPRESSURE, false)
    this.#call('drain', undefined)
    if (this.#ourSide === 'finishing' && this.#unsentBytes === 0) this.#endOurSide()
  }

  /** Everything is sent, and nothing follows. */
  #endOurSide(): void {
    if (this.#state === 'closed') return
    this.#ourSide = 'ended'
    if (this.#hasPeerEnded) {
      this.#close(null)
      return
    }
    try {
      endSendingIfConnected(this.#channel.descriptor)
      if (this.#unsentBytes > 0) this.#waitToSend()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  // The end, whichever side it comes from: #fail for a failure, then #close. A peer's reset arrives from the receiver or,
  // while nothing is received, from the sender.

  #fail(error: Error): void {
    if (this.#state === 'closed' || this.#failure !== null) return
    this.#failure = error
    reportError(this.#host.handlers, this, error)
    this.#close(error)
  }

  /** Queued bytes are lost, which is a failure: the handlers must not take it for an orderly end. */
  #cutOff(drainMs: number): void {
    if (this.#state === 'open' && this.bufferedBytes > 0) this.#fail(this.#channel.timedOut('drain', drainMs))
    this.#close(null)
  }

  /** Ends the connection, whatever the reason: nothing more is delivered or sent, and `close` is the last call. */
  #close(error: Error | null): void {
    if (this.#state === 'closed') return
    const wasOpen = this.#state === 'open'
    this.#state = 'closed'
    this.#awaited()?.stop()
    const reason = this.#failure ?? error
    // The peer must not take the loss of bytes for an orderly end, whichever side they were for.
    const losesBytes = this.#receiver.isUndelivered || (reason !== null && this.bufferedBytes > 0)
    this.#receiver.stop()
    this.#host.totalBufferedBytes -= this.bufferedBytes
    this.#sender?.stop()
    this.#sender = null
    const closeError = this.#channel.close(losesBytes)
    this.#host.left(this)
    if (reason === null && closeError !== null) reportError(this.#host.handlers, this, closeError)
    if (wasOpen) this.#call('close', reason ?? closeError)
  }

  /** Calls a handler; one that throws or rejects closes this connection and no other. A promise is returned. */
  #call<Argument>(name: Exclude<keyof Handlers, 'error'>, argument: Argument): Promise<unknown> | undefined {
    const handler = own(this.#host.handlers)[name] as Handler<Slot, Argument> | undefined
    if (handler === undefined) return undefined
    try {
      const result = handler.call(this.#host.handlers, this, argument)
      return result instanceof Promise ? result.catch((error: unknown) => this.#handlerFailed(error)) : undefined
    } catch (error) {
      this.#handlerFailed(error)
      return undefined
    }
  }

  #handlerFailed(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error('a handler threw no Error', { cause: thrown })
    if (own(this.#host.handlers).error === undefined) throwLater(thrown)
    else if (this.closed) reportError(this.#host.handlers, this, error)
    else this.#fail(error)
    this.#close(error)
  }
}

/**
 * An idle time as the addon's number.
 * @internal
 */
export function checkedIdle(ms: number | null, name: string): number {
  const idleMs = checkedTimeout(ms, name)
  if (idleMs === 0) throw outOfRange(`${name} must be more than 0 milliseconds`, { argument: name, value: 0 })
  return idleMs
}

function bufferFull(queued: number, maxBytes: number): Error {
  const reason = `${queued} bytes are queued, more than the ${maxBytes} of maxBufferedBytes`
  return stateError('ERR_BUFFER_FULL', 'write', reason)
}
