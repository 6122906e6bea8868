// The socket: made, bound, listening, accepting, duplicated.

import { type InspectOptions, inspect } from 'node:util'
import { type Address, type AddressInput, checkInteger, takeAddress } from './addresses.js'
import type { AsyncSocket } from './async-socket.js'
import type { Family, Protocol, SocketType } from './constant-kinds.js'
import { AF_INET, AF_UNIX, AI_PASSIVE, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_STREAM, SOMAXCONN } from './constants.js'
import { type AcceptMessage, accepts, errors } from './diagnostics.js'
import { errno } from './errno.js'
import { errorTarget, failure, misuse, stateError, wouldBlock } from './errors.js'
import { limitOf, type WaitOptions } from './limits.js'
import { native, TIMED_OUT } from './native.js'
import { SocketReader } from './reader.js'
import { ReaderBuffer, type ReaderOptions } from './reader-buffer.js'
import './signals.js'
import {
  ADOPTED_BLOCKING,
  DETACHED,
  LINGERS,
  LISTENS,
  OpenDescriptor,
  READER_HOLDS_DATA,
  required,
  SHARED,
} from './socket-base.js'
import { WOULD_BLOCK } from './socket-connect.js'
import { OptionSocket } from './socket-options.js'

const HOW: ReadonlyMap<unknown, number> = new Map([
  ['read', SHUT_RD],
  ['write', SHUT_WR],
  ['both', SHUT_RDWR],
])

/** How much one step of an iteration over a stream receives at most. */
const CHUNK = 65536

// See `halfRead`. No field of the class, because few sockets ever have one.
const halfRead = new WeakMap<Socket, object>()

/**
 * A socket of the kernel's. A new one blocks: every verb waits until it is done. `setTimeout` limits the wait,
 * `setBlocking(false)` forbids it, and a verb's `try` twin never waits, whatever the mode.
 * @example
 * using socket = new Socket()
 * socket.connect({ host: 'localhost', port: 80 })
 * socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 * for (let bytes = socket.recv(1024); bytes !== null; bytes = socket.recv(1024)) process.stdout.write(bytes)
 */
export class Socket extends OptionSocket {
  private peer: Address | null = null
  private read: SocketReader | null = null
  private held: ReaderBuffer | null = null

  /**
   * Makes a socket; `socket(2)`. It blocks, and children do not inherit it.
   * @param family AF_INET unless given
   * @param type SOCK_STREAM unless given
   * @param protocol 0, the family's default, unless given
   * @throws SocketError such as `EAFNOSUPPORT`, `EPROTONOSUPPORT`, `EMFILE`, `EPERM`; TypeError for what is no constant
   */
  constructor(family?: Family, type?: SocketType, protocol?: Protocol)
  /** @internal */
  constructor(open: OpenDescriptor, listening?: boolean)
  constructor(first: Family | OpenDescriptor = AF_INET, second: SocketType | boolean = SOCK_STREAM, protocol = 0) {
    super(first instanceof OpenDescriptor ? first : makeSocket(first, second as SocketType, protocol))
    if (second === true) this.traits |= LISTENS
  }

  /**
   * Makes two sockets that are connected to each other; `socketpair(2)`.
   * @param family AF_UNIX unless given
   * @throws SocketError such as `EOPNOTSUPP`, `EMFILE`
   * @example
   * const [a, b] = Socket.pair()
   * a.send('hello')
   * b.recv(5)
   */
  static pair(family: Family = AF_UNIX, type: SocketType = SOCK_STREAM, protocol: Protocol = 0): [Socket, Socket] {
    checkKinds(family, type, protocol)
    const out = new Int32Array(2)
    const answer = native.pair(family, type, protocol, new Uint8Array(out.buffer))
    if (answer < 0) throw failure(answer, 'socketpair')
    const wrap = (fd: number): Socket => new Socket(new OpenDescriptor(fd, family, type, protocol))
    return [wrap(out[0]!), wrap(out[1]!)]
  }

  /**
   * Adopts a descriptor that something else opened: a parent process, a service manager, another thread. The socket
   * owns it from now on and closes it. Family, type, protocol and whether it listens are the kernel's word.
   * The flag O_NONBLOCK as it was found is put back by `detach` and `close`.
   * @throws SocketError `EBADF`, `ENOTSOCK`; `ERR_FD_OWNED` where a socket of this process owns it already
   * @example
   * const listener = Socket.fromFd(3)
   */
  static fromFd(fd: number): Socket {
    checkInteger(fd, 'fd', 0, 0x7fffffff)
    const facts = new Int32Array(5)
    const answer = native.adopt(fd, new Uint8Array(facts.buffer))
    if (answer === -errno.EEXIST) {
      throw stateError('ERR_FD_OWNED', 'fromFd', `descriptor ${fd} belongs to another Socket: detach it there first`)
    }
    if (answer < 0) throw failure(answer, 'fromFd')
    const [family, type, protocol, listening, nonBlocking] = facts as unknown as [Family, SocketType, ...number[]]
    const socket = new Socket(new OpenDescriptor(fd, family, type, protocol!), listening !== 0)
    socket.traits |= SHARED | LINGERS | (nonBlocking === 0 ? ADOPTED_BLOCKING : 0)
    return socket
  }

