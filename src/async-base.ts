// What an awaited socket has besides verbs: a socket of the other kind inside, of which it uses nothing that waits, and
// its place in the reactor.

import { type InspectOptions, inspect } from 'node:util'
import type { Address, AddressInput } from './addresses.js'
import { AsyncSocketReader } from './async-reader.js'
import { FILL_READER } from './async-verbs.js'
import { AwaitedDescriptor } from './awaited-descriptor.js'
import type { Family, Level, Protocol, SocketType } from './constant-kinds.js'
import { type ResolveError, type SocketError, stateError } from './errors.js'
import { FOREVER } from './limits.js'
import type { ReadableOption, WritableOption } from './options/row.js'
import { SO_RCVLOWAT } from './options.js'
import { ReactorEntry } from './reactor-entry.js'
import type { ReaderOptions } from './reader-buffer.js'
import type { Socket } from './socket.js'

/** The part of an awaited socket that never waits. Not exported by the package: see AsyncSocket. */
export abstract class AsyncBase extends AwaitedDescriptor implements AsyncDisposable {
  /** @internal */
  readonly inner: Socket
  private read: AsyncSocketReader | null = null

  /** @internal */
  protected constructor(inner: Socket) {
    super(ReactorEntry.of(inner))
    this.inner = inner
    this.entry.belongTo(this)
    inner.watch(this.entry)
  }

  /** The address family it was made with. */
  get family(): Family {
    return this.inner.family
  }

  /** The socket type it was made with. */
  get type(): SocketType {
    return this.inner.type
  }

  /** The protocol it was made with; 0 is the family's default. */
  get protocol(): Protocol {
    return this.inner.protocol
  }

  /** The descriptor's number; -1 once the socket is closed or detached. It stays the socket's: do not close it. */
  get fd(): number {
    return this.inner.fd
  }

  /** Whether `close` has been called. */
  get closed(): boolean {
    return this.inner.closed
  }

  /** Whether it accepts connections. */
  get listening(): boolean {
    return this.inner.listening
  }

  /** The peer of an accepted connection, as `accept` told it; `null` for other sockets. */
  get peerAddress(): Address | null {
    return this.inner.peerAddress
  }

  /** How many milliseconds verbs wait that do not say themselves: `null` for ever. */
  get timeout(): number | null {
    return this.inner.timeout
  }

  /**
   * Lets every verb wait at most so long: then it rejects with SocketTimeoutError. `null` waits for ever, 0 never:
   * what would have to wait rejects with WouldBlockError then.
   * @throws RangeError `ERR_OUT_OF_RANGE`
   */
  setTimeout(ms: number | null): void {
    this.inner.setTimeout(ms)
  }

  /**
   * Gives the socket its own address; `bind(2)`. A host that is a name is looked up here and now, and the event loop waits
   * for that: use `resolveAsync` before, where it matters.
   * @throws SocketError such as `EADDRINUSE`, `EACCES`; ResolveError; TypeError `ERR_NAME_NOT_NUMERIC` for a name where the
   *   timeout is 0
   */
  bind(address: AddressInput): void {
    this.inner.bind(address)
  }

  /** Makes the socket accept connections; `listen(2)`. @throws SocketError such as `EADDRINUSE` */
  listen(backlog?: number): void {
    this.inner.listen(backlog)
  }

  /** The address this socket is bound to; `getsockname(2)`. @throws SocketError */
  getSockName(): Address {
    return this.inner.getSockName()
  }

  /** The address of the connected peer; `getpeername(2)`. @throws SocketError `ENOTCONN` */
  getPeerName(): Address {
    return this.inner.getPeerName()
  }

