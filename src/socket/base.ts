// What every socket has, whatever it transfers: a descriptor that it owns, a mode of waiting, a name, an end.

import { setImmediate } from 'node:timers'
import { decodeAddress, rulesOf } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import { checkedTimeout, FOREVER } from '../core/deadline.js'
import { type ErrorTarget, failure, misuse, type SocketError, stateError, wouldBlock } from '../core/errors.js'
import { native } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { recordsStacks } from '../native/environment.js'
import { errno } from '../native/errno.js'
import { SOCK_SEQPACKET, SOCK_STREAM } from '../native/generated/constants.js'
import { type CloseMessage, closes, type ErrorMessage, errors } from './diagnostics.js'
import { Watchers } from './watchers.js'

/** A descriptor that is about to get its object, and what is known of it. */
export class OpenDescriptor {
  readonly fd: number
  readonly family: Family
  readonly type: SocketType
  readonly protocol: Protocol
  /** Whether somebody holds its object until it is closed, or has an eye on its being dropped. */
  readonly kept: boolean

  constructor(fd: number, family: Family, type: SocketType, protocol: Protocol, kept = false) {
    this.fd = fd
    this.family = family
    this.type = type
    this.protocol = protocol
    this.kept = kept
  }
}

// Why a verb may not simply go to the kernel: bits of `gate`, 0 on the common path.
export const CLOSED = 1
export const DETACHED = 2
export const CONNECTING = 4
export const READER_HOLDS_DATA = 8
export const REHEARSING = 16

// What is true of a socket: bits of `traits`, because a server has many sockets and a boolean takes as much as a number.
export const LISTENS = 1
/** Others may hold the same open file description, and clear its O_NONBLOCK. */
export const SHARED = 2
/** SO_LINGER may be set; on a unix socket it means nothing. */
export const LINGERS = 4
/** It was adopted without O_NONBLOCK, and goes back so. */
export const ADOPTED_BLOCKING = 8

// The verbs that wait for something to read; all others that transfer wait for room to write.
const READING: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'accept'])

/** Who watches a socket's readiness, and must know what becomes of its descriptor. */
export interface Watcher {
  /** Another descriptor now tells when the socket is ready: a lookup began or ended. */
  moved(fd: number): void
  /**
   * The descriptor is about to be closed or given away.
   * @param gone with its open file description, and so out of every epoll set by itself
   */
  ends(gone: boolean): void
  /** A verb could go on, or could not: what readiness has proved to be worth. */
  tried(reading: boolean, wentOn: boolean): void
  /** Whether it still wants to know; not once the program has dropped it. */
  lives(): boolean
}

// Where the event loop turns, dropped sockets are closed soon; in synchronous code the addon's own sweeps do it.
let swept = false
const dropped = new FinalizationRegistry<undefined>(closeDropped)

/** Closes the descriptors of dropped sockets. One sweep finds all that a collection has freed: it is told in a row. */
export function closeDropped(): void {
  if (swept) return
  swept = true
  setImmediate(() => {
    swept = false
  }).unref()
  native.sweep()
}

/** The part of a socket that owns the descriptor. Not exported by the package: see Socket. */
export abstract class SocketBase {
  /** The address family it was made with. */
  readonly family: Family
  /** The socket type it was made with. */
  readonly type: SocketType
  /** The protocol it was made with; 0 is the family's default. */
  readonly protocol: Protocol

  /** @internal */
  protected handle: number
  /** @internal */
  protected gate = 0
  /** How long verbs wait, as the addon's number. @internal */
  protected mode: number = FOREVER
  /** @internal */
  protected traits = 0
  /** @internal */
  protected watcher: Watcher | null = null

  /** @internal */
  protected constructor(open: OpenDescriptor) {
    this.handle = open.fd
    this.family = open.family
    this.type = open.type
    this.protocol = open.protocol
    native.own(open.fd, this, recordsStacks ? (new Error().stack ?? '') : '')
    if (!open.kept) dropped.register(this, undefined)
  }

  /** Whether 0 bytes mean the end. @internal */
  protected get hasEnd(): boolean {
    return this.type === SOCK_STREAM || this.type === SOCK_SEQPACKET
  }