  /** Whether it accepts connections. */
  get listening(): boolean {
    return this.listens && this.handle >= 0
  }

  private get listens(): boolean {
    return (this.traits & LISTENS) !== 0
  }

  /** The peer of an accepted connection, as `accept` told it; it outlives a reset. `null` for other sockets. */
  get peerAddress(): Address | null {
    return this.peer
  }

  /**
   * Gives the socket its own address; `bind(2)`. Port 0 lets the kernel choose: `getSockName` tells which. A host that is
   * a name is looked up, for as long as `options` or the mode allow.
   * @throws SocketError such as `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `EINVAL` (bound already); ResolveError;
   *   SocketTimeoutError; TypeError `ERR_NAME_NOT_NUMERIC` for a name in non-blocking mode
   * @example
   * socket.bind({ host: '127.0.0.1', port: 0 })
   */
  bind(address: AddressInput, options?: WaitOptions): void {
    this.open('bind')
    this.place(address, limitOf(options, this.mode), AI_PASSIVE)
    // A getter of the caller's may have closed it meanwhile.
    const answer = native.bind(this.open('bind'))
    if (answer < 0) throw failure(answer, 'bind', errorTarget(address))
  }

  /**
   * Makes the socket accept connections; `listen(2)`.
   * @param backlog how many may wait to be accepted; the kernel's most (SOMAXCONN) unless given
   * @throws SocketError such as `EADDRINUSE`, `EOPNOTSUPP`
   */
  listen(backlog: number = SOMAXCONN): void {
    checkInteger(backlog, 'backlog', 0, 0x7fffffff)
    const answer = native.listen(this.open('listen'), backlog)
    if (answer < 0) throw failure(answer, 'listen')
    this.traits |= LISTENS
  }

  /**
   * Waits for a connection and answers its socket, which blocks whatever the mode of this one; `accept(2)`.
   * A connection that failed before it was accepted is passed over.
   * @throws WouldBlockError, SocketTimeoutError, InterruptedError; SocketError such as `EMFILE`, `EINVAL` (not listening)
   * @example
   * using connection = listener.accept({ timeout: 1000 })
   * console.log(connection.peerAddress)
   */
  accept(options?: WaitOptions): Socket {
    return required(this.take(limitOf(options, this.mode)), 'accept')
  }

  /** `accept` that never waits: `undefined` where no connection waits. */
  tryAccept(): Socket | undefined {
    return this.take(0)
  }

  /** `tryAccept`, for who keeps the socket until it is closed, or has an eye on its being dropped. @internal */
  acceptKept(): Socket | undefined {
    return this.take(0, true)
  }

  /**
   * Ends one direction of the connection, or both, for all who hold it; `shutdown(2)`. After 'write' the peer reads the
   * end; what it still sends can be received.
   * @throws SocketError `ENOTCONN`
   * @example
   * socket.shutdown('write')
   */
  shutdown(how: 'read' | 'write' | 'both'): void {
    const number = HOW.get(how)
    if (number === undefined) {
      throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', "how must be 'read', 'write' or 'both'")
    }
    const answer = native.shutdown(this.open('shutdown'), number)
    if (answer < 0) throw failure(answer, 'shutdown')
  }

  /**
   * A second socket on the same connection, with its own descriptor and the same mode and timeout; `dup(2)`. To hand
   * it to a worker, pass on `dup().detach()`: the number is the worker's to adopt with `Socket.fromFd`.
   * @throws SocketError `EMFILE`, `ERR_SOCKET_CONNECTING`
   */
  dup(): Socket {
    const fd = this.open('dup')
    if (!(this.gate & READER_HOLDS_DATA)) this.whole('dup')
    const copy = native.dup(fd)
    if (copy < 0) throw failure(copy, 'dup')
    const socket = new Socket(new OpenDescriptor(copy, this.family, this.type, this.protocol), this.listens)
    socket.mode = this.mode
    socket.peer = this.peer
    // Either of them may set SO_LINGER for both.
    this.traits |= LINGERS | SHARED
    socket.traits |= LINGERS | SHARED
    return socket
  }

  /**
   * An AsyncSocket, whose verbs are awaited, in place of this socket: it takes over the descriptor, the timeout, the
   * peer, what the reader holds and a half-read PROXY header. This object is detached, and throws `ERR_SOCKET_DETACHED`. The timeout of a non-blocking
   * socket is 0: `setTimeout(null)` lets its verbs wait.
   * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup, `ERR_SOCKET_CLOSED`
   * @example
   * const awaited = socket.toAsync()
   * console.log(await awaited.recv(1024))
   */
  toAsync(): AsyncSocket {
    return Socket.asAsync!(this)
  }

  /** How `toAsync` does it, which is built upon this class. @internal */
  static asAsync: ((socket: Socket) => AsyncSocket) | null = null

  /**
   * State of a message that was received in part by a function outside this class, such as `readProxyHeader`. It moves
   * with the descriptor.
   * @internal
   */
  get halfRead(): object | null {
    return halfRead.get(this) ?? null
  }

