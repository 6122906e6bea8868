// Transferring bytes: each verb once, and its try twin, which never waits.

import { constants } from 'node:buffer'
import { type AddressInput, checkInteger, takeAddress } from './addresses.js'
import {
  AF_UNIX,
  MSG_ERRQUEUE,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SOCK_STREAM,
} from './constants.js'
import {
  bytesOf,
  type Data,
  memoryToSend,
  received,
  receivedNothing,
  roomFor,
  SMALL,
  takeFromScratch,
  viewOf,
  type WritableData,
} from './data.js'
import { errorTarget, failure, misuse } from './errors.js'
import { checkOptions, limitOf, type WaitOptions } from './limits.js'
import { CHANGED_MEANWHILE, native } from './native.js'
import { READER_HOLDS_DATA, required } from './socket-base.js'
import { ConnectingSocket, WOULD_BLOCK } from './socket-connect.js'
import type {
  FileOptions,
  FlagOptions,
  OpenFile,
  RangeOptions,
  Readiness,
  Received,
  ReceivedInto,
  TransferOptions,
} from './transfer-options.js'

// Linux transfers at most this much in one call.
const LONGEST = 0x7ffff000
// 0 where there is no such queue.
const ERROR_QUEUE = Math.max(MSG_ERRQUEUE, 0)
const EVENTS: ReadonlyMap<unknown, number> = new Map([
  ['read', POLLIN],
  ['write', POLLOUT],
  ['both', POLLIN | POLLOUT],
])

/** The part of a socket that transfers bytes. Not exported by the package: see Socket. */
export abstract class TransferSocket extends ConnectingSocket {
  /**
   * Receives at most `maxBytes` bytes; `recv(2)`. Waits until there are some, as the socket's mode says.
   * @returns the bytes in a Buffer of the caller's own; on a stream `null` once the peer has ended its side
   * @throws WouldBlockError, SocketTimeoutError, InterruptedError; SocketError such as `ECONNRESET`, `ENOTCONN`;
   *   RangeError `ERR_OUT_OF_RANGE`; SocketError `ERR_SOCKET_CLOSED`, `ERR_READER_HOLDS_DATA`
   * @example
   * const bytes = socket.recv(1024)
   * if (bytes === null) console.log('the peer has closed its side')
   */
  recv(maxBytes: number, options?: TransferOptions): Buffer | null {
    return required(this.receive(maxBytes, options, limitOf(options, this.mode)), 'recv')
  }

  /**
   * `recv` that never waits.
   * @returns `undefined` where there is nothing yet
   */
  tryRecv(maxBytes: number, options?: FlagOptions): Buffer | null | undefined {
    return this.receive(maxBytes, options, 0)
  }

  /**
   * Receives into memory of the caller's; `recv(2)`. With `MSG_TRUNC`, a datagram's whole size, which may exceed it.
   * @returns how many bytes; 0 at the end of a stream
   * @throws as `recv`
   * @example
   * const block = Buffer.alloc(65536)
   * const count = socket.recvInto(block)
   */
  recvInto(buffer: WritableData, options?: RangeOptions & WaitOptions): number {
    return required(this.receiveInto(buffer, options, limitOf(options, this.mode)), 'recv')
  }

  /** `recvInto` that never waits: `undefined` where there is nothing yet. */
  tryRecvInto(buffer: WritableData, options?: RangeOptions): number | undefined {
    return this.receiveInto(buffer, options, 0)
  }

  /**
   * Receives a datagram and tells who sent it; `recvfrom(2)`. What exceeds `maxBytes` is lost, as the kernel has it.
   * It is for datagrams: the end of a stream is an empty Buffer here, and `null` in `recv`.
   * @throws as `recv`
   * @example
   * const { data, address } = socket.recvFrom(2048)
   */
  recvFrom(maxBytes: number, options?: TransferOptions): Received {
    return required(this.receiveFrom(maxBytes, options, limitOf(options, this.mode)), 'recvfrom')
  }

  /** `recvFrom` that never waits: `undefined` where there is nothing yet. */
  tryRecvFrom(maxBytes: number, options?: FlagOptions): Received | undefined {
    return this.receiveFrom(maxBytes, options, 0)
  }

  /** `recvFrom` into memory of the caller's. @throws as `recv` */
  recvFromInto(buffer: WritableData, options?: RangeOptions & WaitOptions): ReceivedInto {
    return required(this.receiveFromInto(buffer, options, limitOf(options, this.mode)), 'recvfrom')
  }

