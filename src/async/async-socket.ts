// The awaited socket: each verb of Socket as a promise.

import { encodeAddress } from '../addresses/families.js'
import type { Address, AddressInput } from '../addresses/types.js'

import { type Data, viewOf, type WritableData } from '../core/bytes.js'
import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { AbortError, misuse, type SocketError } from '../core/errors.js'
import type { AddressInfoFlag, Family, MessageFlag, Protocol, SocketType } from '../native/constant-kinds.js'
import { MSG_WAITALL, SOCK_STREAM } from '../native/generated/constants.js'
import { Socket } from '../socket/socket.js'
import type {
  FileOptions,
  FlagOptions,
  OpenFile,
  RangeOptions,
  Received,
  ReceivedInto,
} from '../socket/transfer-options.js'
import { AsyncBase } from './base.js'
import type { AsyncOptions, Verb } from './pending-operation.js'
import { resolveAsync } from './resolve.js'
import {
  ACCEPT,
  CONNECT,
  READABLE,
  RECV,
  RECV_FROM,
  RECV_FROM_INTO,
  RECV_INTO,
  SEND,
  SEND_ALL,
  SEND_FILE,
  SEND_TO,
  type Sending,
  WRITABLE,
} from './verbs.js'

/** How much one step of an iteration over a stream receives at first, and at most when there is more. */
const CHUNK = 16384
const LONGEST_CHUNK = 65536

/** Options of a verb that transfers and is awaited. */
export interface AsyncTransferOptions extends FlagOptions, AsyncOptions {}

/**
 * A socket of the kernel's whose verbs are awaited. While a promise waits, everything else goes on. One verb a direction
 * may wait: a second one rejects with `ERR_SOCKET_BUSY`. Every verb takes a `timeout`, a `deadline` and a `signal`; one
 * that is cancelled rejects with AbortError and has lost no byte.
 * @example
 * const socket = await openConnection({ host: 'localhost', port: 80 })
 * await socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 * for await (const chunk of socket.chunks()) process.stdout.write(chunk)
 * socket.close()
 */
export class AsyncSocket extends AsyncBase {
  /**
   * Makes a socket; `socket(2)`.
   * @param family AF_INET unless given
   * @param type SOCK_STREAM unless given
   * @param protocol 0, the family's default, unless given
   * @throws as `new Socket`
   */
  constructor(family?: Family, type?: SocketType, protocol?: Protocol)
  /** @internal */
  constructor(inner: Socket)
  constructor(first?: Family | Socket, type?: SocketType, protocol?: Protocol) {
    super(first instanceof Socket ? first : new Socket(first, type, protocol))
  }

  /** Makes two sockets that are connected to each other; `socketpair(2)`. @throws as `Socket.pair` */
  static pair(family?: Family, type?: SocketType, protocol?: Protocol): [AsyncSocket, AsyncSocket] {
    const [a, b] = Socket.pair(family, type, protocol)
    return [new AsyncSocket(a), new AsyncSocket(b)]
  }

  /** Adopts a descriptor that something else opened. @throws as `Socket.fromFd` */
  static fromFd(fd: number): AsyncSocket {
    return new AsyncSocket(Socket.fromFd(fd))
  }

  /** A second socket on the same connection, with its own descriptor; `dup(2)`. @throws as `Socket.dup` */
  dup(): AsyncSocket {
    return new AsyncSocket(this.inner.dup())
  }

  /**
   * Connects; `connect(2)`, with a lookup where the host is a name. A connect that is cancelled by its signal closes the
   * socket; after a timeout it goes on, and another call waits on.
   * @throws AbortError; SocketTimeoutError; ResolveError; SocketError such as `ECONNREFUSED`, `EISCONN`,
   *   `ERR_SOCKET_BUSY`
   * @example
   * const socket = new AsyncSocket()
   * await socket.connect({ host: 'localhost', port: 6379 }, { timeout: 2000 })
   */
  async connect(address: AddressInput, options?: AsyncOptions): Promise<void> {
    try {
      await this.perform(CONNECT, address, options, this.inner.ownMode())
    } catch (error) {
      if (error instanceof AbortError) this.close()
      throw error
    }
  }

  /**
   * Waits for a connection and answers its socket; `accept(2)`.
   * @throws AbortError; SocketTimeoutError; SocketError such as `EMFILE`, `EINVAL` (not listening), `ERR_SOCKET_BUSY`
   * @example
   * const connection = await awaited.accept()
   */
  accept(options?: AsyncOptions): Promise<AsyncSocket> {
    return this.perform(ACCEPT, undefined, options, this.inner.ownMode())
  }

