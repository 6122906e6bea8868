// The server of datagrams by handlers: one socket in the event loop, which receives in batches.
//
// A batch that does not fit into the turn's budget is delivered further in the next turn. An error of the socket, such as an
// ICMP message for a datagram that was sent (queued-errors.ts), concerns no later datagram: it is reported, and receiving
// continues.

import { errorTarget } from '../addresses/families.js'
import type { Address, AddressInput } from '../addresses/types.js'
import { bytesOf, type GatheredData, isList } from '../core/bytes.js'
import { callAfter, checkedTimeout } from '../core/deadline.js'
import { failure, type SocketError, throwLater, withMessage } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { checkedOptions } from '../core/validate.js'
import { receiveBatch, sendBatch } from '../messages/batches.js'
import { copyOfDatagram, type DatagramBatch, memoryOf, takeSender } from '../messages/datagram-batch.js'
import { checkOutgoing, sendMessage } from '../messages/sending.js'
import { errno } from '../native/errno.js'
import { SO_RCVBUF } from '../options/generated/options.js'
import { Channel } from '../reactor/channel.js'
import { type Deferrable, proceedLater, spend } from '../reactor/fairness.js'
import type { Operation } from '../reactor/registration.js'
import type { Descriptor } from '../socket/descriptor.js'
import { getOption } from '../socket/options.js'
import { send, sendTo, sendToGiven } from '../socket/sending.js'
import { QueuedErrors } from './queued-errors.js'
import type { DrainOptions } from './server.js'

/** After so many errors in a row, without a datagram in between, receiving pauses. */
const MAX_ERRORS_IN_A_ROW = 16
const ERROR_PAUSE_MS = 100

/** The kernel counts at least so many bytes of a socket's SO_RCVBUF for each datagram in its queue. */
const MIN_QUEUED_BYTES = 256

/** The functions of a server of datagrams; either `message` or `messages`. Each may be asynchronous. */
export interface DatagramHandlers<At extends Address = Address> {
  /** A datagram arrived. Its bytes are the caller's own, unless `reuseBuffer` says otherwise. */
  message?(server: DatagramServer<At>, data: Buffer, address: At | null): unknown
  /** Datagrams arrived. The batch is used again as soon as this returns: an asynchronous handler copies what it needs. */
  messages?(server: DatagramServer<At>, batch: DatagramBatch): unknown
  /**
   * Receiving failed, a datagram was too long for `message` (`EMSGSIZE`), or a handler threw; serving continues. With
   * IP_RECVERR or IPV6_RECVERR also an ICMP error for a datagram that was sent: it has the `address` and `port` of the peer.
   * Without this handler, what a handler throws is an uncaught exception, and the other errors are ignored.
   */
  error?(server: DatagramServer<At>, error: NodeJS.ErrnoException): unknown
}

/** How a server delivers what it receives. @internal */
export interface Delivery {
  readonly handlers: DatagramHandlers
  readonly batch: DatagramBatch
  readonly reuseBuffer: boolean
  /** Called before the socket is closed. */
  removePath(): void
}

/** How often a send is made that fails by the errors of earlier datagrams: a firewall that rejects it causes one each time. */
const MAX_ATTEMPTS = 8

/** A server of datagrams with handlers. Made by `serveDatagrams`. */
export class DatagramServer<At extends Address = Address> implements AsyncDisposable {
  readonly #address: Address
  readonly #delivery: Delivery
  readonly #channel: Channel
  readonly #operation: Operation & Deferrable
  /** The next datagram of the batch to deliver. */
  #next = 0
  /** The address of the datagram that was delivered last: that a reply usually has. */
  #sender: Address | null = null
  #errors = 0
  readonly #queued = new QueuedErrors()
  #pause: NodeJS.Timeout | null = null
  /** How many promises of handlers have not settled. */
  #pending = 0
  #isClosed = false
  /** How many datagrams are still received. Closing bounds it: those that arrive later are not waited for. */
  #left = Number.POSITIVE_INFINITY
  #closing: Promise<void> | null = null
  #resolveClosing: (() => void) | null = null