  /** `recvFromInto` that never waits: `undefined` where there is nothing yet. */
  tryRecvFromInto(buffer: WritableData, options?: RangeOptions): ReceivedInto | undefined {
    return this.receiveFromInto(buffer, options, 0)
  }

  /**
   * Sends; `send(2)`. Waits until the kernel takes at least a part. A string goes out as UTF-8.
   * @returns how many bytes were taken: perhaps not all, see `sendAll`
   * @throws WouldBlockError, SocketTimeoutError, InterruptedError; SocketError such as `EPIPE`, `ECONNRESET`, `EMSGSIZE`
   * @example
   * const taken = socket.send('hello')
   */
  send(data: Data, options?: TransferOptions): number {
    return required(this.transmit(data, options, limitOf(options, this.mode)), 'send')
  }

  /** `send` that never waits: `undefined` where the kernel takes nothing now. */
  trySend(data: Data, options?: FlagOptions): number | undefined {
    return this.transmit(data, options, 0)
  }

  /**
   * Sends all of `data`, with one time limit for the whole.
   * @throws as `send`; the error's `bytesSent` says how much went out
   * @example
   * socket.sendAll('GET / HTTP/1.0\r\n\r\n', { timeout: 1000 })
   */
  sendAll(data: Data, options?: TransferOptions): void {
    // The wait loop goes on until all is sent. A datagram goes out whole or not at all.
    const flags = this.flags(options) | (this.type === SOCK_STREAM ? MSG_WAITALL : 0)
    const timeout = limitOf(options, this.mode)
    const bytes = bytesOf(data)
    const size = bytes.length
    let count = 0
    try {
      const limit = this.gate === 0 ? timeout : this.admitted('send', timeout)
      mustStillHave(bytes, size, 'send')
      count = native.send(this.handle, bytes, flags, limit)
      required(this.settle(count, 'send'), 'send')
    } catch (error) {
      throw Object.assign(error as Error, { bytesSent: count < 0 ? native.transferred() : 0 })
    }
  }

  /**
   * Sends one datagram to `address`; `sendto(2)`. A host that is a name is looked up within the same time limit.
   * @throws as `send`; TypeError `ERR_NAME_NOT_NUMERIC` for a name in non-blocking mode; ResolveError
   * @example
   * socket.sendTo('ping', { host: '127.0.0.1', port: 7 })
   */
  sendTo(data: Data, address: AddressInput, options?: TransferOptions): number {
    return required(this.transmitTo(data, address, options, limitOf(options, this.mode)), 'sendto')
  }

  /** `sendTo` that never waits, for a numeric host: `undefined` where the kernel takes nothing now. */
  trySendTo(data: Data, address: AddressInput, options?: FlagOptions): number | undefined {
    return this.transmitTo(data, address, options, 0)
  }

  /**
   * Sends a part of an open file without its bytes passing through JavaScript; `sendfile(2)`.
   * @param file a descriptor, or a FileHandle of node:fs/promises
   * @returns how many bytes were taken: perhaps not all; 0 at the end of the file
   * @throws as `send`; SocketError `EINVAL` where the file cannot be sent so
   * @example
   * let offset = 0
   * for (let sent = -1; sent !== 0; offset += sent) sent = socket.sendFile(file, { offset })
   */
  sendFile(file: OpenFile, options?: FileOptions & WaitOptions): number {
    return required(this.transmitFile(file, options, limitOf(options, this.mode)), 'sendfile')
  }

  /** `sendFile` that never waits for the peer (it may for the disk): `undefined` where the kernel takes nothing now. */
  trySendFile(file: OpenFile, options?: FileOptions): number | undefined {
    return this.transmitFile(file, options, 0)
  }

  /**
   * Waits until the socket is ready to be read from, written to, or either; `poll(2)` for one socket.
   * @throws WouldBlockError, SocketTimeoutError, InterruptedError
   * @example
   * const { read } = socket.wait('both', { timeout: 100 })
   */
  wait(events: 'read' | 'write' | 'both', options?: WaitOptions): Readiness {
    return required(this.await(events, limitOf(options, this.mode)), 'poll')
  }

  /** For what the socket is ready now: `undefined` where for none of it. */
  tryWait(events: 'read' | 'write' | 'both'): Readiness | undefined {
    return this.await(events, 0)
  }

