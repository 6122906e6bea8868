// async/ waits in the event loop with promises. How much may be done in one turn, and how a socket leaves the event loop
// and closes, is decided by the channel of reactor/, not here.
//
// This file is the awaited face of a socket: each verb of Socket as a promise. A verb is a row of verbs.ts, carried out
// by pending-operation.ts. What never waits is in socket/face.ts.

import { type InspectOptions, inspect } from 'node:util'
import { checkAddress, checkIsAddress } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { bytesOf, type Data, type GatheredData, isList, partsOf, type WritableData } from '../core/bytes.js'
import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import {
  AbortError,
  isTransientAcceptError,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  stateError,
  withFields,
} from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { isInstance, signalOf, wrongType } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { AF_INET, AF_UNIX, MSG_PEEK, MSG_WAITALL, SOCK_STREAM } from '../native/generated/constants.js'
import { ACCEPT_PAUSE_MS } from '../reactor/acceptor.js'
import { Channel } from '../reactor/channel.js'
import { nextReceiveBytes, RECEIVE_BYTES } from '../reactor/fairness.js'
import { describe, type SocketDescription } from '../socket/description.js'
import { Descriptor } from '../socket/descriptor.js'
import { descriptorOf, SocketFace, takeDescriptor } from '../socket/face.js'
import { checkFile, checkWholePart } from '../socket/file-part.js'
import { accept, adopt, duplicate, openPair, openSocket } from '../socket/opening.js'
import type { ReaderOptions } from '../socket/reader-buffer.js'
import { readerBuffer } from '../socket/reader-source.js'
import { checkReceive, receiveFlags, roomOf } from '../socket/receiving.js'
import { partToSend, sendFlags } from '../socket/sending.js'
import { Socket } from '../socket/socket.js'
import {
  FILE_OPTIONS,
  type FileOptions,
  FLAG_OPTIONS,
  type FlagOptions,
  type OpenFile,
  RANGE_OPTIONS,
  type RangeOptions,
  type Received,
  type ReceivedInto,
} from '../socket/transfer-options.js'
import type { AsyncVerbs } from './extensions.js'
import { FillProgress, GrowingFill } from './fill-progress.js'
import { ASYNC_OPTIONS, type AsyncOptions, pendingIn, perform } from './pending-operation.js'
import { AsyncSocketReader } from './reader.js'
import { numericAddress } from './resolve.js'
import { sendFileAll } from './send-file-all.js'
import {
  CONNECT,
  FILL,
  FILL_READER,
  PEEK_ALL,
  READABLE,
  RECV,
  RECV_FROM,
  RECV_FROM_INTO,
  RECV_INTO,
  SEND,
  SEND_ALL,
  SEND_FILE,
  SEND_FILE_PART,
  SEND_LAYERED,
  SEND_TO,
  type SendProgress,
  type SocketVerb,
  WRITABLE,
} from './verbs.js'

/** The channel of a socket, for the layers above. @internal */
let channelOf: (socket: AsyncSocket) => Channel

/** Options of a verb that transfers and is awaited. */
export interface AsyncTransferOptions extends FlagOptions, AsyncOptions {}

/** How an iteration over connections ends. */
export type ConnectionsOptions = Pick<AsyncOptions, 'signal'>

const CONNECTIONS_OPTIONS: Names<ConnectionsOptions> = { signal: true }
const ASYNC_TRANSFER_OPTIONS: Names<AsyncTransferOptions> = { ...FLAG_OPTIONS, ...ASYNC_OPTIONS }
const ASYNC_RANGE_OPTIONS: Names<RangeOptions & AsyncOptions> = { ...RANGE_OPTIONS, ...ASYNC_OPTIONS }
const ASYNC_FILE_OPTIONS: Names<FileOptions & AsyncOptions> = { ...FILE_OPTIONS, ...ASYNC_OPTIONS }

const ACCEPT: SocketVerb<undefined, AsyncSocket> = {
  syscall: 'accept',
  reads: true,
  attempt: ({ descriptor }) => {
    const accepted = accept(descriptor, 0)
    return accepted && new AsyncSocket(accepted)
  },
}

/**
 * Pauses after a failure to accept that does not end the listener.
 * @param isFirst whether it is the first since a connection was accepted, which is emitted as a warning
 */
async function pauseAfter(error: unknown, isRefed: boolean, isFirst: boolean): Promise<undefined> {
  if (!(error instanceof SocketError && isTransientAcceptError(error))) throw error
  if (isFirst) process.emitWarning(error)
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ACCEPT_PAUSE_MS)
    if (!isRefed) timer.unref()
  })
}