  /**
   * Receives at most `maxBytes` bytes; `recv(2)`.
   * @returns the bytes in a Buffer of the caller's own; on a stream `null` once the peer has ended its side
   * @throws AbortError; SocketTimeoutError; SocketError such as `ECONNRESET`, `ERR_SOCKET_BUSY`, `ERR_SOCKET_CLOSED`,
   *   `ERR_READER_HOLDS_DATA`; RangeError `ERR_OUT_OF_RANGE`; WouldBlockError for a timeout of 0, and for `MSG_DONTWAIT`
   *   and `MSG_ERRQUEUE`, which never wait
   * @example
   * const bytes = await awaited.recv(1024, { signal: AbortSignal.timeout(1000) })
   */
  recv(maxBytes: number, options?: AsyncTransferOptions): Promise<Buffer | null> {
    return this.wantsAll(options) ? this.recvAll(maxBytes, options) : this.receive(RECV, maxBytes, options)
  }

  /**
   * Receives into memory of the caller's; `recv(2)`. The memory must not be used before the promise settles.
   * @returns how many bytes; 0 at the end of a stream
   * @throws as `recv`
   */
  recvInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<number> {
    return this.wantsAll(options) ? this.fill(buffer, options) : this.receive(RECV_INTO, buffer, options)
  }

  /** Receives a datagram and tells who sent it; `recvfrom(2)`. @throws as `recv` */
  recvFrom(maxBytes: number, options?: AsyncTransferOptions): Promise<Received> {
    return this.receive(RECV_FROM, maxBytes, options)
  }

  /** `recvFrom` into memory of the caller's. @throws as `recv` */
  recvFromInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<ReceivedInto> {
    return this.receive(RECV_FROM_INTO, buffer, options)
  }

  /**
   * Sends; `send(2)`. The memory of `data` must not change before the promise settles.
   * @returns how many bytes were taken: perhaps not all, see `sendAll`
   * @throws AbortError; SocketTimeoutError; WouldBlockError for a timeout of 0, or `MSG_DONTWAIT`; SocketError such as
   *   `EPIPE`, `ECONNRESET`, `ERR_SOCKET_BUSY`
   */
  send(data: Data, options?: AsyncTransferOptions): Promise<number> {
    return this.transmit(SEND, data, options)
  }

  /**
   * Sends all of `data`, with one time limit for the whole.
   * @throws as `send`; the error's `bytesSent` says how much went out
   * @example
   * await awaited.sendAll('GET / HTTP/1.0\r\n\r\n', { timeout: 1000 })
   */
  sendAll(data: Data, options?: AsyncTransferOptions): Promise<void> {
    const sending: Sending = { data, rest: null, sent: 0, done: false }
    const promise = this.transmit(SEND_ALL, sending, options)
    // Mostly the kernel takes all at once: that has not failed.
    if (sending.done) return promise
    return promise.catch((error: SocketError) => {
      throw Object.assign(error, { bytesSent: sending.sent })
    })
  }

  /**
   * Sends one datagram to `address`; `sendto(2)`. A host that is a name is looked up within the same time limit.
   * @throws as `send`; ResolveError
   */
  async sendTo(data: Data, address: AddressInput, options?: AsyncTransferOptions): Promise<number> {
    const limit = new Deadline(effectiveTimeout(options, this.inner.ownMode()))
    const target = await this.numeric(address, limit, options)
    return this.transmit(SEND_TO, { data, address: target }, { ...options, timeout: limit.timeout })
  }

  /**
   * Sends a part of an open file without its bytes passing through JavaScript; `sendfile(2)`. It never waits for the
   * peer but in the promise; it may stand still for the disk.
   * @returns how many bytes were taken: perhaps not all; 0 at the end of the file
   * @throws as `send`; SocketError `EINVAL` where the file cannot be sent so
   */
  sendFile(file: OpenFile, options?: FileOptions & AsyncOptions): Promise<number> {
    return this.transmit(SEND_FILE, file, options)
  }

  /** Waits until there is something to receive or accept, or the end. @throws AbortError; SocketTimeoutError */
  readable(options?: AsyncOptions): Promise<void> {
    return this.perform(READABLE, undefined, options, this.inner.ownMode())
  }

  /** Waits until something can be sent, or a connect has ended. @throws AbortError; SocketTimeoutError */
  writable(options?: AsyncOptions): Promise<void> {
    return this.transmit(WRITABLE, undefined, options)
  }

  /** As `Socket.tryRecv`: never waits, `undefined` where there is nothing yet. */
  tryRecv(maxBytes: number, options?: FlagOptions): Buffer | null | undefined {
    return this.inner.tryRecv(maxBytes, options)
  }

  /** As `Socket.tryRecvInto`. */
  tryRecvInto(buffer: WritableData, options?: RangeOptions): number | undefined {
    return this.inner.tryRecvInto(buffer, options)
  }

  /** As `Socket.tryRecvFrom`. */
  tryRecvFrom(maxBytes: number, options?: FlagOptions): Received | undefined {
    return this.inner.tryRecvFrom(maxBytes, options)
  }

  /** As `Socket.trySend`: never waits, `undefined` where the kernel takes nothing now. */
  trySend(data: Data, options?: FlagOptions): number | undefined {
    return this.inner.trySend(data, options)
  }