  /** The value of an option; `getsockopt(2)`. @throws as `Socket.getOption` */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return this.inner.getOption(option)
  }

  /** Sets an option; `setsockopt(2)`. @throws as `Socket.setOption` */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    this.inner.setOption(option, value)
    this.noteOption(option.level, option.number)
  }

  /** An option by its numbers; `getsockopt(2)`. @throws as `Socket.getRawOption` */
  getRawOption(level: Level, name: number): number
  getRawOption(level: Level, name: number, length: number): Buffer
  getRawOption(level: Level, name: number, length?: number): number | Buffer {
    return length === undefined ? this.inner.getRawOption(level, name) : this.inner.getRawOption(level, name, length)
  }

  /** Sets an option by its numbers; `setsockopt(2)`. @throws as `Socket.setRawOption` */
  setRawOption(level: Level, name: number, value: number | Uint8Array): void {
    this.inner.setRawOption(level, name, value)
    this.noteOption(level, name)
  }

  /** The pending error of the socket, once; SO_ERROR of `socket(7)`. `null`: there is none. */
  takeError(): SocketError | ResolveError | null {
    return this.inner.takeError()
  }

  /** Ends one direction of the connection, or both; `shutdown(2)`. @throws SocketError `ENOTCONN` */
  shutdown(how: 'read' | 'write' | 'both'): void {
    this.inner.shutdown(how)
  }

  /** Dissolves the association with a peer; `connect(2)` with AF_UNSPEC. @throws SocketError */
  disconnect(): void {
    this.inner.disconnect()
  }

  /** The process goes on while a verb of this socket's waits: so it is unless `unref` was called. */
  ref(): this {
    this.keepProcess(true)
    return this
  }

  /** The process may end though a verb of this socket's waits. */
  unref(): this {
    this.keepProcess(false)
    return this
  }

  /**
   * Ends the socket; `close(2)`. Verbs that wait reject with `ERR_SOCKET_CLOSED`. It never waits; what was sent goes out
   * in the background, whatever SO_LINGER says, unless that is 0. Closing again does nothing.
   */
  close(): void {
    if (this.inner.closed || this.inner.ownFd() < 0) return
    this.inner.setBlocking(false)
    this.failWaiting('ERR_SOCKET_CLOSED', 'the socket is closed')
    this.inner.close()
  }

  /** Closes the socket at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /**
   * Gives the descriptor away: its number, which the caller now has to close. Verbs that wait reject with
   * `ERR_SOCKET_DETACHED`.
   * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup, `ERR_READER_HOLDS_DATA`
   */
  detach(): number {
    const fd = this.inner.detach()
    this.failWaiting('ERR_SOCKET_DETACHED', 'the descriptor was given away')
    return fd
  }

  /**
   * A Socket, whose verbs block, in place of this one: it takes over the descriptor, the timeout, the peer, what the
   * reader holds and a half-read PROXY header. This object is detached.
   * @throws SocketError `ERR_SOCKET_BUSY` while a verb waits, `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`
   * @example
   * const blocking = awaited.toBlocking()
   * console.log(blocking.recv(1024))
   */
  toBlocking(): Socket {
    if (this.waiting(true) !== null || this.waiting(false) !== null) {
      throw stateError('ERR_SOCKET_BUSY', 'detach', 'a verb waits: await it first')
    }
    return this.inner.successor()
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { family, type, protocol, timeout, closed, listening } = this
    const fd = this.inner.ownFd()
    return `AsyncSocket ${inspect({ fd, family, type, protocol, timeout, closed, listening }, options)}`
  }

  /** Verbs that wait are told why they do not any more. @internal */
  protected failWaiting(code: string, why: string): void {
    for (const reads of [true, false]) {
      // Most close when nothing waits, and an error costs more than closing.
      this.waiting(reads)?.fail(stateError(code, reads ? 'recv' : 'send', why))
    }
  }

  /**
   * The socket's one reader, which takes a stream apart into lines and messages.
   * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_VALUE` for options that differ from the first call's; SocketError
   * @example
   * const line = await awaited.reader().readLine()
   */
  reader(options?: ReaderOptions): AsyncSocketReader {
    this.inner.reader(options)
    this.read ??= new AsyncSocketReader({
      readerBuffer: () => this.inner.readerBuffer(),
      ownMode: () => this.inner.ownMode(),
      fillReader: (waiting) => this.perform(FILL_READER, undefined, waiting, FOREVER),
    })
    return this.read
  }

  /** A stream that gave less than asked for has no more: the next receive need not ask. @internal */
  took(count: number, asked: number): void {
    // Where others read from it too, nothing follows from what this one got.
    if (count < asked && this.entry.shortMeansEmpty && this.inner.isExclusive()) this.entry.blockReading()
  }

  private noteOption(level: number, name: number): void {
    if (level === SO_RCVLOWAT.level && name === SO_RCVLOWAT.number) this.entry.shortMeansEmpty = false
  }
}
