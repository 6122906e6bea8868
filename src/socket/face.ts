// What the faces of a socket share, the blocking one (socket.ts) and the awaited one (async/async-socket.ts): facts, options,
// and every verb's `try` twin, which never waits. Each is a line over the verbs in connecting.ts, receiving.ts, sending.ts
// and options.ts.
//
// Getters of the caller's options may close the socket, or give it away. So the options are read first, and the descriptor
// last.

import { checkAddress, checkIsAddress } from '../addresses/families.js'
import type { Address, AddressInput } from '../addresses/types.js'
import type { Data, GatheredData, WritableData } from '../core/bytes.js'
import { checkedTimeout, effectiveTimeout, FOREVER, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { failure, type ResolveError, type SocketError } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { checkInteger, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family, Level, Protocol, SocketType } from '../native/constant-kinds.js'
import { AI_PASSIVE, SHUT_RD, SHUT_RDWR, SHUT_WR, SOMAXCONN } from '../native/generated/constants.js'
import '../native/signals.js'
import { SO_ERROR } from '../options/generated/options.js'
import type { ReadableOption, WritableOption } from '../options/row.js'
import { bindFailure } from './binding.js'
import { disconnect, encodeOrResolve, takeError, tryConnect } from './connecting.js'
import type { FaceVerbs } from './conversions.js'
import { Descriptor, LISTENS, SHARED } from './descriptor.js'
import { checkFile } from './file-part.js'
import { checkNothingHalfRead } from './half-read.js'
import { getOption, getRawOption, setOption, setRawOption } from './options.js'
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
import { partToSend, send, sendFile, sendFlags, sendTo } from './sending.js'
import { shutdown } from './shutdown.js'
import {
  FILE_OPTIONS,
  type FileOptions,
  FLAG_OPTIONS,
  type FlagOptions,
  type OpenFile,
  RANGE_OPTIONS,
  type RangeOptions,
  type Readiness,
  type Received,
  type ReceivedInto,
} from './transfer-options.js'

const DIRECTIONS: ReadonlyMap<unknown, number> = new Map([
  ['read', SHUT_RD],
  ['write', SHUT_WR],
  ['both', SHUT_RDWR],
])

/**
 * The descriptor inside of a socket, for the layers above.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no socket, or a Proxy of one
 * @internal
 */
export let descriptorOf: (face: SocketFace) => Descriptor

/**
 * Takes the descriptor out of a socket, which is detached from then on, for another face.
 * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`; `ERR_SOCKET_CONNECTING` during a lookup
 * @internal
 */
export let takeDescriptor: (face: SocketFace) => Descriptor

/** What every socket offers, whatever it does to wait. Not exported by the package: see Socket and AsyncSocket. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the layer that declares a verb also makes it
export abstract class SocketFace {
  #descriptor: Descriptor
  /** @internal */
  readonly uncloneable = UNCLONEABLE

  static {
    descriptorOf = (face) => {
      try {
        return face.#descriptor
      } catch {
        throw wrongType('socket', 'a Socket or an AsyncSocket', face)
      }
    }
    takeDescriptor = (face) => {
      const descriptor = face.#descriptor
      descriptor.open('detach')
      descriptor.checkNoLookup('detach')
      descriptor.moveOn()
      face.#descriptor = Descriptor.detached(descriptor)
      return descriptor
    }
  }

  /** @internal */
  protected constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor
  }

  /** What JSON.stringify shows. @internal */
  abstract toJSON(): object

  /** The address family it was made with. */
  get family(): Family {
    return descriptorOf(this).family
  }

  /** The socket type it was made with. */
  get type(): SocketType {
    return descriptorOf(this).type
  }

  /** The protocol it was made with; 0 is the family's default. */
  get protocol(): Protocol {
    return descriptorOf(this).protocol
  }

  /** The descriptor's number; -1 once the socket is closed or detached. It stays the socket's: do not close it. */
  get fd(): number {
    // The number may be handed on, as a child's standard input say, which clears O_NONBLOCK.
    descriptorOf(this).traits |= SHARED
    return descriptorOf(this).fd
  }

  /** Whether `close` has been called. */
  get closed(): boolean {
    return descriptorOf(this).closed
  }

  /** Whether it accepts connections. */
  get listening(): boolean {
    return descriptorOf(this).listens && descriptorOf(this).fd >= 0
  }

  /** The address it is bound to; `getsockname(2)`. `null` once the socket is closed or detached. */
  get localAddress(): Address | null {
    return this.#descriptor.localAddress()
  }

  /**
   * The peer: of an accepted connection as accept(2) returned it, which outlives a reset and `close`; of another socket as
   * the kernel has it, `getpeername(2)`. `null` for a socket without a peer.
   */
  get peerAddress(): Address | null {
    return descriptorOf(this).peer ?? descriptorOf(this).peerAddress()
  }

  /** How many milliseconds verbs wait: `null` for ever, 0 not at all. */
  get timeout(): number | null {
    const { timeout } = descriptorOf(this)
    return timeout === FOREVER ? null : timeout
  }

  /**
   * Lets every verb wait at most so long: then it throws SocketTimeoutError. `null` waits for ever, 0 never.
   * It is not node:net's `setTimeout`, which emits an event after idleness: a second argument is refused.
   * @param ms milliseconds, fractions allowed
   * @throws RangeError `ERR_OUT_OF_RANGE` for a negative number or NaN
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * socket.setTimeout(2000)
   */
  setTimeout(ms: number | null): void
  setTimeout(...args: [ms: number | null, ...rest: unknown[]]): void {
    if (args.length > 1) {
      throw wrongValue(
        "setTimeout takes milliseconds alone: it limits each call's wait, and calls no listener as node:net's does",
      )
    }
    descriptorOf(this).open('setTimeout')
    descriptorOf(this).timeout = checkedTimeout(args[0])
  }

  /**
   * The address this socket is bound to; `getsockname(2)`.
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   */
  getSockName(): Address {
    return descriptorOf(this).sockName()
  }

  /**
   * The address of the connected peer; `getpeername(2)`.
   * @throws SocketError `ENOTCONN`
   */
  getPeerName(): Address {
    return descriptorOf(this).peerName()
  }

  /**
   * Gives the socket its own address; `bind(2)`. Port 0 lets the kernel choose, and `getSockName` returns its choice. A
   * host that is a name is looked up, for as long as `options` or the mode allow.
   * @throws SocketError `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES` (a port below 1024, or a path), `EINVAL` (bound already)
   * @throws ResolveError where the name does not resolve
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a name in non-blocking mode
   * @example
   * socket.bind({ host: '127.0.0.1', port: 0 })
   */
  bind(address: AddressInput, options?: WaitOptions): void {
    checkAddress(address, 'address', WAIT_OPTIONS)
    checkOptionNames(options, WAIT_OPTIONS)
    descriptorOf(this).open('bind')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'bind')
    encodeOrResolve(descriptorOf(this), address, limit, 'bind', AI_PASSIVE)
    const result = native.bind(descriptorOf(this).open('bind'))
    if (result < 0) throw bindFailure(descriptorOf(this), result, address)
  }

  /**
   * Makes the socket accept connections; `listen(2)`.
   * @param backlog how many may wait to be accepted; the kernel's most (SOMAXCONN) unless given. Linux takes a negative
   *   number for its most, too
   * @throws SocketError `EADDRINUSE`, `ENOTSUP` (a type that has no connections)
   * @example
   * socket.listen()
   */
  listen(backlog: number = SOMAXCONN): void {
    checkInteger(backlog, 'backlog', -0x80000000, 0x7fffffff)
    const result = native.listen(descriptorOf(this).open('listen'), backlog)
    if (result < 0) throw failure(result, 'listen')
    descriptorOf(this).traits |= LISTENS
  }

  /**
   * Begins to connect, or looks how far it has got, without waiting, in any mode.
   * @returns whether it is connected: `false` while in progress; call again to continue
   * @throws ResolveError where the name does not resolve
   * @throws SocketError `ECONNREFUSED` and the like when the connect has failed
   * @example
   * while (!socket.tryConnect({ host: 'localhost', port: 80 })) doOtherWork()
   */
  tryConnect(address: AddressInput): boolean {
    checkAddress(address, 'address')
    return tryConnect(descriptorOf(this), address, true)
  }

  /**
   * Dissolves the association with a peer; `connect(2)` with AF_UNSPEC. A datagram socket then receives from all peers
   * again; a TCP socket is reset and can connect anew.
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
   * @example
   * socket.disconnect()
   */
  disconnect(): void {
    disconnect(descriptorOf(this))
  }

  /**
   * The pending error of the socket, once: how a non-blocking connect failed, the lookup of its name included, or what
   * happened to a connection or a datagram since; SO_ERROR of `socket(7)`. `null`: there is none (or not yet).
   * @example
   * selector.select()
   * const error = socket.takeError()
   * if (error !== null) console.error(`not connected: ${error.code}`)
   */
  takeError(): SocketError | ResolveError | null {
    return takeError(descriptorOf(this), () => getOption(descriptorOf(this), SO_ERROR))
  }

  /**
   * `recv` that never waits.
   * @returns `undefined` where there is nothing yet
   * @throws SocketError as `recv`
   * @example
   * const bytes = socket.tryRecv(1024)
   * if (bytes === undefined) console.log('nothing yet')
   */
  tryRecv(maxBytes: number, options?: FlagOptions): Buffer | null | undefined {
    checkOptionNames(options, FLAG_OPTIONS)
    const flags = checkReceive(descriptorOf(this), maxBytes, options)
    return receive(descriptorOf(this), maxBytes, flags, 0)
  }

  /**
   * `recvInto` that never waits.
   * @returns `undefined` where there is nothing yet
   * @throws SocketError, RangeError as `recv`
   * @example
   * const count = socket.tryRecvInto(block, { offset: 100 })
   */
  tryRecvInto(buffer: WritableData, options?: RangeOptions): number | undefined {
    checkOptionNames(options, RANGE_OPTIONS)
    const flags = receiveFlags(descriptorOf(this), options)
    const view = roomOf(descriptorOf(this), buffer, options)
    return receiveInto(descriptorOf(this), view, flags, 0)
  }

  /**
   * `recvFrom` that never waits.
   * @returns `undefined` where there is nothing yet
   * @throws SocketError, RangeError as `recv`
   * @example
   * const received = socket.tryRecvFrom(2048)
   */
  tryRecvFrom(maxBytes: number, options?: FlagOptions): Received | undefined {
    checkOptionNames(options, FLAG_OPTIONS)
    const flags = checkReceive(descriptorOf(this), maxBytes, options)
    return receiveFrom(descriptorOf(this), maxBytes, flags, 0)
  }

  /**
   * `recvFromInto` that never waits.
   * @returns `undefined` where there is nothing yet
   * @throws SocketError, RangeError as `recv`
   * @example
   * const received = socket.tryRecvFromInto(block)
   */
  tryRecvFromInto(buffer: WritableData, options?: RangeOptions): ReceivedInto | undefined {
    checkOptionNames(options, RANGE_OPTIONS)
    const flags = receiveFlags(descriptorOf(this), options)
    const view = roomOf(descriptorOf(this), buffer, options)
    return receiveFromInto(descriptorOf(this), view, flags, 0)
  }

  /**
   * `send` that never waits.
   * @returns `undefined` where the kernel takes nothing now
   * @throws SocketError as `send`
   * @example
   * const taken = socket.trySend('hello') ?? 0
   */
  trySend(data: GatheredData, options?: RangeOptions): number | undefined {
    checkOptionNames(options, RANGE_OPTIONS)
    const flags = sendFlags(options)
    return send(descriptorOf(this), partToSend(data, options, flags), flags, 0)
  }

  /**
   * `sendTo` that never waits, for a numeric host.
   * @returns `undefined` where the kernel takes nothing now
   * @throws SocketError, TypeError as `sendTo`
   * @example
   * socket.trySendTo('ping', { host: '127.0.0.1', port: 7 })
   */
  trySendTo(data: Data, address: AddressInput, options?: RangeOptions): number | undefined {
    if (options !== undefined) checkIsAddress(address, 'address')
    checkOptionNames(options, RANGE_OPTIONS)
    const flags = sendFlags(options)
    return sendTo(descriptorOf(this), partToSend(data, options, flags), address, flags, 0)
  }

  /**
   * `sendFile` that never waits for the peer; it may wait for the disk.
   * @returns `undefined` where the kernel takes nothing now
   * @throws SocketError as `sendFile`
   * @example
   * const sent = socket.trySendFile(file)
   */
  trySendFile(file: OpenFile, options?: FileOptions): number | undefined {
    checkOptionNames(options, FILE_OPTIONS)
    const part = checkFile(file, options)
    return sendFile(descriptorOf(this), part, 0)
  }

  /**
   * What the socket is ready for now.
   * @returns `undefined` where for none of it
   * @throws TypeError `ERR_INVALID_ARG_VALUE`
   * @example
   * if (socket.tryWait('write')?.write) socket.trySend('hello')
   */
  tryWait(events: 'read' | 'write' | 'both'): Readiness | undefined {
    return awaitReadiness(descriptorOf(this), events, 0)
  }

  /**
   * An option of the table: a value of the option's own type; `getsockopt(2)`.
   * @throws SocketError `ENOPROTOOPT`
   * @throws TypeError `ERR_OPTION_UNSUPPORTED` where this system lacks it
   * @throws TypeError `ERR_OPTION_WRITE_ONLY`
   * @example
   * socket.getOption(SO_RCVBUF)
   * socket.getOption(TCP_INFO).rtt
   */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return getOption(descriptorOf(this), option)
  }

  /**
   * Sets an option of the table; `setsockopt(2)`. The kernel may adjust the value: SO_SNDBUF is doubled.
   * @throws SocketError `EPERM`, `EINVAL`
   * @throws TypeError, RangeError for a value of another kind
   * @throws TypeError `ERR_OPTION_UNSUPPORTED`, `ERR_OPTION_READ_ONLY`, `ERR_OPTION_NO_EFFECT`
   * @example
   * socket.setOption(TCP_NODELAY, true)
   * socket.setOption(SO_LINGER, 2)
   */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    setOption(descriptorOf(this), option, value)
  }

  /**
   * An option that is an int, by its numbers; `getsockopt(2)`.
   * @throws SocketError `ENOPROTOOPT`
   * @example
   * const type = socket.getRawOption(SOL_SOCKET, 3)
   */
  getRawOption(level: Level, name: number): number
  /**
   * An option by its numbers, as the bytes that the kernel gives; `getsockopt(2)`.
   * @param length how many bytes to ask for
   * @throws SocketError `ENOPROTOOPT`
   * @example
   * const seconds = socket.getRawOption(SOL_SOCKET, 13, 8).readInt32LE(4)
   */
  getRawOption(level: Level, name: number, length: number): Buffer
  getRawOption(level: Level, name: number, length?: number): number | Buffer {
    return getRawOption(descriptorOf(this), level, name, length)
  }

  /**
   * Sets an option by its numbers, as an int or as bytes; `setsockopt(2)`.
   * @throws SocketError `ENOPROTOOPT`, `EINVAL`, `EPERM`
   * @example
   * socket.setRawOption(IPPROTO_TCP, 1, 1)
   */
  setRawOption(level: Level, name: number, value: number | Uint8Array): void {
    setRawOption(descriptorOf(this), level, name, value)
  }

  /**
   * Ends one direction of the connection, or both, for all holders of it; `shutdown(2)`. After 'write' the peer reads the
   * end, and its data can still be received.
   * @throws SocketError `ENOTCONN`
   * @throws TypeError `ERR_INVALID_ARG_VALUE`
   * @example
   * socket.shutdown('write')
   */
  shutdown(how: 'read' | 'write' | 'both'): void {
    const direction = DIRECTIONS.get(how)
    if (direction === undefined) throw wrongValue("how must be 'read', 'write' or 'both'")
    shutdown(descriptorOf(this), direction)
  }

  /**
   * Gives the descriptor away: its number, which the caller now has to close. The socket can no longer be used.
   * O_NONBLOCK is as the mode has it: a plain `read(2)` waits where this socket's verbs waited, also after a timeout was
   * set. A descriptor that was adopted leaves as it was found.
   * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup
   * @throws SocketError `ERR_READER_HOLDS_DATA`
   * @throws SocketError `ERR_PROXY_UNFINISHED` where a PROXY header was half read
   * @example
   * const fd = socket.detach()
   */
  detach(): number {
    checkNothingHalfRead(descriptorOf(this))
    return descriptorOf(this).detach(descriptorOf(this).timeout === 0 ? 'non-blocking' : 'blocking')
  }
}

export interface SocketFace extends FaceVerbs {}
