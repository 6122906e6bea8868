// The sending side of a connection with handlers, and what both sides have.

import type { Address } from '../addresses/types.js'

import { bytesOf, type Data } from '../core/bytes.js'
import { failure, type SocketError, stateError } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import { SO_LINGER } from '../options/generated/options.js'
import type { ReadableOption, WritableOption } from '../options/row.js'
import { reactor } from '../reactor/reactor.js'
import { ReactorEntry } from '../reactor/registration.js'
import { SendQueue } from '../reactor/send-queue.js'
import type { Socket } from '../socket/socket.js'

// What has become of a connection: bits of `state`.
export const READ_ENDED = 1
export const FINISHING = 2
export const WRITE_ENDED = 4
export const PAUSED = 8
export const CLOSED = 16
export const SHORT = 32
export const OPENED = 64
export const READS_LATER = 128

/** The part of a connection that sends. Not exported by the package: see Connection. */
export abstract class SendingConnection {
  /** When bytes last went either way, in ticks of its host. @internal */
  active = 0
  /** @internal */
  protected readonly socket: Socket
  /** @internal */
  protected readonly entry: ReactorEntry
  /** @internal */
  protected state = 0
  #queue: SendQueue | null = null
  #refed = true
  /** What ends it: told once, though the handler of errors may try to send, or close by itself. */
  #failure: Error | null = null

  /** @internal */
  protected constructor(socket: Socket) {
    this.socket = socket
    this.entry = ReactorEntry.of(socket)
  }

  /** Whether bytes have been received that nobody was told of. @internal */
  protected abstract hasUntold(): boolean

  /** Bytes have gone either way. @internal */
  protected abstract touch(): void

  /** Calls `drain`. @internal */
  protected abstract drained(): void

  /** Tells of an error that ends the connection. @internal */
  protected abstract tell(error: Error): void

  /** The connection is closed. @internal */
  protected abstract left(error: Error | null): void

  /** The address of our end; `getsockname(2)`. @throws SocketError `ERR_SOCKET_CLOSED` */
  getSockName(): Address {
    return this.socket.getSockName()
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return (this.state & CLOSED) !== 0
  }