  private receive(maxBytes: number, options: FlagOptions | undefined, timeout: number): Buffer | null | undefined {
    const flags = this.receiveFlags(maxBytes, options)
    const limit = this.gate === 0 ? timeout : this.admitReceive('recv', timeout)
    if (limit === WOULD_BLOCK) return undefined
    const buffer = roomFor(maxBytes)
    const count = native.recv(this.handle, buffer ?? maxBytes, flags, limit)
    if (count <= 0) receivedNothing(buffer)
    if (this.settle(count, 'recv') === undefined) return undefined
    if (count === 0 && this.hasEnd && this.atEnd(flags)) return null
    return received(buffer, Math.min(count, maxBytes))
  }

  /**
   * Whether 0 bytes were the end: a SOCK_SEQPACKET can also have received a message without bytes, and the queue of errors
   * has entries without any, such as that of a finished MSG_ZEROCOPY.
   */
  private atEnd(flags: number): boolean {
    // Unix sockets have no such queue, and receive in spite of the flag.
    if (flags & ERROR_QUEUE && this.family !== AF_UNIX) return false
    if (this.type === SOCK_STREAM) return true
    const came = native.wait(this.handle, POLLRDHUP, 0)
    return came > 0 && (came & (POLLRDHUP | POLLHUP)) !== 0
  }

  private receiveFrom(maxBytes: number, options: FlagOptions | undefined, timeout: number): Received | undefined {
    const flags = this.receiveFlags(maxBytes, options)
    const limit = this.gate === 0 ? timeout : this.admitReceive('recvfrom', timeout)
    if (limit === WOULD_BLOCK) return undefined
    const buffer = roomFor(maxBytes)
    const count = native.recvFrom(this.handle, buffer ?? maxBytes, flags, limit)
    if (count <= 0) receivedNothing(buffer)
    if (this.settle(count, 'recvfrom') === undefined) return undefined
    return { data: received(buffer, Math.min(count, maxBytes)), address: takeAddress() }
  }

  /** Settles what a `recv` answered that somebody else made; as `tryRecvInto`. @internal */
  settleReceived(answer: number): number | undefined {
    return this.settle(answer, 'recv')
  }

  private receiveInto(buffer: WritableData, options: RangeOptions | undefined, timeout: number): number | undefined {
    const flags = options === undefined ? 0 : this.inputFlags(options)
    const view = this.part(buffer, options)
    const size = view.length
    const limit = this.gate === 0 ? timeout : this.admitReceive('recv', timeout)
    if (limit === WOULD_BLOCK) return undefined
    mustStillHave(view, size, 'recv')
    if (flags !== 0 || view.length > SMALL) return this.settle(native.recv(this.handle, view, flags, limit), 'recv')
    // For few bytes a copy costs less than to tell the addon of the view.
    const count = this.settle(native.recv(this.handle, view.length, flags, limit), 'recv')
    if (count === undefined || count === 0) return count
    mustStillHave(view, count, 'recv')
    takeFromScratch(view, count)
    return count
  }

  private receiveFromInto(
    buffer: WritableData,
    options: RangeOptions | undefined,
    timeout: number,
  ): ReceivedInto | undefined {
    const flags = this.inputFlags(options)
    const view = this.part(buffer, options)
    const size = view.length
    const limit = this.gate === 0 ? timeout : this.admitReceive('recvfrom', timeout)
    if (limit === WOULD_BLOCK) return undefined
    mustStillHave(view, size, 'recvfrom')
    const bytes = native.recvFrom(this.handle, view, flags, limit)
    if (this.settle(bytes, 'recvfrom') === undefined) return undefined
    return { bytes, address: takeAddress() }
  }

  private transmit(data: Data, options: FlagOptions | undefined, timeout: number): number | undefined {
    const flags = this.flags(options)
    const limit = this.gate === 0 ? timeout : this.admit('send', timeout)
    if (limit === WOULD_BLOCK) return void bytesOf(data)
    return this.settle(native.send(this.handle, memoryToSend(data, flags), flags, limit), 'send')
  }

  private transmitTo(
    data: Data,
    address: AddressInput,
    options: FlagOptions | undefined,
    timeout: number,
  ): number | undefined {
    const flags = this.flags(options)
    const view = bytesOf(data)
    let limit = this.gate === 0 ? timeout : this.admit('sendto', timeout)
    if (limit === WOULD_BLOCK) return undefined
    limit = this.place(address, limit)
    this.open('sendto')
    const count = native.sendTo(this.handle, memoryToSend(view, flags), flags, limit)
    // The error's fields are made only where there is an error.
    return this.settle(count, 'sendto', count < 0 ? errorTarget(address) : undefined)
  }

