// socket/ is the socket without the event loop: what it owns, its verbs, and its blocking face.
//
//   descriptor.ts    an open socket, as all its faces share it
//   opening.ts       socket(2), socketpair(2), accept(2), dup(2), adopting a descriptor
//   connecting.ts, receiving.ts, sending.ts, shutdown.ts, options.ts
//                    the verbs: functions over a Descriptor, which with a timeout of 0 never wait
//   face.ts          what Socket and AsyncSocket share: facts, options, the `try` verbs
//   socket.ts        the verbs that block
//   reader*.ts       lines and messages of a stream
//   transport.ts     the interface under receiving and sending
//   watcher.ts       how a Selector and the event loop observe a socket
//
// This file: a Descriptor owns the kernel's descriptor, and what belongs to the connection whichever face has it: the
// timeout, the peer, bytes held for the reader, the state of a connect. The faces are Socket, AsyncSocket, the
// connections of handlers, and streams. A face that gives its socket away hands over its Descriptor and keeps a
// detached one.

import { decodeAddress, rulesOf } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import { FOREVER } from '../core/deadline.js'
import {
  type ErrorTarget,
  failure,
  type SocketError,
  stateError,
  type WouldBlockError,
  withFields,
  withMessage,
  wouldBlock,
} from '../core/errors.js'
import { native, TIMED_OUT } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { recordsStacks } from '../native/environment.js'
import { errno } from '../native/errno.js'
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  SHUT_WR,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../native/generated/constants.js'
import { type ConnectState, cancelLookup, UNCONNECTED } from './connect-state.js'
import { type CloseMessage, closes, type ErrorMessage, errors } from './diagnostics.js'
import { peerPlaceOf, placeOf, unconnectedReason } from './failed-place.js'
import { type FilePart, fdOf } from './file-part.js'
import type { ReaderBuffer } from './reader-buffer.js'
import type { Transport } from './transport.js'
import { type Watcher, Watchers } from './watcher.js'

// Why a verb may not simply make its system call: bits of `gate`, which is 0 on the common path.
export const CLOSED = 1
export const DETACHED = 2
export const LOOKING_UP = 4
export const READER_HOLDS_DATA = 8
/** A layer is between the verbs and the kernel. */
export const LAYERED = 16

// What is known of a socket: bits of `traits`, because a server has many sockets and a boolean field takes a whole word.
export const LISTENS = 1
/** Others may hold the same open file description, and clear its O_NONBLOCK. */
export const SHARED = 2
/** SO_LINGER may be set. */
export const LINGERS = 4
/** It was adopted without O_NONBLOCK, which is put back in the end. */
export const ADOPTED_BLOCKING = 8
/** SO_RCVLOWAT may be set: readiness may be withheld while bytes are there. */
export const HAS_LOW_WATER_MARK = 16
/** Its descriptor is closed soon after the object is dropped, where the event loop turns. */
const CLOSED_WHEN_DROPPED = 32
/** A receive that returns less than asked for proves that the kernel holds no more. */
const CONTINUOUS = 64
/** A watcher observes every verb. */
const OBSERVED = 128
/** It was adopted: another owner's O_NONBLOCK stays as it was found. */
export const ADOPTED = 256
/** From this bit on, how often it was handed from one face to another. */
const MOVE = 1 << 16
const MAX_TRAITS = 0x3fffffff

// Of the stream protocols known here only TCP returns all that it has: unix sockets stop at the bytes of another process
// and at passed descriptors, SCTP stops after each message.
const CONTINUOUS_PROTOCOLS: readonly number[] = [0, IPPROTO_TCP, IPPROTO_MPTCP]

const NO_CONTROL = new Uint8Array(0)

const READING_CALLS: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'accept'])

// Where the event loop turns, dropped sockets are closed soon; in synchronous code the addon's own sweeps do it.
// `setImmediate` as it is now: a test may replace it by fake timers.
const { setImmediate } = globalThis
let isSwept = false
const dropped = new FinalizationRegistry<undefined>(closeDropped)

/** Closes the descriptors of dropped sockets. One sweep finds all that a garbage collection has freed. */
export function closeDropped(): void {
  if (isSwept) return
  isSwept = true
  setImmediate(() => {
    isSwept = false
  }).unref()
  native.sweep()
}