  /** The descriptor's number; -1 once the socket is closed or detached. It stays the socket's: do not close it. */
  get fd(): number {
    // Whoever asks may hand it on: to a child as its standard input, say, which clears O_NONBLOCK.
    this.traits |= SHARED
    return this.handle
  }

  /** The number, for those who hand it to nobody. @internal */
  ownFd(): number {
    return this.handle
  }

  /** How long verbs wait, as the addon's number. @internal */
  ownMode(): number {
    return this.mode
  }

  /** Whether others may hold the open file description. @internal */
  protected get shared(): boolean {
    return (this.traits & SHARED) !== 0
  }

  /** Whether nobody else is known to hold the open file description. @internal */
  isExclusive(): boolean {
    return !this.shared
  }

  /** Whether `close` has been called. */
  get closed(): boolean {
    return (this.gate & CLOSED) !== 0
  }

  /** Whether verbs wait: not after `setBlocking(false)` or `setTimeout(0)`. */
  get blocking(): boolean {
    return this.mode !== 0
  }

  /** How many milliseconds verbs wait: `null` for ever, 0 not at all. */
  get timeout(): number | null {
    return this.mode === FOREVER ? null : this.mode
  }

  /**
   * Chooses between waiting for ever (`true`, as a new socket does) and never waiting (`false`). It concerns this
   * object alone: a duplicate, here or in another process, keeps its own mode.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @example
   * socket.setBlocking(false)
   * if (socket.tryRecv(1024) === undefined) console.log('nothing yet')
   */
  setBlocking(flag: boolean): void {
    if (typeof flag !== 'boolean') throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'flag must be a boolean')
    this.open('setBlocking')
    this.mode = flag ? FOREVER : 0
  }

  /**
   * Lets every verb wait at most so long: then it throws SocketTimeoutError. `null` waits for ever, 0 never.
   * It is not node:net's `setTimeout`, which tells of idleness by an event: a second argument is refused.
   * @param ms milliseconds, fractions allowed
   * @throws RangeError `ERR_OUT_OF_RANGE` for a negative number or NaN
   * @example
   * socket.setTimeout(2000)
   */
  setTimeout(ms: number | null): void
  setTimeout(...args: [ms: number | null, ...rest: unknown[]]): void {
    if (args.length > 1) {
      throw misuse(
        TypeError,
        'ERR_INVALID_ARG_VALUE',
        "setTimeout takes milliseconds alone: it limits each call's wait, and calls no listener as node:net's does",
      )
    }
    this.open('setTimeout')
    this.mode = checkedTimeout(args[0])
  }

  /**
   * The address this socket is bound to; `getsockname(2)`.
   * @throws SocketError
   */
  getSockName(): Address {
    return this.name(native.getSockName(this.open('getsockname')), 'getsockname')
  }

  /**
   * The address of the connected peer; `getpeername(2)`.
   * @throws SocketError `ENOTCONN`
   */
  getPeerName(): Address {
    return this.name(native.getPeerName(this.open('getpeername')), 'getpeername')
  }

  /**
   * Ends the socket; `close(2)`. It does not wait, in any mode, unless SO_LINGER asks for it: then a blocking or timed
   * socket waits for what is unsent, at most the linger time and its own timeout. However this ends, by an error too,
   * the descriptor is free afterwards. Duplicates, and sockets that others hold, stay connected. Closing again does
   * nothing.
   * @throws SocketTimeoutError, InterruptedError while it lingers; SocketError for what the kernel says, such as `EIO`
   */
  close(): void {
    if (this.gate & (CLOSED | DETACHED)) return
    const fd = this.handle
    if (closes.hasSubscribers) closes.publish({ fd } satisfies CloseMessage)
    this.leave(CLOSED)
    const lingers = (this.traits & (LINGERS | SHARED)) !== 0 && rulesOf(this.family).lingers
    const answer = native.close(fd, lingers, this.shared, this.mode)
    if (answer < 0) throw failure(answer, 'close')
  }

  /** Closes the socket at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Gives the descriptor away: its number, which the caller now has to close. The socket can no longer be used.
   * A descriptor that was adopted in blocking mode is given back so.
   * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup, `ERR_READER_HOLDS_DATA`
   */
  detach(): number {
    const fd = this.whole('detach')
    this.leave(DETACHED)
    native.disown(fd)
    return fd
  }

  /** The descriptor that tells when the socket is ready. @internal */
  watchedFd(): number {
    return this.open('poll')
  }

  /** @internal */
  watch(watcher: Watcher): void {
    if (this.watcher === null) this.watcher = watcher
    else if (this.watcher instanceof Watchers) this.watcher.add(watcher)
    else this.watcher = new Watchers(this.watcher, watcher)
  }

  /** @internal */
  unwatch(watcher: Watcher): void {
    if (this.watcher instanceof Watchers) this.watcher.remove(watcher)
    else if (this.watcher === watcher) this.watcher = null
  }

  /** Goes on for another object with the same descriptor. @internal */
  protected takeOver(other: this): void {
    this.mode = other.mode
    this.traits = other.traits
  }

  /** Lets the watchers know what a verb came to. @internal */
  protected tellTried(answer: number, syscall: string): void {
    if (syscall === 'poll') return
    // An accept that fails, for want of descriptors say, leaves the connection where it was.
    const wentOn = answer >= 0 || !(wouldBlock(answer) || syscall === 'accept')
    this.watcher?.tried(READING.has(syscall), wentOn)
  }

  /** Becomes unusable: what the descriptor's next life must not inherit is put back. @internal */
  protected leave(why: number): void {
    const gone = why === CLOSED && !this.shared
    this.watcher?.ends(gone)
    this.watcher = null
    if (this.traits & ADOPTED_BLOCKING) native.setNonBlocking(this.handle, false)
    this.handle = -1
    this.gate = why
  }

  /** The descriptor, of a socket that has neither been closed nor given away. @internal */
  protected open(verb: string): number {
    if (this.gate & CLOSED) throw stateError('ERR_SOCKET_CLOSED', verb, 'the socket is closed')
    if (this.gate & DETACHED) throw stateError('ERR_SOCKET_DETACHED', verb, 'the descriptor was given away')
    return this.handle
  }

  /** The descriptor of a socket of which nothing is held elsewhere. @internal */
  protected whole(verb: string): number {
    const fd = this.open(verb)
    if (this.gate & CONNECTING) throw stateError('ERR_SOCKET_CONNECTING', verb, 'a lookup for connect is under way')
    this.mustHoldNothing(verb)
    return fd
  }

  /** Throws while the reader holds bytes: they come before what is still to be received. @internal */
  mustHoldNothing(verb: string): void {
    if ((this.gate & READER_HOLDS_DATA) === 0) return
    throw stateError('ERR_READER_HOLDS_DATA', verb, 'received bytes wait in the reader: reader().takeBuffered()')
  }

  /** Whether transfers are carried out up to their system calls, for what they say of their arguments. @internal */
  set rehearsing(flag: boolean) {
    if (flag) this.gate |= REHEARSING
    else this.gate &= ~REHEARSING
  }

  /** Passes on what went well, throws what did not; `undefined` where it would block. @internal */
  protected settle(answer: number, syscall: string, target?: ErrorTarget): number | undefined {
    if (this.watcher !== null) this.tellTried(answer, syscall)
    if (answer >= 0) return answer
    if (wouldBlock(answer)) return undefined
    throw this.reported(failure(answer, syscall, target))
  }

  /** Lets those know of a failure who listen for them. @internal */
  protected reported(error: SocketError): SocketError {
    const isTheKernels = error.errno !== 0 && error.errno !== -errno.EINTR
    if (errors.hasSubscribers && isTheKernels) errors.publish({ fd: this.handle, error } satisfies ErrorMessage)
    return error
  }

  private name(answer: number, syscall: string): Address {
    if (answer < 0) throw failure(answer, syscall)
    const address = decodeAddress()
    if (address === null) throw failure(-errno.ENOTCONN, syscall)
    return address
  }
}

/** What a plain verb answers: what its try twin answered, or an exception instead of "would block". */
export function required<Result>(result: Result | undefined, syscall: string): Result {
  if (result === undefined) throw failure(-errno.EAGAIN, syscall)
  return result
}
