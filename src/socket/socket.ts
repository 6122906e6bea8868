// The blocking face of a socket: every verb waits as the socket's mode says. What never waits is in face.ts.

import { type InspectOptions, inspect } from 'node:util'
import { checkAddress, checkIsAddress, errorTarget } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import type { Data, GatheredData, WritableData } from '../core/bytes.js'
import { Deadline, effectiveTimeout, FOREVER, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { notAsync } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { checkBoolean, isInstance } from '../core/validate.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { AF_INET, AF_UNIX, SOCK_STREAM } from '../native/generated/constants.js'
import '../native/signals.js'
import { connect, connectEx } from './connecting.js'
import type { SocketConversions } from './conversions.js'
import { describe, type SocketDescription } from './description.js'
import { Descriptor, required } from './descriptor.js'
import { descriptorOf, SocketFace } from './face.js'
import { checkFile, checkWholePart } from './file-part.js'
import { accept, adopt, duplicate, openPair, openSocket } from './opening.js'
import { SocketReader } from './reader.js'
import type { ReaderOptions } from './reader-buffer.js'
import { fillReader, readerBuffer } from './reader-source.js'
import {
  awaitReadiness,
  checkReceive,
  receive,
  receiveFlags,
  receiveFrom,
  receiveFromInto,
  receiveInto,
  roomOf,
} from './receiving.js'
import { partToSend, send, sendAll, sendFile, sendFileAll, sendFlags, sendTo } from './sending.js'
import {
  FILE_TRANSFER_OPTIONS,
  type FileOptions,
  type OpenFile,
  RANGE_TRANSFER_OPTIONS,
  type RangeOptions,
  type Readiness,
  type Received,
  type ReceivedInto,
  TRANSFER_OPTIONS,
  type TransferOptions,
} from './transfer-options.js'

/** How much one step of an iteration over a stream receives at most. */
const CHUNK_BYTES = 65536

/**
 * A socket of the kernel's. A new one blocks: every verb waits until it is done. `setTimeout` limits the wait,
 * `setBlocking(false)` forbids it, and a verb's `try` twin never waits, whatever the mode.
 * @example
 * using socket = new Socket()
 * socket.connect({ host: 'localhost', port: 80 })
 * socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 * for (let bytes = socket.recv(1024); bytes !== null; bytes = socket.recv(1024)) process.stdout.write(bytes)
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the layer that declares a conversion also makes it
export class Socket extends SocketFace {
  #reader: SocketReader | null = null

  /**
   * Makes a socket; `socket(2)`. It blocks, and child processes do not inherit it.
   * @param family AF_INET unless given
   * @param type SOCK_STREAM unless given
   * @param protocol 0, the family's default, unless given
   * @throws SocketError `EAFNOSUPPORT`, `EPROTONOSUPPORT` where the kernel lacks it
   * @throws SocketError `EMFILE`, `ENFILE` where descriptors ran out
   * @throws SocketError `EPERM` without the privilege, such as for SOCK_RAW
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, RangeError `ERR_OUT_OF_RANGE` for what is no constant
   * @example
   * const socket = new Socket(AF_INET6, SOCK_DGRAM)
   */
  constructor(family?: Family, type?: SocketType, protocol?: Protocol)
  /** @internal */
  constructor(descriptor: Descriptor)
  constructor(first: Family | Descriptor = AF_INET, type: SocketType = SOCK_STREAM, protocol: Protocol = 0) {
    super(isInstance(first, Descriptor) ? first : openSocket(first, type, protocol))
  }

  /**
   * Makes two sockets that are connected to each other; `socketpair(2)`. For a child process
   * `const fd = end.detach()`, which blocks, in `stdio` of `spawn`, then `closeSync(fd)`.
   * @param family AF_UNIX unless given
   * @throws SocketError `ENOTSUP` for a family that has no pairs
   * @throws SocketError `EMFILE`, `ENFILE` where descriptors ran out
   * @example
   * const [a, b] = Socket.pair()
   * a.send('hello')
   * b.recv(5)
   */
  static pair(family: Family = AF_UNIX, type: SocketType = SOCK_STREAM, protocol: Protocol = 0): [Socket, Socket] {
    const [a, b] = openPair(family, type, protocol)
    return [new Socket(a), new Socket(b)]
  }

  /**
   * Adopts a descriptor that something else opened: a parent process, a service manager, another thread. The socket
   * owns it from then on and closes it. Family, type, protocol and whether it listens are asked of the kernel. The flag
   * O_NONBLOCK is put back as it was found by `detach` and `close`.
   * @throws SocketError `EBADF`, `ENOTSOCK`
   * @throws SocketError `ERR_FD_OWNED` where a socket of this process owns it already
   * @example
   * const listener = Socket.fromFd(3)
   */
  static fromFd(fd: number): Socket {
    return new Socket(adopt(fd))
  }

  /** Whether verbs wait: not after `setBlocking(false)` or `setTimeout(0)`. */
  get blocking(): boolean {
    return descriptorOf(this).timeout !== 0
  }

  /**
   * Chooses between waiting for ever (`true`, as a new socket does) and never waiting (`false`). It concerns this
   * object alone: a duplicate, here or in another process, keeps its own mode.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * socket.setBlocking(false)
   * if (socket.tryRecv(1024) === undefined) console.log('nothing yet')
   */
  setBlocking(flag: boolean): void {
    checkBoolean(flag, 'flag')
    descriptorOf(this).open('setBlocking')
    descriptorOf(this).timeout = flag ? FOREVER : 0
  }

  /**
   * Waits for a connection and returns its socket, which blocks whatever the mode of this one; `accept(2)`.
   * A connection that failed before it was accepted is passed over.
   * @throws WouldBlockError `EAGAIN`
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws SocketError `EMFILE`, `ENFILE`; `EINVAL` where the socket does not listen
   * @example
   * using connection = listener.accept({ timeout: 1000 })
   * console.log(connection.peerAddress)
   */
  accept(options?: WaitOptions): Socket {
    checkOptionNames(options, WAIT_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'accept')
    const accepted = accept(descriptorOf(this), limit)
    return new Socket(required(accepted, 'accept').closeWhenDropped())
  }

  /**
   * `accept` that never waits.
   * @returns `undefined` where no connection waits
   * @example
   * const connection = listener.tryAccept()
   */
  tryAccept(): Socket | undefined {
    const accepted = accept(descriptorOf(this), 0)
    return accepted && new Socket(accepted.closeWhenDropped())
  }

  /**
   * Connects to `address`, or chooses the peer of a datagram socket; `connect(2)`. A host that is a name is looked up
   * within the same time limit, and its first address of this socket's family is taken (createConnection tries all).
   * After a timeout or an interruption the connect continues in the background: call again to wait on.
   * @throws WouldBlockError `EINPROGRESS`, then `EALREADY`, in non-blocking mode
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws ResolveError where the name does not resolve
   * @throws SocketError `ECONNREFUSED`, `ETIMEDOUT`, `EHOSTUNREACH`, `EISCONN`
   * @example
   * const socket = new Socket()
   * socket.connect({ host: 'localhost', port: 6379 }, { timeout: 2000 })
   */
  connect(address: AddressInput, options?: WaitOptions): void {
    checkAddress(address, 'address', WAIT_OPTIONS)
    checkOptionNames(options, WAIT_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'connect', () => errorTarget(address))
    const result = connect(descriptorOf(this), address, limit)
    if (result < 0) throw descriptorOf(this).failed(result, 'connect', limit, errorTarget(address))
  }

  /**
   * Like `connect`, with the outcome as a number: 0, or a positive errno (`errnoName` names it); Python's `connect_ex`.
   * In non-blocking mode first `EINPROGRESS`, then `EALREADY` until it has ended. A timeout that ran out is `EAGAIN`.
   * @throws ResolveError for a name that does not resolve
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @throws TypeError, RangeError for misuse; nothing else
   * @example
   * socket.setBlocking(false)
   * const outcome = socket.connectEx({ host: '127.0.0.1', port: 80 })
   * if (outcome !== 0 && outcome !== errno.EINPROGRESS) console.error(errnoName(outcome))
   */
  connectEx(address: AddressInput): number {
    checkAddress(address, 'address')
    return connectEx(descriptorOf(this), address)
  }

  /**
   * Receives at most `maxBytes` bytes; `recv(2)`. Waits until there are some, as the socket's mode says. The call
   * allocates `maxBytes` of memory: for a length that a peer announces, use `reader().readExactly`, whose memory grows
   * with the bytes that arrive.
   * @returns the bytes in a Buffer of the caller's own; on a stream `null` once the peer has ended its side
   * @throws WouldBlockError `EAGAIN`
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws SocketError `ECONNRESET`, `ENOTCONN`
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_READER_HOLDS_DATA`
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @example
   * const bytes = socket.recv(1024)
   * if (bytes === null) console.log('the peer has closed its side')
   */
  recv(maxBytes: number, options?: TransferOptions): Buffer | null {
    checkOptionNames(options, TRANSFER_OPTIONS)
    const flags = checkReceive(descriptorOf(this), maxBytes, options)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recv')
    const descriptor = descriptorOf(this)
    return required(receive(descriptor, maxBytes, flags, limit), 'recv', descriptor)
  }

  /**
   * Receives into memory of the caller's; `recv(2)`. With `MSG_TRUNC`, a datagram's whole size, which may exceed it.
   * @returns how many bytes; 0 at the end of a stream
   * @throws SocketError, RangeError as `recv`
   * @example
   * const block = Buffer.alloc(65536)
   * const count = socket.recvInto(block)
   */
  recvInto(buffer: WritableData, options?: RangeOptions & WaitOptions): number {
    checkOptionNames(options, RANGE_TRANSFER_OPTIONS)
    const flags = receiveFlags(descriptorOf(this), options)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recv')
    const view = roomOf(descriptorOf(this), buffer, options)
    const descriptor = descriptorOf(this)
    return required(receiveInto(descriptor, view, flags, limit), 'recv', descriptor)
  }

  /**
   * Receives a datagram and its sender; `recvfrom(2)`. Bytes beyond `maxBytes` are lost, as the kernel has it.
   * It is for datagrams: the end of a stream is an empty Buffer here, and `null` in `recv`.
   * @throws SocketError, RangeError as `recv`
   * @example
   * const { data, address } = socket.recvFrom(2048)
   */
  recvFrom(maxBytes: number, options?: TransferOptions): Received {
    checkOptionNames(options, TRANSFER_OPTIONS)
    const flags = checkReceive(descriptorOf(this), maxBytes, options)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvfrom')
    return required(receiveFrom(descriptorOf(this), maxBytes, flags, limit), 'recvfrom')
  }

  /**
   * `recvFrom` into memory of the caller's.
   * @throws SocketError, RangeError as `recv`
   * @example
   * const { bytes, address } = socket.recvFromInto(block)
   */
  recvFromInto(buffer: WritableData, options?: RangeOptions & WaitOptions): ReceivedInto {
    checkOptionNames(options, RANGE_TRANSFER_OPTIONS)
    const flags = receiveFlags(descriptorOf(this), options)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvfrom')
    const view = roomOf(descriptorOf(this), buffer, options)
    return required(receiveFromInto(descriptorOf(this), view, flags, limit), 'recvfrom')
  }

  /**
   * Sends; `send(2)`. Waits until the kernel takes at least a part. A string goes out as UTF-8; `offset` and `length` choose
   * a part of the data, in bytes. An array of pieces goes out in one call, as by writev(2), and as one datagram where the
   * socket has datagrams.
   * @returns how many bytes were taken: perhaps not all, see `sendAll`
   * @throws WouldBlockError `EAGAIN`
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws SocketError `EPIPE`, `ECONNRESET`, `EMSGSIZE`
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @example
   * const taken = socket.send('hello')
   * socket.send(['head', Buffer.from('body')])
   */
  send(data: GatheredData, options?: RangeOptions & WaitOptions): number {
    checkOptionNames(options, RANGE_TRANSFER_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'send')
    const flags = sendFlags(options)
    const part = partToSend(data, options, flags)
    const descriptor = descriptorOf(this)
    return required(send(descriptor, part, flags, limit), 'send', descriptor)
  }

  /**
   * Sends all of `data`, one piece or an array of them, with one time limit for the whole. Over TCP the second of two small
   * sends may wait 40 ms for the acknowledgement of the first: send an array, or set TCP_NODELAY.
   * @throws SocketError as `send`; the error's `bytesSent` says how much went out
   * @example
   * socket.sendAll('GET / HTTP/1.0\r\n\r\n', { timeout: 1000 })
   */
  sendAll(data: GatheredData, options?: RangeOptions & WaitOptions): void {
    checkOptionNames(options, RANGE_TRANSFER_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'send')
    const flags = sendFlags(options)
    const part = partToSend(data, options, flags)
    sendAll(descriptorOf(this), part, flags, limit)
  }

  /**
   * Sends one datagram to `address`; `sendto(2)`. A host that is a name is looked up within the same time limit.
   * @throws SocketError as `send`
   * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a name in non-blocking mode
   * @throws ResolveError where the name does not resolve
   * @example
   * socket.sendTo('ping', { host: '127.0.0.1', port: 7 })
   */
  sendTo(data: Data, address: AddressInput, options?: RangeOptions & WaitOptions): number {
    if (options !== undefined) checkIsAddress(address, 'address')
    checkOptionNames(options, RANGE_TRANSFER_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'sendto')
    const flags = sendFlags(options)
    const part = partToSend(data, options, flags)
    return required(sendTo(descriptorOf(this), part, address, flags, limit), 'sendto')
  }

  /**
   * Sends a part of an open file without its bytes passing through JavaScript; `sendfile(2)`. Over TLS, `pread(2)` and
   * encryption take its place.
   * @param file a descriptor, or a FileHandle of node:fs/promises
   * @returns how many bytes were taken: perhaps not all, see `sendFileAll`; 0 at the end of the file
   * @throws SocketError as `send`
   * @throws SocketError `EINVAL` where the file cannot be sent so
   * @example
   * let offset = 0
   * for (let sent = -1; sent !== 0; offset += sent) sent = socket.sendFile(file, { offset })
   */
  sendFile(file: OpenFile, options?: FileOptions & WaitOptions): number {
    checkOptionNames(options, FILE_TRANSFER_OPTIONS)
    const part = checkFile(file, options)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'sendfile')
    return required(sendFile(descriptorOf(this), part, limit), 'sendfile')
  }

  /**
   * Sends a part of an open file, up to its end unless `length` is given, by as many calls of `sendFile` as it takes, with
   * one time limit for the whole; Python's `socket.sendfile`.
   * @returns how many bytes were sent: fewer than `length` where the file ends before
   * @throws SocketError as `sendFile`; the error's `bytesSent` says how much went out
   * @example
   * const sent = socket.sendFileAll(file, { timeout: 60_000 })
   */
  sendFileAll(file: OpenFile, options?: FileOptions & WaitOptions): number {
    checkOptionNames(options, FILE_TRANSFER_OPTIONS)
    const whole = checkWholePart(file, options)
    const deadline = new Deadline(effectiveTimeout(options, descriptorOf(this).timeout, 'sendfile'))
    return sendFileAll(descriptorOf(this), whole, deadline)
  }

  /**
   * Waits until the socket is ready to be read from, written to, or either; `poll(2)` for one socket.
   * @throws WouldBlockError `EAGAIN`
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws TypeError `ERR_INVALID_ARG_VALUE`
   * @example
   * const { read } = socket.wait('both', { timeout: 100 })
   */
  wait(events: 'read' | 'write' | 'both', options?: WaitOptions): Readiness {
    checkOptionNames(options, WAIT_OPTIONS)
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'poll')
    return required(awaitReadiness(descriptorOf(this), events, limit), 'poll')
  }

  /**
   * Ends the socket; `close(2)`. It does not wait, in any mode, unless SO_LINGER asks for it: then a blocking or timed
   * socket waits for unsent data, at most the linger time and its own timeout. The descriptor is free afterwards, also
   * after an error. Duplicates, and other holders' sockets, stay connected. Closing again does nothing.
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT` while it lingers
   * @throws InterruptedError `EINTR` while it lingers
   * @throws SocketError for an error of the kernel's, such as `EIO`
   * @example
   * socket.close()
   */
  close(): void {
    descriptorOf(this).close()
  }

  /** Closes the socket at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * A second socket on the same connection, with its own descriptor and the same mode and timeout; `dup(2)`. To hand
   * it to a worker, pass on `dup().detach()`: the number is the worker's to adopt with `Socket.fromFd`.
   * @throws SocketError `EMFILE`, `ENFILE`
   * @throws SocketError `ERR_SOCKET_CONNECTING`
   * @example
   * const copy = socket.dup()
   */
  dup(): Socket {
    return new Socket(duplicate(descriptorOf(this)))
  }

  /**
   * The socket's one reader, which takes a stream apart into lines and messages.
   * @throws TypeError `ERR_NOT_A_STREAM`
   * @throws TypeError `ERR_INVALID_ARG_VALUE` for options that differ from the first call's
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * const line = socket.reader().readLine()
   */
  reader(options?: ReaderOptions): SocketReader {
    descriptorOf(this).open('reader')
    readerBuffer(descriptorOf(this), options)
    this.#reader ??= new SocketReader({
      buffer: () => readerBuffer(descriptorOf(this)),
      fill: (timeout) => fillReader(descriptorOf(this), timeout),
      failure: (result, timeout) => descriptorOf(this).failed(result, 'recv', timeout),
      timeout: () => descriptorOf(this).timeout,
    })
    return this.#reader
  }

  /**
   * Iterates over the chunks of a stream until its end. Leaving the loop closes nothing. `for await` over it blocks the event
   * loop at each chunk: use `toAsync().chunks()`.
   * @param maxBytes how much one step receives at most; 64 KiB unless given
   * @example
   * for (const chunk of socket.chunks()) process.stdout.write(chunk)
   */
  *chunks(maxBytes: number = CHUNK_BYTES): Generator<Buffer, void, undefined> {
    for (let chunk = this.recv(maxBytes); chunk !== null; chunk = this.recv(maxBytes)) yield chunk
  }

  /**
   * Iterates over the connections of a listening socket, without end.
   * @example
   * for (const connection of listener.connections()) connection.close()
   */
  *connections(): Generator<Socket, never, undefined> {
    for (;;) yield this.accept()
  }

  /**
   * Iterates over the connections of a listening socket, or over the chunks of a stream.
   * @example
   * for (const connection of createServer({ host: '127.0.0.1', port: 0 })) connection.close()
   */
  [Symbol.iterator](): Generator<Socket | Buffer, void, undefined> {
    return descriptorOf(this).listens ? this.connections() : this.chunks()
  }

  /**
   * Refuses `for await`, which would block the event loop at each step: call `toAsync()`, or use `for`. `chunks()` can be
   * awaited, for `Readable.from(socket.chunks())`, and blocks meanwhile.
   * @throws TypeError `ERR_NOT_ASYNC`
   */
  [Symbol.asyncIterator](): never {
    throw notAsync()
  }

  static {
    const { value } = Object.getOwnPropertyDescriptor(Socket.prototype, Symbol.asyncIterator)!
    Object.defineProperty(Socket.prototype.connections.prototype, Symbol.asyncIterator, { value })
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Socket ${inspect(describe(descriptorOf(this), 'blocking'), options)}`
  }

  /** @internal */
  override toJSON(): SocketDescription {
    return describe(descriptorOf(this), 'blocking')
  }
}

export interface Socket extends SocketConversions {}
