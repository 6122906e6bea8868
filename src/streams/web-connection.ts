// What the two web streams of a connection share: the socket, which may still be connecting, and when it is over.

import type {
  ReadableByteStreamController,
  ReadableStream,
  WritableStream,
  WritableStreamDefaultController,
} from 'node:stream/web'
import { AsyncSocket } from '../async/async-socket.js'
import type { Data } from '../core/bytes.js'
import { SocketError, stateError } from '../core/errors.js'
import { webStreams } from '../native/node-modules.js'
import { SO_LINGER } from '../options/generated/options.js'
import { nextReceiveBytes, nextTurn, RECEIVE_BYTES } from '../reactor/fairness.js'

/** The two directions of a connection. */
export interface WebStreams {
  /** A byte stream: it also has readers that fill memory of theirs, `getReader({ mode: 'byob' })`. */
  readonly readable: ReadableStream<Uint8Array>
  /** It takes text, which goes out as UTF-8, and bytes. */
  readonly writable: WritableStream<Data>
}

/** The controllers as Node has them; its types lack the signal. */
type SinkController = WritableStreamDefaultController & { readonly signal: AbortSignal }

/** How the streams end, and functions to call when they do. */
export interface WebConnectionOptions {
  readonly allowHalfOpen: boolean
  readonly highWaterMark: number
  /** Called once when the connection is over; with the error that ended it, if one did. */
  readonly onOver?: (error?: unknown) => void
  /** Cancels the connecting. */
  readonly abortConnecting?: (reason: unknown) => void
}

/** The length of a chunk. One that is no data fails in the write itself, so that the connection ends with that error. */
function sizeOf(chunk: Data): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : (chunk?.byteLength ?? 0)
}

export class WebConnection {
  readonly streams: WebStreams
  readonly #options: WebConnectionOptions
  /** Null until it is connected, and after it was released. */
  #socket: AsyncSocket | null = null
  #source!: ReadableByteStreamController
  #sink!: SinkController
  #reads = true
  #writes = true
  #isOver = false
  #receiving = false
  #sending = false
  /** Chunks that the stream has taken and that are not sent yet. */
  #unsentChunks = 0
  #flushWaiters: (() => void)[] = []
  #nextBytes = RECEIVE_BYTES

  constructor(socket: AsyncSocket | Promise<AsyncSocket>, options: WebConnectionOptions) {
    this.#options = options
    const connecting = socket instanceof AsyncSocket ? this.#begin(socket) : this.#beginLater(socket)
    const web = webStreams()
    this.streams = {
      readable: new web.ReadableStream({
        type: 'bytes',
        start: (controller) => {
          this.#source = controller
          if (connecting === undefined) return this.#beginReading()
          return connecting.then(() => this.#beginReading())
        },
        pull: () => this.#pull(),
        cancel: () => this.#stopReading(),
      }),
      writable: new web.WritableStream<Data>(
        {
          start: (controller) => {
            this.#beginWriting(controller as SinkController)
            return connecting
          },
          write: (chunk) => this.#write(chunk),
          close: () => this.#endWriting(),
        },
        { highWaterMark: options.highWaterMark, size: (chunk) => this.#queued(chunk) },
      ),
    }
  }

  /** A stream always waits, though the socket was not to. */
  #begin(socket: AsyncSocket): undefined {
    this.#socket = socket
    if (socket.timeout === 0) socket.setTimeout(null)
  }

  /** A failure to connect is the error of both streams. */
  async #beginLater(connecting: Promise<AsyncSocket>): Promise<void> {
    try {
      const socket = await connecting
      if (this.#isOver) socket.close()
      else this.#begin(socket)
    } catch (error) {
      this.#over(error)
      throw error
    }
  }

  /** What a reader has received before comes first. */
  #beginReading(): void {
    if (this.#socket === null) return
    if (!this.#reads) {
      this.#shutdown('read')
      return
    }
    const held = this.#socket.reader().takeBuffered()
    if (held.length > 0) this.#source.enqueue(held)
  }

  #beginWriting(controller: SinkController): void {
    this.#sink = controller
    // The sink's own `abort` comes only after the write that is under way, which may wait for ever.
    controller.signal.addEventListener('abort', () => this.#reset(controller.signal.reason))
  }

  /** Receives once, because the stream is read. */
  async #pull(): Promise<void> {
    this.#receiving = true
    try {
      await this.#receive()
    } catch (error) {
      // Cancelling has ended the wait.
      if (this.#reads) this.#fail(error)
    } finally {
      this.#receiving = false
    }
  }

  /**
   * Receives into a Buffer of the size of the bytes; no memory is held while there are none. The stream copies them for a
   * reader that supplies its own memory: that reader may be released during the wait, and a later reader without such
   * memory would never get bytes that were received into it.
   */
  async #receive(): Promise<void> {
    const most = this.#source.byobRequest?.view?.byteLength ?? this.#nextBytes
    const chunk = await this.#socket!.recv(most)
    if (!this.#reads) return
    if (chunk === null) return this.#endReading()
    this.#nextBytes = nextReceiveBytes(chunk.length, this.#nextBytes)
    this.#source.enqueue(chunk)
  }

  #endReading(): void {
    this.#closeSource()
    this.#reads = false
    this.#readingEnded()
  }

