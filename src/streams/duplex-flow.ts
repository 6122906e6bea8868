// A stream of Node's over a socket, driven by the reactor: bytes both ways, and how it ends. What a library expects of a
// net.Socket besides that is in duplex.ts.

import { AsyncResource } from 'node:async_hooks'
import { Duplex, type DuplexOptions } from 'node:stream'
import type { AsyncSocket } from '../async/async-socket.js'
import { takeOwnership } from '../async/take-ownership.js'
import { type SocketError, stateError } from '../core/errors.js'
import type { MessageFlag } from '../native/constant-kinds.js'
import { MSG_MORE } from '../native/generated/constants.js'
import { defer } from '../reactor/fairness.js'
import { reactor } from '../reactor/reactor.js'
import { ReactorEntry } from '../reactor/registration.js'
import type { Socket } from '../socket/socket.js'
import type { FlagOptions } from '../socket/transfer-options.js'

// How much is received at once: first, and where there was more.
const USUAL = 16384
const MOST = 65536
// So many chunks in a row, then others have their turn.
const ROUNDS = 4
/** Chunks that were written together go out in one piece up to this; beyond it a copy costs more than a call. */
const GATHERED = 65536

const more: FlagOptions = { flags: Math.max(MSG_MORE, 0) as MessageFlag }

type Done = (error?: Error | null) => void

/** What is being sent. */
interface Sending {
  readonly parts: Uint8Array[]
  /** Which of them is the next. */
  at: number
  readonly done: Done
}

/** The options of `stream.Duplex` that a socket has a use for. */
export type FlowOptions = Pick<
  DuplexOptions,
  'allowHalfOpen' | 'highWaterMark' | 'readableHighWaterMark' | 'writableHighWaterMark' | 'signal'
>

/** The part of a SocketDuplex that transfers bytes. Not exported by the package: see SocketDuplex. */
export abstract class FlowDuplex extends Duplex {
  /** How many bytes have been received. */
  bytesRead = 0
  /** How many bytes the kernel has taken to send. */
  bytesWritten = 0
  /** @internal */
  protected readonly inner: Socket
  readonly #entry: ReactorEntry
  // Listeners run in the context in which the stream was made, as those of a net.Socket do.
  readonly #context = new AsyncResource('BERKELEYDUPLEX', { requireManualDestroy: true })
  #wanted = false
  #receiving = false
  #deferred = false
  #asked = USUAL
  #sending: Sending | null = null
  #refed = true
  #held = false

  /** @internal */
  constructor(socket: Socket | AsyncSocket, options: FlowOptions) {
    super({ allowHalfOpen: false, ...options, emitClose: false })
    // Only now that nothing is wrong with the options: until here the socket is its owner's.
    const inner = takeOwnership(socket)
    inner.setBlocking(false)
    this.inner = inner
    this.#entry = ReactorEntry.of(inner).belongTo(this)
    // Not to be tried before it is known to be worth it: that is told as soon as the entry is added.
    this.#entry.readable = false
    this.#takeHeld()
  }

  /** The process goes on while the stream waits to receive or send: so it is unless `unref` was called. */
  ref(): this {
    this.#refed = true
    this.#hold()
    return this
  }

  /** The process may end though the stream waits. */
  unref(): this {
    this.#refed = false
    this.#hold()
    return this
  }

  /** Bytes have gone in either direction. @internal */
  protected abstract moved(): void

  /** @internal */
  override _read(): void {
    this.#wanted = true
    if (!this.#receiving && !this.#deferred) this.#receive()
  }

  /** @internal */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#start({ parts: [chunk], at: 0, done })
  }