  private transmitFile(file: OpenFile, options: FileOptions | undefined, timeout: number): number | undefined {
    const descriptor = typeof file === 'number' ? file : file?.fd
    checkInteger(descriptor, 'file', 0, 0x7fffffff)
    checkOptions(options)
    const { offset, length = LONGEST } = options ?? {}
    if (offset !== undefined) checkInteger(offset, 'offset', 0, Number.MAX_SAFE_INTEGER)
    checkInteger(length, 'length', 1, Number.MAX_SAFE_INTEGER)
    const limit = this.gate === 0 ? timeout : this.admit('sendfile', timeout)
    if (limit === WOULD_BLOCK) return undefined
    const most = Math.min(length, LONGEST)
    return this.settle(native.sendFile(this.handle, descriptor, offset ?? -1, most, this.shared, limit), 'sendfile')
  }

  private await(events: 'read' | 'write' | 'both', timeout: number): Readiness | undefined {
    const wanted = EVENTS.get(events)
    if (wanted === undefined) {
      throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', "events must be 'read', 'write' or 'both'")
    }
    const limit = this.gate === 0 ? timeout : this.admit('poll', timeout)
    if (limit === WOULD_BLOCK) return undefined
    const ready = this.settle(native.wait(this.handle, wanted, limit), 'poll')
    if (ready === undefined) return undefined
    const has = (bits: number): boolean => (ready & bits) !== 0
    return { read: has(POLLIN), write: has(POLLOUT), error: has(POLLERR), hangup: has(POLLHUP) }
  }

  /** Lets a receiving verb pass: not while the reader holds bytes that come first. */
  private admitReceive(syscall: string, timeout: number): number {
    if (this.gate & READER_HOLDS_DATA) this.whole(syscall)
    return this.admit(syscall, timeout)
  }

  /** Lets a verb pass that has no try twin. */
  private admitted(syscall: string, timeout: number): number {
    const limit = this.admit(syscall, timeout)
    return limit === WOULD_BLOCK ? required<number>(undefined, syscall) : limit
  }

  /** The flags of a call. MSG_WAITALL is the wait loop's own, and means something for the bytes of a stream alone. */
  private flags(options: FlagOptions | undefined): number {
    return checkedFlags(options) & ~MSG_WAITALL
  }

  private inputFlags(options: FlagOptions | undefined): number {
    return this.type === SOCK_STREAM ? checkedFlags(options) : this.flags(options)
  }

  private receiveFlags(maxBytes: number, options: FlagOptions | undefined): number {
    checkInteger(maxBytes, 'maxBytes', this.hasEnd ? 1 : 0, constants.MAX_LENGTH)
    if (options === undefined) return 0
    const flags = this.inputFlags(options)
    if (this.type === SOCK_STREAM && flags & MSG_TRUNC) {
      throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'flags: MSG_TRUNC discards the bytes of a stream: use recvInto')
    }
    return flags
  }

  /** The part of a buffer that is to be filled. Nothing to fill on a stream would look like its end. */
  private part(buffer: WritableData, options: RangeOptions | undefined): Uint8Array {
    const { offset, length } = options ?? {}
    const view = viewOf(buffer)
    if (options === undefined && view.length > 0) return view
    if (offset !== undefined) checkInteger(offset, 'offset', 0, view.length)
    const rest = view.length - (offset ?? 0)
    if (length !== undefined) checkInteger(length, 'length', 0, rest)
    if (this.hasEnd && (length ?? rest) === 0) {
      throw misuse(RangeError, 'ERR_OUT_OF_RANGE', 'buffer must have room for at least one byte')
    }
    if (offset === undefined && length === undefined) return view
    const begin = offset ?? 0
    return view.subarray(begin, begin + (length ?? rest))
  }
}

/** Throws where JavaScript of a debugger, run while something was waited for, detached or shrank the memory. */
function mustStillHave(view: Uint8Array, size: number, syscall: string): void {
  if (view.length < size) throw failure(CHANGED_MEANWHILE, syscall)
}

function checkedFlags(options: FlagOptions | undefined): number {
  if (options === undefined) return 0
  checkOptions(options)
  const { flags = 0 } = options
  checkInteger(flags, 'flags', 0, 0x7fffffff)
  return flags
}