  /** How many bytes `write` and `end` have queued that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#queue?.length ?? 0
  }

  /** The value of an option; `getsockopt(2)`. @throws as `Socket.getOption` */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return this.socket.getOption(option)
  }

  /** Sets an option; `setsockopt(2)`. @throws as `Socket.setOption` */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    this.socket.setOption(option, value)
  }

  /**
   * Sends what the kernel takes now; the rest is the caller's to keep. If that is not all, `drain` tells when to go on.
   * @returns how many bytes were taken; 0 also where others wait in the queue of `write`, or the connection has failed
   * @throws SocketError `ERR_SOCKET_CLOSED` after `end` or `close`
   */
  send(data: Data): number {
    this.#checkWritable('send')
    const bytes = bytesOf(data)
    const taken = this.#queue === null ? this.#pass(bytes) : 0
    if (taken < bytes.length) this.#awaitDrain()
    return taken
  }

  /**
   * Sends, and queues a copy of what the kernel does not take now.
   * @returns whether all has been taken; if not, `drain` tells when the queue is empty
   * @throws SocketError `ERR_SOCKET_CLOSED` after `end` or `close`
   */
  write(data: Data): boolean {
    this.#checkWritable('write')
    const bytes = bytesOf(data)
    const taken = this.#queue === null ? this.#pass(bytes) : 0
    if (taken === bytes.length) return true
    if (this.state & CLOSED) return false
    this.#queue ??= new SendQueue()
    this.#queue.push(taken === 0 ? bytes : bytes.subarray(taken))
    this.#awaitDrain()
    return false
  }

  /**
   * Sends what is queued, then `data`, and ends our side: the peer reads the end. The connection closes when the peer has
   * ended as well. After `end` or `close` it does nothing, and `data` is not sent.
   */
  end(data?: Data): void {
    if (this.state & (CLOSED | FINISHING)) return
    if (data !== undefined) this.write(data)
    this.state |= FINISHING
    if (this.#queue === null) this.#finish()
  }

  /**
   * Closes the connection at once, in both directions; what is queued here is dropped. Where the peer has sent what
   * nobody was told of, it sees `ECONNRESET` on TCP, and may on unix sockets. Closing again does nothing.
   */
  close(): void {
    this.shut(null)
  }

  /**
   * Ends the connection at once. Over TCP the peer sees `ECONNRESET`; unix sockets know no reset, and their peer sees the end,
   * unless something that it sent was unread.
   */
  reset(): void {
    if (this.state & CLOSED) return
    this.socket.setOption(SO_LINGER, 0)
    this.shut(null)
  }

  /** The process goes on while the connection is open: so it is unless `unref` was called. */
  ref(): this {
    if (!this.#refed && !this.closed) reactor().hold()
    this.#refed = true
    return this
  }

  /** The process may end though the connection is open. */
  unref(): this {
    if (this.#refed && !this.closed) reactor().release()
    this.#refed = false
    return this
  }

  /** @internal */
  timeOut(): void {
    this.fail(failure(TIMED_OUT, 'idle'))
  }

  /** Hands bytes to the kernel: how many it took. */
  #pass(bytes: Uint8Array): number {
    try {
      const taken = this.socket.trySend(bytes) ?? 0
      if (taken > 0) {
        this.entry.proved()
        this.touch()
      }
      return taken
    } catch (error) {
      this.fail(error as Error)
      return 0
    }
  }

  #awaitDrain(): void {
    if (this.state & (CLOSED | SHORT)) return
    this.state |= SHORT
    this.entry.writable = false
    this.entry.tellWritable(this)
  }

  /** More can be sent: first what is queued. @internal */
  mayWrite(): void {
    const isFlushed = this.#queue?.flush((bytes) => this.#pass(bytes)) ?? true
    if (this.state & CLOSED) return
    if (!isFlushed) {
      this.entry.blockWriting()
      return
    }
    this.#queue = null
    this.state &= ~SHORT
    this.entry.tellWritable(null)
    this.drained()
    if (this.#queue === null && this.state & FINISHING) this.#finish()
  }

  /** Everything is sent, and nothing follows. */
  #finish(): void {
    if (this.state & (CLOSED | WRITE_ENDED)) return
    this.state |= WRITE_ENDED
    if (this.state & READ_ENDED) {
      this.shut(null)
      return
    }
    try {
      this.socket.shutdown('write')
    } catch (error) {
      // A connection that is gone needs no end. Why it went is told by what is received, after what came before.
      if ((error as SocketError).code !== 'ENOTCONN') this.fail(error as Error)
    }
  }

  #checkWritable(verb: string): void {
    if (!(this.state & (CLOSED | FINISHING))) return
    throw stateError('ERR_SOCKET_CLOSED', verb, this.closed ? 'the connection is closed' : 'end was called')
  }

  /** @internal */
  fail(error: Error): void {
    if (this.state & CLOSED || this.#failure !== null) return
    this.#failure = error
    this.tell(error)
    this.shut(error)
  }

  /** @internal */
  protected shut(error: Error | null): void {
    if (this.state & CLOSED) return
    this.state |= CLOSED
    if (this.#refed) reactor().release()
    // As the kernel does with what it has received and nobody has: the peer must not take that for an orderly end.
    // Where others hold the connection it goes on for them.
    if (this.hasUntold() && this.socket.isExclusive()) this.socket.setOption(SO_LINGER, 0)
    this.entry.ends(this.socket.isExclusive())
    this.#queue = null
    this.socket.setBlocking(false)
    this.socket.close()
    this.left(this.#failure ?? error)
  }
}