  /** @internal */
  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#start({ parts: gathered(chunks.map(({ chunk }) => chunk)), at: 0, done })
  }

  /** @internal */
  override _final(done: Done): void {
    let failed: SocketError | null = null
    try {
      this.inner.shutdown('write')
    } catch (error) {
      failed = error as SocketError
    }
    // A connection that is gone already needs no end; why it went is told by what is received.
    done(failed?.code === 'ENOTCONN' ? null : failed)
  }

  /** @internal */
  override _destroy(error: Error | null, done: Done): void {
    const { inner } = this
    const sending = this.#sending
    this.#sending = null
    this.#wanted = false
    this.#hold()
    this.#entry.ends(inner.isExclusive())
    inner.close()
    done(error)
    // Only then: an error that is told by a callback counts as the stream's own as long as it has not closed.
    process.nextTick(() => {
      this.#context.runInAsyncScope(() => this.emit('close', error !== null))
      this.#context.emitDestroy()
      sending?.done(
        error ?? stateError('ERR_STREAM_DESTROYED', 'send', 'the stream was destroyed before this was sent'),
      )
    })
  }

  /** From the reactor: something may have come. @internal */
  mayRead(): void {
    if (!this.#deferred) this.#context.runInAsyncScope(this.#receive, this)
  }

  /** From the reactor: more may be sent. @internal */
  mayWrite(): void {
    this.#context.runInAsyncScope(this.#send, this)
  }

  /** From the reactor: nothing would be told. @internal */
  fail(error: Error): void {
    this.destroy(error)
  }

  /** What a reader has received already comes first. */
  #takeHeld(): void {
    const held = this.inner.reader().takeBuffered()
    if (held.length === 0) return
    this.bytesRead = held.length
    this.unshift(held)
  }

  /** Receives as long as the stream wants more and there is more, in its turn. */
  #receive(): void {
    this.#receiving = true
    try {
      for (let round = 0; round < ROUNDS && this.#mayReceive; round++) this.#take()
    } finally {
      // Also when a listener has thrown: its exception is no end of the stream.
      this.#receiving = false
      if (this.#mayReceive) this.#receiveLater()
      this.#wait()
    }
  }

  get #mayReceive(): boolean {
    return this.#wanted && this.#entry.readable
  }

  #receiveLater(): void {
    this.#deferred = true
    defer(() => {
      this.#deferred = false
      this.mayRead()
    })
  }

  /** Receives once. */
  #take(): void {
    const asked = this.#asked
    let bytes: Buffer | null | undefined
    try {
      bytes = this.inner.tryRecv(asked)
    } catch (error) {
      this.destroy(error as Error)
      return
    }
    if (bytes === undefined) {
      this.#entry.blockReading()
      return
    }
    this.#entry.proved()
    this.#asked = bytes?.length === asked ? MOST : USUAL
    // A stream that gave less than asked for has no more: the next receive need not ask.
    if (bytes !== null && bytes.length < asked && this.#entry.shortMeansEmpty && this.inner.isExclusive()) {
      this.#entry.blockReading()
    }
    this.#pass(bytes)
  }

  /** Passes on what was received; `null` is the end. */
  #pass(bytes: Buffer | null): void {
    this.bytesRead += bytes?.length ?? 0
    this.moved()
    // A listener may ask for more, stop the stream, destroy it, or throw.
    this.#wanted = false
    let goesOn = true
    try {
      goesOn = this.push(bytes)
    } finally {
      this.#wanted = (this.#wanted || goesOn) && bytes !== null && !this.destroyed
    }
  }

  /** The chunks go out in their order; the stream writes nothing else until all are out. */
  #start(sending: Sending): void {
    this.#sending = sending
    if (this.#entry.writable) this.#send()
    else this.#wait()
  }

  #send(): void {
    const sending = this.#sending
    if (sending === null) return
    let failed: Error | null = null
    try {
      if (!this.#pour(sending)) {
        this.#wait()
        return
      }
    } catch (error) {
      failed = error as Error
    }
    this.#sending = null
    this.#wait()
    sending.done(failed)
  }

  /** Hands over to the kernel what it takes now: whether that was all. */
  #pour(sending: Sending): boolean {
    const { parts } = sending
    while (sending.at < parts.length) {
      const part = parts[sending.at]!
      const taken = this.inner.trySend(part, sending.at + 1 < parts.length ? more : undefined)
      if (taken === undefined) {
        this.#entry.blockWriting()
        return false
      }
      this.#entry.proved()
      this.bytesWritten += taken
      this.moved()
      if (taken === part.length) sending.at++
      else parts[sending.at] = part.subarray(taken)
    }
    return true
  }

  /** Tells the reactor what there is to wait for. */
  #wait(): void {
    const entry = this.#entry
    const reader = this.#wanted && !this.#deferred ? this : null
    const writer = this.#sending !== null ? this : null
    if (!this.destroyed && (reader ?? writer) !== null && !this.#enter()) return
    if (entry.reader !== reader) entry.tellReadable(reader)
    if (entry.writer !== writer) entry.tellWritable(writer)
    this.#hold()
  }

  /** Whether the reactor tells it: there may be no descriptor left for the reactor's own set. */
  #enter(): boolean {
    try {
      reactor().add(this.#entry)
      return true
    } catch (error) {
      this.destroy(error as Error)
      return false
    }
  }

  /** Keeps the event loop going, or no longer. */
  #hold(): void {
    const held = this.#refed && (this.#wanted || this.#sending !== null)
    if (held === this.#held) return
    this.#held = held
    if (held) reactor().hold()
    else reactor().release()
  }
}

/** Small chunks in one piece, large ones each by itself. */
function gathered(chunks: Buffer[]): Uint8Array[] {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return length <= GATHERED ? [Buffer.concat(chunks, length)] : chunks
}