  #closeSource(): void {
    this.#source.close()
    // A reader that waits with its own memory gets it back.
    this.#source.byobRequest?.respond(0)
  }

  #stopReading(): void {
    this.#reads = false
    if (this.#writes) this.#shutdown('read')
    this.#readingEnded()
  }

  #readingEnded(): void {
    this.#closeWhenOver()
    // What was written and waits in the stream is given to `write` within this turn.
    if (!this.#options.allowHalfOpen) nextTurn(() => this.#sending || this.#endWriting())
  }

  #queued(chunk: Data): number {
    const size = sizeOf(chunk)
    this.#unsentChunks++
    return size
  }

  async #write(chunk: Data): Promise<void> {
    this.#sending = true
    try {
      await this.#socket!.sendAll(chunk)
    } catch (error) {
      this.#writes = false
      // The kernel reports a reset once: the next read would take it for the end. After EPIPE the end is a real one.
      if (error instanceof SocketError && error.code !== 'EPIPE') this.#fail(error)
      else this.#closeWhenOver()
      throw error
    } finally {
      this.#sending = false
      this.#unsentChunks--
      this.#wakeFlushed()
      if (!this.#reads) this.#readingEnded()
    }
  }

  #endWriting(): void {
    if (!this.#writes) return
    this.#writes = false
    this.#wakeFlushed()
    if (this.#reads) this.#shutdown('write')
    this.#closeWhenOver()
  }

  /** A peer that is gone has ended both directions already. */
  #shutdown(how: 'read' | 'write'): void {
    try {
      this.#socket?.shutdown(how)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTCONN') throw error
    }
  }

  /** The connection is over, and both sides are to know why. */
  #fail(error: unknown): void {
    if (this.#reads) this.#source.error(error)
    if (this.#writes) this.#sink.error(error)
    this.#end(error)
  }

  /** The peer is to see that this is no regular end. */
  #reset(reason: unknown): void {
    if (this.#isOver) return
    if (this.#socket === null) this.#options.abortConnecting?.(reason)
    else this.#socket.setOption(SO_LINGER, 0)
    if (this.#reads) this.#source.error(reason)
    this.#end(reason)
  }

  #end(error?: unknown): void {
    this.#reads = this.#writes = false
    this.#closeWhenOver(error)
  }

  #closeWhenOver(error?: unknown): void {
    if (this.#reads || this.#writes || this.#isOver) return
    this.#socket?.close()
    this.#over(error)
  }

  #over(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#wakeFlushed()
    this.#options.onOver?.(error)
  }

  /** Whether all that was written has been sent, or never will be. */
  get #isFlushed(): boolean {
    return this.#unsentChunks === 0 || !this.#writes || this.#isOver
  }

  #wakeFlushed(): void {
    if (!this.#isFlushed) return
    for (const wake of this.#flushWaiters.splice(0)) wake()
  }

  async #flushed(): Promise<void> {
    if (!this.#isFlushed) await new Promise<void>((resolve) => this.#flushWaiters.push(resolve))
  }

  /** Sends what was written, then ends both directions and closes. */
  async finish(): Promise<void> {
    await this.#flushed()
    if (this.#isOver) return
    const closed = stateError('ERR_SOCKET_CLOSED', 'write', 'the socket was closed')
    if (this.#socket === null) this.#options.abortConnecting?.(closed)
    if (this.#reads) this.#closeSource()
    if (this.#writes) this.#sink.error(closed)
    this.#end()
  }

  /**
   * Sends what was written, then ends both streams and returns the socket.
   * @throws SocketError `ERR_SOCKET_BUSY` while `readable` waits for bytes; `ERR_SOCKET_CLOSED` once the connection is over
   */
  async release(): Promise<AsyncSocket> {
    await this.#flushed()
    const socket = this.#socket
    if (socket === null || !this.#reads || !this.#writes) {
      throw stateError('ERR_SOCKET_CLOSED', 'startTls', 'the connection, or one direction of it, has ended')
    }
    if (this.#receiving) throw stateError('ERR_SOCKET_BUSY', 'startTls', 'a read waits: await it first')
    this.#closeSource()
    this.#sink.error(stateError('ERR_SOCKET_DETACHED', 'write', 'the connection goes on over TLS'))
    this.#socket = null
    this.#end()
    return socket
  }
}