  /** As `Socket.trySendTo`. */
  trySendTo(data: Data, address: AddressInput, options?: FlagOptions): number | undefined {
    return this.inner.trySendTo(data, address, options)
  }

  /** As `Socket.tryAccept`. */
  tryAccept(): AsyncSocket | undefined {
    const accepted = this.inner.acceptKept()
    return accepted && new AsyncSocket(accepted)
  }

  /** The chunks of a stream, as they come, until its end. What stops the iteration closes nothing. */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    let most = CHUNK
    for (;;) {
      const chunk = await this.recv(most)
      if (chunk === null) return
      most = chunk.length === most ? LONGEST_CHUNK : CHUNK
      yield chunk
    }
  }

  /** The connections of a listening socket, as they come, until it is closed. */
  async *connections(): AsyncGenerator<AsyncSocket, void, undefined> {
    while (!this.closed) {
      const connection = await this.accept().catch((error: unknown) => {
        if (this.closed) return null
        throw error
      })
      if (connection !== null) yield connection
    }
  }

  /**
   * Iterates over the connections of a listening socket, or over the chunks of a stream; `connections` and `chunks` say
   * by their types which.
   * @example
   * for await (const chunk of awaited) if (chunk instanceof Buffer) console.log(chunk.length)
   */
  [Symbol.asyncIterator](): AsyncGenerator<AsyncSocket | Buffer, void, undefined> {
    return this.listening ? this.connections() : this.chunks()
  }

  private receive<What, Options extends AsyncOptions, Result>(
    verb: Verb<AsyncSocket, What, Options, Result>,
    what: What,
    options: Options | undefined,
  ): Promise<Result> {
    try {
      this.inner.mustHoldNothing(verb.syscall)
      if (!this.entry.readable) this.rehearse(verb, what, options)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.perform(verb, what, options, this.inner.ownMode())
  }

  private transmit<What, Options extends AsyncOptions, Result>(
    verb: Verb<AsyncSocket, What, Options, Result>,
    what: What,
    options: Options | undefined,
  ): Promise<Result> {
    try {
      if (!this.entry.writable) this.rehearse(verb, what, options)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.perform(verb, what, options, this.inner.ownMode())
  }

  /** What is wrong with the arguments is not told only when something comes. */
  private rehearse<What, Options, Result>(
    verb: Verb<AsyncSocket, What, Options, Result>,
    what: What,
    options: Options | undefined,
  ): void {
    this.inner.rehearsing = true
    try {
      verb.attempt(this, what, options)
    } finally {
      this.inner.rehearsing = false
    }
  }

  private wantsAll(options: FlagOptions | undefined): boolean {
    return typeof options?.flags === 'number' && (options.flags & MSG_WAITALL) !== 0 && this.type === SOCK_STREAM
  }

  /** MSG_WAITALL: the kernel heeds it only where it may wait itself. */
  private async recvAll(maxBytes: number, options: AsyncTransferOptions | undefined): Promise<Buffer | null> {
    this.rehearse(RECV, maxBytes, options)
    const buffer = Buffer.allocUnsafeSlow(maxBytes)
    const count = await this.fill(buffer, options)
    return count === 0 ? null : buffer.subarray(0, count)
  }

  /** What stops it after a part is told by the next call: the part is the answer, as in the kernel's own. */
  private async fill(buffer: WritableData, options: (RangeOptions & AsyncOptions) | undefined): Promise<number> {
    this.rehearse(RECV_INTO, buffer, options)
    const flags = ((options?.flags ?? 0) & ~MSG_WAITALL) as MessageFlag
    const { offset = 0, length = viewOf(buffer).length - offset } = options ?? {}
    let filled = 0
    const attempt = (): number | undefined => {
      while (filled < length) {
        const range = { flags, offset: offset + filled, length: length - filled }
        const count = this.inner.tryRecvInto(buffer, range)
        if (count === undefined) return undefined
        if (count === 0) break
        filled += count
        this.entry.proved()
      }
      return filled
    }
    return this.receive({ syscall: 'recv', reads: true, attempt }, undefined, options).catch((error: unknown) => {
      if (filled > 0) return filled
      throw error
    })
  }

  /** An address in numbers. */
  private async numeric(
    address: AddressInput,
    limit: Deadline,
    options: AsyncOptions | undefined,
  ): Promise<AddressInput> {
    const name = encodeAddress(address, this.family)
    if (name === null) return address
    const { host, port } = name
    const { timeout } = limit
    if (timeout === 0) throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `address.host must be numeric: '${host}'`)
    // The flags of a transfer are none of a lookup.
    const how = { ...options, family: this.family, type: SOCK_STREAM, flags: 0 as AddressInfoFlag, timeout }
    const [first] = await resolveAsync(host, port, how)
    return first!.address as Address & AddressInput
  }
}

Socket.asAsync = (socket) => new AsyncSocket(socket.successor())