/** Data whose pieces have been checked. */
function dataToSend(data: GatheredData): GatheredData {
  if (typeof data === 'string') return data
  return isList(data) ? partsOf(data) : bytesOf(data)
}

/** Performs a verb on an awaited socket, for the other files of this folder. @internal */
export let performVerb: <Argument, Result>(
  socket: AsyncSocket,
  verb: SocketVerb<Argument, Result>,
  argument: Argument,
  flags: number,
  options: AsyncOptions | undefined,
) => Promise<Result>

/**
 * Takes the descriptor of a socket on which no verb waits.
 * @throws SocketError `ERR_SOCKET_BUSY` while one does
 * @internal
 */
export function takeIdleDescriptor(socket: AsyncSocket): Descriptor {
  const channel = channelOf(socket)
  if (pendingIn(channel, true) !== null || pendingIn(channel, false) !== null) {
    throw stateError('ERR_SOCKET_BUSY', 'detach', 'a verb waits: await it first')
  }
  return takeDescriptor(socket)
}

/**
 * A socket of the kernel's whose verbs are awaited. While a promise waits, the event loop turns. One verb a direction
 * may wait: a second one rejects with `ERR_SOCKET_BUSY`. Every verb takes a `timeout`, a `deadline` and a `signal`; one
 * that is cancelled rejects with AbortError and has lost no byte.
 * @example
 * const socket = await openConnection({ host: 'localhost', port: 80 })
 * await socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 * for await (const chunk of socket.chunks()) process.stdout.write(chunk)
 * socket.close()
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the file that declares a verb also makes it
export class AsyncSocket extends SocketFace implements AsyncDisposable {
  readonly #channel: Channel
  #reader: AsyncSocketReader | null = null

  static {
    channelOf = (socket) => socket.#channel
    performVerb = (socket, verb, argument, flags, options) => socket.#perform(verb, argument, flags, options)
  }

  /**
   * Makes a socket; `socket(2)`.
   * @param family AF_INET unless given
   * @param type SOCK_STREAM unless given
   * @param protocol 0, the family's default, unless given
   * @throws SocketError, TypeError, RangeError as `new Socket`
   * @example
   * const socket = new AsyncSocket(AF_INET6, SOCK_DGRAM)
   */
  constructor(family?: Family, type?: SocketType, protocol?: Protocol)
  /** @internal */
  constructor(descriptor: Descriptor)
  constructor(first: Family | Descriptor = AF_INET, type: SocketType = SOCK_STREAM, protocol: Protocol = 0) {
    const descriptor = isInstance(first, Descriptor) ? first : openSocket(first, type, protocol)
    super(descriptor)
    this.#channel = new Channel(descriptor)
    this.#channel.leaveWhenDropped()
  }

  /**
   * Makes two sockets that are connected to each other; `socketpair(2)`.
   * @throws SocketError as `Socket.pair`
   * @example
   * const [a, b] = AsyncSocket.pair()
   */
  static pair(
    family: Family = AF_UNIX,
    type: SocketType = SOCK_STREAM,
    protocol: Protocol = 0,
  ): [AsyncSocket, AsyncSocket] {
    const [a, b] = openPair(family, type, protocol)
    return [new AsyncSocket(a), new AsyncSocket(b)]
  }

  /**
   * Adopts a descriptor that something else opened.
   * @throws SocketError as `Socket.fromFd`
   * @example
   * const listener = AsyncSocket.fromFd(3)
   */
  static fromFd(fd: number): AsyncSocket {
    return new AsyncSocket(adopt(fd))
  }

  /**
   * A second socket on the same connection, with its own descriptor; `dup(2)`.
   * @throws SocketError as `Socket.dup`
   * @example
   * const copy = awaited.dup()
   */
  dup(): AsyncSocket {
    return new AsyncSocket(duplicate(descriptorOf(this)))
  }

  /**
   * Connects; `connect(2)`, with a lookup where the host is a name. A connect that is cancelled by its signal closes the
   * socket; after a timeout it continues, and another call waits on.
   * @throws AbortError when the signal cancels it
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws ResolveError where the name does not resolve
   * @throws SocketError `ECONNREFUSED`, `EISCONN`, `ERR_SOCKET_BUSY`
   * @example
   * const socket = new AsyncSocket()
   * await socket.connect({ host: 'localhost', port: 6379 }, { timeout: 2000 })
   */
  async connect(address: AddressInput, options?: AsyncOptions): Promise<void> {
    checkAddress(address, 'address', ASYNC_OPTIONS)
    checkOptionNames(options, ASYNC_OPTIONS)
    try {
      await this.#perform(CONNECT, address, 0, options)
    } catch (error) {
      if (error instanceof AbortError) this.close()
      throw error
    }
  }

  /**
   * Like `connect`, with the outcome as a number: 0, or a positive errno (`errnoName` names it). A timeout that ran out is
   * `EAGAIN`.
   * @throws AbortError when the signal cancels it
   * @throws ResolveError for a name that does not resolve
   * @throws SocketError `ERR_SOCKET_BUSY`, `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * const outcome = await awaited.connectEx({ host: '127.0.0.1', port: 80 })
   * if (outcome !== 0) console.error(errnoName(outcome))
   */
  async connectEx(address: AddressInput, options?: AsyncOptions): Promise<number> {
    try {
      await this.connect(address, options)
      return 0
    } catch (error) {
      if (error instanceof SocketTimeoutError) return errno.EAGAIN
      // A negative errno is the kernel's, and that of a lookup is not: a ResolveError has the code of getaddrinfo(3).
      if (error instanceof SocketError && !(error instanceof ResolveError) && error.errno < 0) return -error.errno
      throw error
    }
  }

  /**
   * Waits for a connection and returns its socket; `accept(2)`.
   * @throws AbortError when the signal cancels it
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws SocketError `EMFILE`, `ENFILE`; `EINVAL` where the socket does not listen; `ERR_SOCKET_BUSY`
   * @example
   * const connection = await awaited.accept()
   */
  accept(options?: AsyncOptions): Promise<AsyncSocket> {
    return this.#performNamed(ACCEPT, options)
  }

  /**
   * `accept` that never waits.
   * @returns `undefined` where no connection waits
   * @example
   * const connection = awaited.tryAccept()
   */
  tryAccept(): AsyncSocket | undefined {
    const accepted = accept(descriptorOf(this), 0)
    return accepted && new AsyncSocket(accepted)
  }

  /**
   * Receives at most `maxBytes` bytes; `recv(2)`. While it waits it holds no memory; with `MSG_WAITALL`, memory that grows
   * with the bytes that arrive.
   * @returns the bytes in a Buffer of the caller's own; on a stream `null` once the peer has ended its side
   * @throws AbortError when the signal cancels it
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws WouldBlockError for a timeout of 0, and for `MSG_DONTWAIT` and `MSG_ERRQUEUE`, which never wait
   * @throws SocketError `ECONNRESET`, `ERR_SOCKET_BUSY`, `ERR_SOCKET_CLOSED`, `ERR_READER_HOLDS_DATA`
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @example
   * const bytes = await awaited.recv(1024, { signal: AbortSignal.timeout(1000) })
   */
  recv(maxBytes: number, options?: AsyncTransferOptions): Promise<Buffer | null> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_TRANSFER_OPTIONS)
      const flags = checkReceive(descriptorOf(this), maxBytes, options)
      return flags & MSG_WAITALL
        ? this.#receiveAll(maxBytes, flags, options)
        : this.#receive(RECV, maxBytes, flags, options)
    })
  }

  /**
   * Receives into memory of the caller's; `recv(2)`. The memory must not be used before the promise settles.
   * @returns how many bytes; 0 at the end of a stream
   * @throws SocketError, RangeError, AbortError as `recv`
   * @example
   * const count = await awaited.recvInto(block)
   */
  recvInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<number> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_RANGE_OPTIONS)
      const descriptor = descriptorOf(this)
      const flags = receiveFlags(descriptor, options)
      const view = roomOf(descriptor, buffer, options)
      return flags & MSG_WAITALL
        ? this.#fill(new FillProgress(view), flags, options)
        : this.#receive(RECV_INTO, view, flags, options)
    })
  }

  /**
   * Receives a datagram and its sender; `recvfrom(2)`.
   * @throws SocketError, RangeError, AbortError as `recv`
   * @example
   * const { data, address } = await awaited.recvFrom(2048)
   */
  recvFrom(maxBytes: number, options?: AsyncTransferOptions): Promise<Received> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_TRANSFER_OPTIONS)
      const flags = checkReceive(descriptorOf(this), maxBytes, options)
      return this.#receive(RECV_FROM, maxBytes, flags, options)
    })
  }

  /**
   * `recvFrom` into memory of the caller's.
   * @throws SocketError, RangeError, AbortError as `recv`
   * @example
   * const { bytes, address } = await awaited.recvFromInto(block)
   */
  recvFromInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<ReceivedInto> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_RANGE_OPTIONS)
      const descriptor = descriptorOf(this)
      const flags = receiveFlags(descriptor, options)
      return this.#receive(RECV_FROM_INTO, roomOf(descriptor, buffer, options), flags, options)
    })
  }

  /**
   * Sends; `send(2)`. The memory of `data` must not change before the promise settles. An array of pieces goes out in
   * one call.
   * @returns how many bytes were taken: perhaps not all, see `sendAll`
   * @throws AbortError when the signal cancels it
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws WouldBlockError for a timeout of 0, or `MSG_DONTWAIT`
   * @throws SocketError `EPIPE`, `ECONNRESET`, `ERR_SOCKET_BUSY`
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @example
   * const taken = await awaited.send('hello')
   */
  send(data: GatheredData, options?: RangeOptions & AsyncOptions): Promise<number> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_RANGE_OPTIONS)
      const flags = sendFlags(options)
      const whole = dataToSend(partToSend(data, options, flags))
      if (descriptorOf(this).isDirect) return this.#perform(SEND, whole, flags, options)
      return this.#perform(SEND_LAYERED, { data: whole, taken: undefined }, flags, options)
    })
  }

  /**
   * Sends all of `data`, one piece or an array of them, with one time limit for the whole.
   * @throws SocketError, AbortError as `send`; the error's `bytesSent` says how much went out
   * @example
   * await awaited.sendAll('GET / HTTP/1.0\r\n\r\n', { timeout: 1000 })
   */
  sendAll(data: GatheredData, options?: RangeOptions & AsyncOptions): Promise<void> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_RANGE_OPTIONS)
      const flags = sendFlags(options)
      const part = partToSend(data, options, flags)
      const rest = isList(part) ? partsOf(part) : bytesOf(part)
      const progress: SendProgress = { rest, sent: 0, isDone: false }
      const promise = this.#perform(SEND_ALL, progress, flags, options)
      // Mostly the kernel takes all at once, and nothing can fail any more.
      if (progress.isDone) return promise
      return promise.catch((error: SocketError) => {
        throw withFields(error, { bytesSent: progress.sent })
      })
    })
  }

  /**
   * Sends one datagram to `address`; `sendto(2)`. A host that is a name is looked up within the same time limit.
   * @throws SocketError, AbortError as `send`
   * @throws ResolveError where the name does not resolve
   * @example
   * await awaited.sendTo('ping', { host: '127.0.0.1', port: 7 })
   */
  async sendTo(data: Data, address: AddressInput, options?: RangeOptions & AsyncOptions): Promise<number> {
    if (options !== undefined) checkIsAddress(address, 'address')
    checkOptionNames(options, ASYNC_RANGE_OPTIONS)
    const descriptor = descriptorOf(this)
    const flags = sendFlags(options)
    const deadline = new Deadline(effectiveTimeout(options, descriptor.timeout, 'sendto'))
    const bytes = bytesOf(partToSend(data, options, flags))
    descriptor.open('sendto')
    const numeric = await numericAddress(address, this.family, deadline, options)
    return this.#perform(SEND_TO, { data: bytes, address: numeric }, flags, { ...options, timeout: deadline.timeout })
  }

  /**
   * Sends a part of an open file without its bytes passing through JavaScript; `sendfile(2)`, over TLS `pread(2)` and
   * encryption. Waiting for the peer is left to the promise; a slow disk may hold up the event loop.
   * @returns how many bytes were taken: perhaps not all; 0 at the end of the file
   * @throws SocketError, AbortError as `send`
   * @throws SocketError `EINVAL` where the file cannot be sent so
   * @example
   * const sent = await awaited.sendFile(file, { offset: 0 })
   */
  sendFile(file: OpenFile, options?: FileOptions & AsyncOptions): Promise<number> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_FILE_OPTIONS)
      return this.#perform(SEND_FILE, { part: checkFile(file, options), taken: undefined }, 0, options)
    })
  }

  /**
   * Sends a part of an open file, up to its end unless `length` is given, by as many calls of `sendFile` as it takes, with
   * one time limit for the whole.
   * @returns how many bytes were sent: fewer than `length` where the file ends before
   * @throws SocketError, AbortError as `sendFile`; the error's `bytesSent` says how much went out
   * @example
   * const sent = await awaited.sendFileAll(file, { timeout: 60_000 })
   */
  async sendFileAll(file: OpenFile, options?: FileOptions & AsyncOptions): Promise<number> {
    checkOptionNames(options, ASYNC_FILE_OPTIONS)
    return sendFileAll(this.#channel, checkWholePart(file, options), options, (progress, limits) =>
      this.#perform(SEND_FILE_PART, progress, 0, limits),
    )
  }

  /**
   * Waits until there is something to receive or accept, or the end.
   * @throws AbortError, SocketTimeoutError
   * @throws SocketError `ERR_SOCKET_BUSY`
   * @example
   * await awaited.readable({ timeout: 1000 })
   */
  readable(options?: AsyncOptions): Promise<void> {
    return this.#performNamed(READABLE, options)
  }

  /**
   * Waits until something can be sent, or a connect has ended.
   * @throws AbortError, SocketTimeoutError
   * @throws SocketError `ERR_SOCKET_BUSY`
   * @example
   * await awaited.writable({ timeout: 1000 })
   */
  writable(options?: AsyncOptions): Promise<void> {
    return this.#performNamed(WRITABLE, options)
  }

  /**
   * The socket's one reader, which takes a stream apart into lines and messages.
   * @throws TypeError `ERR_NOT_A_STREAM`
   * @throws TypeError `ERR_INVALID_ARG_VALUE` for options that differ from the first call's
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * const line = await awaited.reader().readLine()
   */
  reader(options?: ReaderOptions): AsyncSocketReader {
    descriptorOf(this).open('reader')
    readerBuffer(descriptorOf(this), options)
    this.#reader ??= new AsyncSocketReader({
      buffer: () => readerBuffer(descriptorOf(this)),
      fill: (waiting) => this.#perform(FILL_READER, undefined, 0, waiting, FOREVER),
      timedOut: (timeout) => descriptorOf(this).failed(TIMED_OUT, 'recv', timeout),
      timeout: () => descriptorOf(this).timeout,
    })
    return this.#reader
  }

  /**
   * Iterates over the chunks of a stream until its end. Leaving the loop closes nothing.
   * @param maxBytes how much one step receives at most; unless given, it adapts to how much arrives
   * @param options of each step
   * @throws as `recv`
   * @example
   * for await (const chunk of awaited.chunks()) process.stdout.write(chunk)
   */
  async *chunks(maxBytes?: number, options?: AsyncOptions): AsyncGenerator<Buffer, void, undefined> {
    if (typeof maxBytes === 'object') throw wrongType('maxBytes', 'a number; options are the second argument', maxBytes)
    let stepBytes = maxBytes ?? RECEIVE_BYTES
    for (;;) {
      const chunk = await this.recv(stepBytes, options)
      if (chunk === null) return
      if (maxBytes === undefined) stepBytes = nextReceiveBytes(chunk.length, stepBytes)
      yield chunk
    }
  }

  /**
   * Iterates over the connections of a listening socket, until it is closed. After a shortage of descriptors or memory,
   * or a connection that failed, it pauses for a moment and continues; the first error is emitted as a process warning.
   * @param options whose `signal` ends the iteration
   * @throws AbortError when the signal ends it
   * @throws SocketError `EINVAL` where the socket does not listen, `ERR_SOCKET_BUSY`
   * @example
   * for await (const connection of awaited.connections()) connection.close()
   */
  async *connections(options?: ConnectionsOptions): AsyncGenerator<AsyncSocket, void, undefined> {
    checkOptionNames(options, CONNECTIONS_OPTIONS)
    let isShort = false
    while (!this.closed) {
      const connection = await this.accept(options).catch((error: unknown) =>
        this.closed ? undefined : pauseAfter(error, this.#channel.isRefed, !isShort),
      )
      isShort = connection === undefined
      if (connection !== undefined) yield connection
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

  /** The process stays alive while a verb of this socket's waits: so it is unless `unref` was called. */
  ref(): this {
    this.#channel.isRefed = true
    return this
  }

  /** The process may end while a verb of this socket's waits. */
  unref(): this {
    this.#channel.isRefed = false
    return this
  }

  /**
   * Ends the socket; `close(2)`. Verbs that wait reject with `ERR_SOCKET_CLOSED`. It never waits; data that was sent goes
   * out in the background, whatever SO_LINGER says, unless that is 0. Closing again does nothing.
   * @throws SocketError for an error of the kernel's, such as `EIO`
   * @example
   * awaited.close()
   */
  close(): void {
    const descriptor = descriptorOf(this)
    if (descriptor.fd < 0) return
    this.#failPending('ERR_SOCKET_CLOSED', 'the socket is closed')
    const error = this.#channel.close()
    if (error !== null) throw error
  }

  /** Closes the socket at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** Closes the socket at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /**
   * Gives the descriptor away: its number, which the caller now has to close. It is non-blocking, unless it was adopted
   * blocking. Verbs that wait reject with `ERR_SOCKET_DETACHED`.
   * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup
   * @throws SocketError `ERR_READER_HOLDS_DATA`
   * @example
   * const fd = awaited.detach()
   */
  override detach(): number {
    const fd = descriptorOf(this).detach('non-blocking')
    this.#failPending('ERR_SOCKET_DETACHED', 'the descriptor was given away')
    return fd
  }

  /**
   * A Socket, whose verbs block, in place of this one: it takes over the descriptor, the timeout, the peer and the bytes
   * that the reader holds. This object is detached.
   * @throws SocketError `ERR_SOCKET_BUSY` while a verb waits
   * @throws SocketError `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`
   * @example
   * const blocking = awaited.toBlocking()
   * console.log(blocking.recv(1024))
   */
  toBlocking(): Socket {
    return new Socket(takeIdleDescriptor(this).closeWhenDropped())
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `AsyncSocket ${inspect(describe(descriptorOf(this), 'await'), options)}`
  }

  /** @internal */
  override toJSON(): SocketDescription {
    return describe(descriptorOf(this), 'await')
  }

  /** Makes arguments that are wrong a rejection, and reports them before anything waits. */
  #checked<Result>(begin: () => Promise<Result>): Promise<Result> {
    try {
      return begin()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #perform<Argument, Result>(
    verb: SocketVerb<Argument, Result>,
    argument: Argument,
    flags: number,
    options: AsyncOptions | undefined,
    mode: number = descriptorOf(this).timeout,
  ): Promise<Result> {
    // Not by #checked: this is called for each message, and a closure costs as much as the checks.
    try {
      const limit = effectiveTimeout(options, mode, verb.syscall)
      const signal = signalOf(options)
      // Last, because a getter of the options may have closed the socket, or given it away.
      const descriptor = descriptorOf(this)
      descriptor.open(verb.syscall)
      // accept of a socket that does not listen, and a receive of one that does, fail at once: what is known of readiness
      // must not make them wait.
      const { registration } = this.#channel
      const fails = verb.reads && descriptor.listens !== (verb.syscall === 'accept')
      if (fails && registration.reader === null) registration.readable = true
      return perform(this.#channel, verb, argument, flags, limit, signal)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Performs a verb without arguments, whose options are those of every awaited verb. */
  #performNamed<Result>(verb: SocketVerb<undefined, Result>, options: AsyncOptions | undefined): Promise<Result> {
    return this.#checked(() => {
      checkOptionNames(options, ASYNC_OPTIONS)
      return this.#perform(verb, undefined, 0, options)
    })
  }

  #receive<Argument, Result>(
    verb: SocketVerb<Argument, Result>,
    argument: Argument,
    flags: number,
    options: AsyncOptions | undefined,
  ): Promise<Result> {
    descriptorOf(this).checkNothingUnread(verb.syscall)
    return this.#perform(verb, argument, flags, options)
  }

  async #receiveAll(maxBytes: number, flags: number, options: AsyncOptions | undefined): Promise<Buffer | null> {
    // A peek begins anew each time: what it looks at has to fit at once.
    const progress = new GrowingFill(maxBytes, flags & MSG_PEEK ? maxBytes : RECEIVE_BYTES)
    return (await this.#fill(progress, flags, options)) === 0 ? null : progress.take()
  }

  /** What stops it after a part is reported by the next call: the part is the result, as the kernel has it. */
  #fill(progress: FillProgress, flags: number, options: AsyncOptions | undefined): Promise<number> {
    const verb = flags & MSG_PEEK ? PEEK_ALL : FILL
    return this.#receive(verb, progress, flags & ~MSG_WAITALL, options).catch((error: unknown) => {
      if (progress.filled > 0) return progress.filled
      throw error
    })
  }

  #failPending(code: string, reason: string): void {
    for (const reads of [true, false]) {
      const pending = pendingIn(this.#channel, reads)
      // Most sockets are closed when nothing waits, and an error costs more than closing.
      pending?.fail(stateError(code, pending.verb.syscall, reason))
    }
  }
}

export interface AsyncSocket extends AsyncVerbs {}