export class Descriptor implements Transport {
  /** The kernel's number; -1 once it is closed or given away. */
  fd: number
  readonly family: Family
  readonly type: SocketType
  readonly protocol: Protocol
  gate = 0
  traits = 0
  /** How long verbs wait: milliseconds; FOREVER, 0 never. */
  timeout: number = FOREVER
  /** The peer of an accepted connection, as accept(2) returned it. */
  peer: Address | null = null
  connecting: ConnectState = UNCONNECTED
  /** What was received for the reader and not read yet. */
  unread: ReaderBuffer | null = null
  #watcher: Watcher | null = null

  constructor(fd: number, family: Family, type: SocketType, protocol: Protocol) {
    this.fd = fd
    this.family = family
    this.type = type
    this.protocol = protocol
    if (this.isTcp) this.traits |= CONTINUOUS
    if (fd >= 0) native.own(fd, this, recordsStacks ? (new Error().stack ?? '') : '')
  }

  /** One without a number, for a face that was given away: what was known of the socket stays readable there. */
  static detached({ family, type, protocol, timeout, peer }: Descriptor): Descriptor {
    const descriptor = new Descriptor(-1, family, type, protocol)
    descriptor.gate = DETACHED
    descriptor.timeout = timeout
    descriptor.peer = peer
    return descriptor
  }

  /** Closes the descriptor soon after this object is dropped; not needed where a server holds it until it is closed. */
  closeWhenDropped(): this {
    if ((this.traits & CLOSED_WHEN_DROPPED) === 0) dropped.register(this, undefined)
    this.traits |= CLOSED_WHEN_DROPPED
    return this
  }

  get closed(): boolean {
    return (this.gate & CLOSED) !== 0
  }

  get listens(): boolean {
    return (this.traits & LISTENS) !== 0
  }

  /** Whether others may hold the open file description. */
  get isShared(): boolean {
    return (this.traits & SHARED) !== 0
  }

  /** Whether 0 received bytes are the end. */
  get hasEnd(): boolean {
    return this.type === SOCK_STREAM || this.type === SOCK_SEQPACKET
  }

  get isInternet(): boolean {
    return this.family === AF_INET || this.family === AF_INET6
  }

  get isTcp(): boolean {
    return this.isInternet && this.type === SOCK_STREAM && CONTINUOUS_PROTOCOLS.includes(this.protocol)
  }

  // The transport that the kernel is.

  receiveBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    return native.recv(this.fd, memory, flags, timeout)
  }

  sendBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    return native.send(this.fd, memory, flags, timeout)
  }

  /** Sends several parts in one call; with MSG_WAITALL, all of them. */
  sendParts(parts: readonly Uint8Array[], flags: number, timeout: number): number {
    return native.sendMsg(this.fd, parts, NO_CONTROL, false, flags, timeout)
  }

  sendFile({ file, offset, length }: FilePart, timeout: number): number {
    const fd = fdOf(file)
    return native.sendFile(this.open('sendfile'), fd, offset, length, this.isShared, timeout)
  }

  endSending(): number {
    return native.shutdown(this.fd, SHUT_WR)
  }

  get heldBytes(): number {
    return 0
  }

  get unsentBytes(): number {
    return 0
  }

  failure(result: number, syscall: string, target?: ErrorTarget): SocketError {
    // The peer has refused a datagram that an earlier call sent.
    const isLate = result === -errno.ECONNREFUSED && target === undefined
    const error = failure(result, syscall, (isLate ? peerPlaceOf(this) : target) ?? {})
    const mayBeUnconnected = result === -errno.EPIPE || result === -errno.ENOTCONN
    const reason = mayBeUnconnected ? unconnectedReason(this, syscall) : null
    return reason === null ? error : withMessage(error, `${error.message}: ${reason}`)
  }

  /** The error for a negative result of a call that could wait so long; where its time is over, also with the peer. */
  failed(result: number, syscall: string, timeout: number, target?: ErrorTarget): SocketError {
    if (result !== TIMED_OUT) return this.failure(result, syscall, target)
    return this.failure(result, syscall, { ...(target ?? placeOf(this)), timeout })
  }

  waitsToRead(operationReads: boolean): boolean {
    return operationReads
  }

  get isDirect(): boolean {
    return true
  }

  get isContinuous(): boolean {
    // Another holder may read from it too, and then nothing follows from what this one received.
    return (this.traits & (CONTINUOUS | SHARED | HAS_LOW_WATER_MARK)) === CONTINUOUS
  }

  /** Whether there are bytes that poll(2) does not see: those of a layer, or of the reader. */
  get offersBytes(): boolean {
    return this.heldBytes > 0 || this.unread?.offersBytes === true
  }

  // What verbs ask before and after their system call.

  /** The number, of a socket that has neither been closed nor given away. */
  open(syscall: string): number {
    if (this.gate & CLOSED) throw stateError('ERR_SOCKET_CLOSED', syscall, 'the socket is closed')
    if (this.gate & DETACHED) throw stateError('ERR_SOCKET_DETACHED', syscall, 'the descriptor was given away')
    return this.fd
  }

  /** The number, of a socket that holds nothing above the kernel: no lookup under way, no bytes for its reader. */
  bare(syscall: string): number {
    const fd = this.open(syscall)
    this.checkNoLookup(syscall)
    this.checkNothingUnread(syscall)
    return fd
  }

  checkNoLookup(syscall: string): void {
    if ((this.gate & LOOKING_UP) === 0) return
    throw stateError('ERR_SOCKET_CONNECTING', syscall, 'a lookup for connect is under way')
  }

  /** Throws while the reader holds bytes, which come before those that are still to be received. */
  checkNothingUnread(syscall: string): void {
    if ((this.gate & READER_HOLDS_DATA) === 0) return
    throw stateError('ERR_READER_HOLDS_DATA', syscall, 'the reader holds received bytes: take them with takeBuffered()')
  }

  /** From the reader's buffer: whether it holds bytes; where it does, a call may return some of them. */
  holds(bytes: boolean): void {
    if (bytes) this.gate |= READER_HOLDS_DATA
    else this.gate &= ~READER_HOLDS_DATA
    if (bytes) this.#watcher?.readerHolds?.()
  }

  /**
   * Returns a count, or `undefined` where the verb would block.
   * @param timeout how long the verb could wait, for the error where it waited in vain
   * @throws SocketError for any other native result
   */
  settle(result: number, syscall: string, timeout: number, target?: ErrorTarget): number | undefined {
    if (this.traits & OBSERVED) this.reportAttempt(result, syscall)
    return result >= 0 ? result : this.#settleFailure(result, syscall, timeout, target)
  }

  #settleFailure(result: number, syscall: string, timeout: number, target?: ErrorTarget): undefined {
    if (wouldBlock(result)) return undefined
    throw this.published(this.failed(result, syscall, timeout, target))
  }

  /** Reports to the watchers whether a verb made progress. */
  reportAttempt(result: number, syscall: string): void {
    if (syscall === 'poll') return
    // An accept that fails, for lack of descriptors say, leaves the connection in the queue.
    const madeProgress = result >= 0 || !(wouldBlock(result) || syscall === 'accept')
    this.#watcher?.tried(READING_CALLS.has(syscall), madeProgress)
  }

  /** Publishes an error of the kernel's on the diagnostics channel, and returns it. */
  published(error: SocketError): SocketError {
    const isTheKernels = error.errno !== 0 && error.errno !== -errno.EINTR
    if (errors.hasSubscribers && isTheKernels) errors.publish({ fd: this.fd, error } satisfies ErrorMessage)
    return error
  }

  /** The address that getsockname(2) or getpeername(2) left in the addon's memory. */
  name(result: number, syscall: string): Address {
    if (result < 0) throw this.failure(result, syscall)
    const address = decodeAddress()
    if (address === null) throw failure(-errno.ENOTCONN, syscall)
    return address
  }

  /** The address it is bound to; null where it is not open. */
  localAddress(): Address | null {
    return this.fd >= 0 && native.getSockName(this.fd) >= 0 ? decodeAddress() : null
  }

  /** The connected peer, as the kernel has it; null where there is none. */
  peerAddress(): Address | null {
    return this.fd >= 0 && native.getPeerName(this.fd) >= 0 ? decodeAddress() : null
  }

  /** Whether the kernel says that it has no peer, and not that it cannot tell. */
  lacksPeer(): boolean {
    return this.fd >= 0 && native.getPeerName(this.fd) === -errno.ENOTCONN
  }

  sockName(): Address {
    return this.name(native.getSockName(this.open('getsockname')), 'getsockname')
  }

  peerName(): Address {
    return this.name(native.getPeerName(this.open('getpeername')), 'getpeername')
  }

  // Watchers.

  watch(watcher: Watcher): void {
    if (watcher.observesVerbs) this.traits |= OBSERVED
    if (this.#watcher === null) this.#watcher = watcher
    else if (this.#watcher instanceof Watchers) this.#watcher.add(watcher)
    else this.#watcher = new Watchers(this.#watcher, watcher)
  }

  unwatch(watcher: Watcher): void {
    if (this.#watcher instanceof Watchers) this.#watcher.remove(watcher)
    else if (this.#watcher === watcher) this.#watcher = null
  }

  /** The descriptor that reports readiness: during a lookup, the lookup's. */
  readinessFd(): number {
    const fd = this.open('poll')
    return this.connecting.name === 'looking-up' ? native.lookupFd(this.connecting.lookup) : fd
  }

  reportMove(): void {
    this.#watcher?.moved(this.readinessFd(), this.connecting.name === 'looking-up')
  }

  // The end.

  /** close(2): waits only where SO_LINGER asks for it and the socket may wait. Closing again does nothing. */
  close(): void {
    if (this.gate & (CLOSED | DETACHED)) return
    const { fd } = this
    this.#leave(CLOSED)
    // A subscriber that closes the socket as well finds it closed: the number is given back once.
    if (closes.hasSubscribers) closes.publish({ fd } satisfies CloseMessage)
    const lingers = (this.traits & (LINGERS | SHARED)) !== 0 && rulesOf(this.family).lingers
    const result = native.close(fd, lingers, this.isShared, this.timeout)
    if (result < 0) throw failure(result, 'close', result === TIMED_OUT ? { timeout: this.timeout } : {})
  }

  /**
   * Gives the number away; the caller has to close it. The next owner may be a plain read(2), which is to wait where the
   * verbs of the `mode` waited. Nothing else is left of the mode: O_NONBLOCK is all that the kernel knows.
   */
  detach(mode: 'blocking' | 'non-blocking'): number {
    const fd = this.bare('detach')
    if (mode === 'blocking' && !(this.traits & ADOPTED)) native.setNonBlocking(fd, false)
    this.traits |= SHARED
    this.#leave(DETACHED)
    native.disown(fd)
    return fd
  }

  /** Gives the number to another descriptor, of a layer say, with all that is known of the connection. */
  passTo(successor: Descriptor): void {
    successor.traits |= this.traits & ~(CLOSED_WHEN_DROPPED | CONTINUOUS | OBSERVED)
    successor.timeout = this.timeout
    successor.peer = this.peer
    successor.connecting = this.connecting
    this.connecting = UNCONNECTED
    this.fd = -1
    this.gate = DETACHED
  }

  /**
   * Leaves every selector and the event loop, because another face takes the socket over. The object stays the same, with
   * all that a layer has added to it, so a verb of the old face that is under way notices by `moves`.
   */
  moveOn(): void {
    this.#watcher?.ends(false)
    this.#watcher = null
    this.traits = (this.traits + MOVE) & MAX_TRAITS
  }

  /** How often it was handed to another face. */
  get moves(): number {
    return this.traits >>> 16
  }

  /**
   * Like `open`, for a verb that has run code of the caller's meanwhile, such as a getter of an address.
   * @param moves what `moves` was before
   * @throws SocketError `ERR_SOCKET_DETACHED` also where another face has the socket by now
   */
  stillOpen(moves: number, syscall: string): number {
    if (moves !== this.moves) throw stateError('ERR_SOCKET_DETACHED', syscall, 'the socket was given away')
    return this.open(syscall)
  }

  #leave(why: number): void {
    this.#watcher?.ends(why === CLOSED && !this.isShared)
    this.#watcher = null
    if (this.traits & ADOPTED_BLOCKING) native.setNonBlocking(this.fd, false)
    cancelLookup(this.connecting)
    this.connecting = UNCONNECTED
    this.fd = -1
    this.gate = why
  }
}

/** What a verb without `try` returns: what its try twin returned, or an exception instead of "would block". */
export function required<Result>(result: Result | undefined, syscall: string, descriptor?: Descriptor): Result {
  if (result !== undefined) return result
  throw wouldBlockError(syscall, descriptor)
}

function wouldBlockError(syscall: string, descriptor: Descriptor | undefined): Error {
  const error = failure(-errno.EAGAIN, syscall)
  if (descriptor === undefined) return error
  const waitsFor = descriptor.waitsToRead(READING_CALLS.has(syscall)) ? 'read' : 'write'
  return withFields(error, { waitsFor } satisfies Partial<WouldBlockError>)
}