  /** @internal */
  set halfRead(state: object | null) {
    if (state === null) halfRead.delete(this)
    else halfRead.set(this, state)
  }

  /**
   * Another object for this socket, which takes over all that this one has: the descriptor, mode, peer, what is held for
   * the reader, a message that was half read. This one is detached.
   * @internal
   */
  successor(): Socket {
    const fd = this.gate & READER_HOLDS_DATA ? this.open('detach') : this.whole('detach')
    const next = new Socket(new OpenDescriptor(fd, this.family, this.type, this.protocol), this.listens)
    next.takeOver(this)
    next.peer = this.peer
    next.held = this.held
    this.held = this.held?.moveTo(next) ?? null
    next.halfRead = this.halfRead
    this.halfRead = null
    this.traits &= ~ADOPTED_BLOCKING
    this.leave(DETACHED)
    return next
  }

  /** @inheritDoc */
  override detach(): number {
    this.traits |= SHARED
    return super.detach()
  }

  /**
   * The socket's one reader, which takes a stream apart into lines and messages.
   * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_VALUE` for options that differ from the first call's; SocketError
   * @example
   * const line = socket.reader().readLine()
   */
  reader(options?: ReaderOptions): SocketReader {
    this.open('reader')
    this.readerBuffer(options)
    this.read ??= new SocketReader(this)
    return this.read
  }

  /** What was received for the reader, whether that waits or is awaited. @internal */
  readerBuffer(options?: ReaderOptions): ReaderBuffer {
    if (this.type !== SOCK_STREAM) throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'a reader reads streams alone')
    if (this.held !== null && options !== undefined) this.held.mustAgree(options)
    this.held ??= new ReaderBuffer(this, options)
    return this.held
  }

  /** Receives for the reader: a count, 0 at the end, or the addon's negative answer. @internal */
  fillReader(limit: number): number {
    const left = this.gate & ~READER_HOLDS_DATA ? this.admit('recv', limit) : limit
    if (left === WOULD_BLOCK) return -errno.EAGAIN
    const held = this.readerBuffer()
    const count = native.recv(this.handle, held.lend(), 0, left)
    held.added(count)
    if (count < 0) {
      const isExpected = wouldBlock(count) || count === TIMED_OUT || count === -errno.EINTR
      if (!isExpected && errors.hasSubscribers) this.reported(failure(count, 'recv'))
      return count
    }
    return this.settle(count, 'recv')!
  }

  /** Whether bytes are held for the reader, which come before what is still to be received. @internal */
  holds(bytes: boolean): void {
    if (bytes) this.gate |= READER_HOLDS_DATA
    else this.gate &= ~READER_HOLDS_DATA
  }

  /** The chunks of a stream, as they come, until its end. What stops the iteration closes nothing. */
  *chunks(maxBytes: number = CHUNK): Generator<Buffer, void, undefined> {
    for (let chunk = this.recv(maxBytes); chunk !== null; chunk = this.recv(maxBytes)) yield chunk
  }

  /** The connections of a listening socket, as they come, without end. */
  *connections(): Generator<Socket, never, undefined> {
    for (;;) yield this.accept()
  }

  /**
   * Iterates over the connections of a listening socket, or over the chunks of a stream.
   * @example
   * for (const connection of createServer({ host: '127.0.0.1', port: 0 })) connection.close()
   */
  [Symbol.iterator](): Generator<Socket | Buffer, void, undefined> {
    return this.listens ? this.connections() : this.chunks()
  }

  /** What console.log shows. It must not read `fd`, which marks the descriptor as shared. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { handle: fd, family, type, protocol, timeout, closed, listening } = this
    return `Socket ${inspect({ fd, family, type, protocol, timeout, closed, listening }, options)}`
  }

  private take(limit: number, kept = false): Socket | undefined {
    const fd = native.accept(this.open('accept'), this.shared, limit)
    if (this.settle(fd, 'accept') === undefined) return undefined
    const socket = new Socket(new OpenDescriptor(fd, this.family, this.type, this.protocol, kept))
    const address = takeAddress()
    socket.peer = address
    if (accepts.hasSubscribers) {
      accepts.publish({ fd, listenerFd: this.handle, address } satisfies AcceptMessage)
    }
    if (this.traits & (LINGERS | SHARED)) socket.traits |= LINGERS
    return socket
  }
}

function checkKinds(family: number, type: number, protocol: number): void {
  checkInteger(family, 'family', 0, 65535)
  // Flags such as SOCK_NONBLOCK are no types: every socket is made non-blocking and close-on-exec anyway.
  checkInteger(type, 'type', 1, 15)
  checkInteger(protocol, 'protocol', 0, 0x7fffffff)
}

function makeSocket(family: Family, type: SocketType, protocol: Protocol): OpenDescriptor {
  checkKinds(family, type, protocol)
  const fd = native.socket(family, type, protocol)
  if (fd < 0) throw failure(fd, 'socket')
  return new OpenDescriptor(fd, family, type, protocol)
}