  /** @internal */
  constructor(descriptor: Descriptor, delivery: Delivery) {
    this.#address = descriptor.sockName()
    this.#delivery = delivery
    descriptor.timeout = 0
    this.#channel = new Channel(descriptor)
    this.#operation = {
      isDeferred: false,
      proceed: () => this.#proceed(),
      fail: (error) => this.#report(error),
    }
    const { registration } = this.#channel
    registration.readable = false
    registration.reader = this.#operation
    this.#channel.enter()
    this.#channel.isActive = true
  }

  /** The address it receives on. */
  get address(): At {
    return this.#address as At
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#isClosed
  }

  /** The process stays alive while the server receives: so it is unless `unref` was called. */
  ref(): this {
    this.#channel.isRefed = true
    return this
  }

  /** The process may end while the server receives. */
  unref(): this {
    this.#channel.isRefed = false
    return this
  }

  /**
   * Sends a datagram, without waiting.
   * @param address the destination, with a numeric host; none if the socket is connected
   * @returns whether the kernel took it: a datagram that finds the send queue full is not sent
   * @throws SocketError as `trySendTo`; `ERR_SOCKET_CLOSED` after `close`
   * @example
   * serveDatagrams({ host: '127.0.0.1', port: 0 }, {
   *   message: (server, data, address) => server.send(data, address),
   * })
   */
  send(data: GatheredData, address: AddressInput | Address | null = null): boolean {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#send(data, address)
      } catch (error) {
        if (!this.#isOfEarlier(error) || attempt >= MAX_ATTEMPTS) throw error
      }
    }
  }

  #send(data: GatheredData, address: AddressInput | Address | null): boolean {
    const { descriptor } = this.#channel
    if (address === null) return send(descriptor, data, 0, 0) !== undefined
    if (address === this.#sender && descriptor.gate === 0 && !isList(data)) {
      const view = bytesOf(data)
      const isTaken = takeSender(this.#delivery.batch, this.#next - 1, address as Address)
      if (isTaken) return sendToGiven(descriptor, view, address, 0, 0) !== undefined
    }
    if (!isList(data)) return sendTo(descriptor, data, address as AddressInput, 0, 0) !== undefined
    return sendMessage(descriptor, checkOutgoing(data, { address: address as AddressInput }, 'try'), 0) !== undefined
  }

  /**
   * Sends the datagrams of a batch, without waiting: of the batch given to `messages`, back to their senders. One that the
   * kernel refuses is reported to `error`, and the rest is sent.
   * @returns how many the kernel took: those after the first that finds the send queue full are not sent
   * @throws SocketError `ERR_SOCKET_CLOSED` after `close`
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no batch, `ERR_INVALID_ARG_VALUE` for one whose memory was detached
   * @example
   * serveDatagrams({ host: '127.0.0.1', port: 0 }, { messages: (server, batch) => server.sendBatch(batch) })
   */
  sendBatch(batch: DatagramBatch): number {
    const { descriptor } = this.#channel
    memoryOf(batch)
    descriptor.open('sendmmsg')
    let sent = 0
    let attempts = 0
    for (let begin = 0; begin < batch.length; ) {
      try {
        attempts++
        const count = sendBatch(descriptor, batch, { flags: 0, begin }, 0)
        if (count === undefined) break
        sent += count
        begin += count
        attempts = 0
        // sendmmsg(2) returns how many it has sent, and drops the error at which it stopped.
        if (begin < batch.length && this.#queued.collect(descriptor)) proceedLater(this.#operation)
      } catch (error) {
        if (this.#isOfEarlier(error) && attempts < MAX_ATTEMPTS) continue
        attempts = 0
        begin++
        this.#report(error as Error)
        if (this.#isClosed) break
      }
    }
    return sent
  }

  /**
   * Delivers what the kernel has queued by now, waits for the promises of handlers, at most `drainMs`, and closes the
   * socket. Datagrams that arrive meanwhile are lost.
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @example
   * const server = serveDatagrams({ host: '127.0.0.1', port: 0 }, { message: () => {} })
   * await server.close({ drainMs: 500 })
   */
  async close(options: DrainOptions = {}): Promise<void> {
    checkOptionNames(options, { drainMs: true })
    const { drainMs = null } = checkedOptions(options)
    const limit = checkedTimeout(drainMs, 'drainMs')
    this.#closing ??= new Promise((resolve) => {
      this.#resolveClosing = resolve
    })
    if (limit === 0) this.#end()
    else if (!this.#isClosed) {
      this.#left = Math.min(this.#left, maxQueued(this.#channel.descriptor))
      proceedLater(this.#operation)
    }
    const cancel = limit > 0 ? callAfter(limit, () => this.#end()) : null
    await this.#closing
    cancel?.()
  }

  /** Closes the server at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Delivers datagrams within the turn's budget; the rest in a later turn. */
  #proceed(): void {
    const { batch } = this.#delivery
    for (let count = 0; !this.#isClosed && !this.#operation.isDeferred && this.#pause === null; count++) {
      if (count > 0 && !spend()) {
        proceedLater(this.#operation)
        return
      }
      const error = this.#queued.take()
      if (error !== undefined) {
        this.#left--
        this.#report(error)
      } else if (this.#next < batch.length) this.#deliverNext(batch)
      else if (this.#left <= 0 || !this.#receive(batch)) break
    }
    this.#endIfDrained()
  }

  /** Fills the batch; false where there is nothing to receive now. */
  #receive(batch: DatagramBatch): boolean {
    this.#next = 0
    this.#sender = null
    try {
      const count = receiveBatch(this.#channel.descriptor, batch, 0, 0)
      if (count === undefined) this.#queueIsEmpty()
      else this.#received(count)
      return count !== undefined
    } catch (error) {
      if (!this.#queued.explains(error, this.#channel.descriptor)) this.#failed(error as SocketError)
      return true
    }
  }

  /** Whether a send failed by the error of an earlier datagram, which is reported after the caller has returned. */
  #isOfEarlier(error: unknown): boolean {
    if (this.#isClosed || !this.#queued.explains(error, this.#channel.descriptor)) return false
    proceedLater(this.#operation)
    return true
  }

  #queueIsEmpty(): void {
    this.#channel.block(true)
    if (this.#closing !== null) this.#left = 0
  }

  #received(count: number): void {
    this.#left -= count
    this.#errors = 0
    this.#channel.registration.proved()
  }

  #deliverNext(batch: DatagramBatch): void {
    const { handlers, reuseBuffer } = this.#delivery
    if (handlers.messages !== undefined) {
      // All of them, even where the handler puts its replies into the batch.
      this.#next = Number.POSITIVE_INFINITY
      this.#call(() => handlers.messages!(this, batch))
      return
    }
    const index = this.#next++
    if (batch.truncated(index)) {
      const error = failure(-errno.EMSGSIZE, 'recvmmsg', errorTarget(batch.address(index)))
      this.#report(withMessage(error, `${error.message}: the datagram is longer than maxBytes`))
      return
    }
    const data = reuseBuffer ? batch.data(index) : copyOfDatagram(batch, index)
    const address = batch.address(index)
    this.#sender = address
    this.#call(() => handlers.message!(this, data, address))
  }

  /** Calls a handler; what it throws ends nothing. */
  #call(handler: () => unknown): void {
    try {
      const result = handler()
      if (!(result instanceof Promise)) return
      this.#pending++
      result
        .catch((error: unknown) => this.#handlerFailed(error))
        .finally(() => {
          this.#pending--
          this.#endIfDrained()
        })
    } catch (error) {
      this.#handlerFailed(error)
    }
  }

  #handlerFailed(thrown: unknown): void {
    if (this.#delivery.handlers.error === undefined) throwLater(thrown)
    else this.#report(thrown instanceof Error ? thrown : new Error('a handler threw no Error', { cause: thrown }))
  }

  /** An error that stays would otherwise be reported without end. */
  #failed(error: SocketError): void {
    if (++this.#errors > MAX_ERRORS_IN_A_ROW) {
      if (this.#closing === null) this.#pauseReceiving()
      else this.#left = 0
    }
    this.#report(error)
  }

  #pauseReceiving(): void {
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.#proceed()
    }, ERROR_PAUSE_MS)
    if (!this.#channel.isRefed) this.#pause.unref()
  }

  #report(error: Error): void {
    try {
      const result = this.#delivery.handlers.error?.(this, error)
      if (result instanceof Promise) result.catch(throwLater)
    } catch (thrown) {
      throwLater(thrown)
    }
  }

  #endIfDrained(): void {
    const isDelivered = this.#left <= 0 && this.#next >= this.#delivery.batch.length
    if (this.#closing !== null && isDelivered && this.#pending === 0) this.#end()
  }

  #end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#pause !== null) clearTimeout(this.#pause)
    // Before the socket is closed: as long as it lives, no other file has its number.
    this.#delivery.removePath()
    const error = this.#channel.close()
    if (error !== null) this.#report(error)
    this.#resolveClosing?.()
  }
}

/**
 * How many datagrams may be in a socket's queue. That of a unix socket is bounded otherwise, and its senders wait when it
 * is full.
 */
function maxQueued(descriptor: Descriptor): number {
  if (!descriptor.isInternet) return Number.POSITIVE_INFINITY
  return Math.ceil(getOption(descriptor, SO_RCVBUF) / MIN_QUEUED_BYTES)
}
