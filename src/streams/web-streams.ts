// A connection as a pair of web streams: what fetch, Response, CompressionStream and every other runtime speak.

import type {
  ReadableByteStreamController,
  ReadableStream,
  WritableStream,
  WritableStreamDefaultController,
} from 'node:stream/web'
import { AsyncSocket } from '../async/async-socket.js'
import { takeConnection } from '../async/take-ownership.js'
import type { Data } from '../core/bytes.js'
import { SocketError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkInteger } from '../core/validate.js'
import { webStreams } from '../native/node-modules.js'
import { SO_LINGER } from '../options/generated/options.js'
import { nextReceiveBytes, nextTurn, RECEIVE_BYTES } from '../reactor/fairness.js'
import type { Socket } from '../socket/socket.js'

/** The two directions of a connection. */
export interface WebStreams {
  /** A byte stream: it also has readers that fill memory of theirs, `getReader({ mode: 'byob' })`. */
  readonly readable: ReadableStream<Uint8Array>
  /** It takes text, which goes out as UTF-8, and bytes. */
  readonly writable: WritableStream<Data>
}

/** How the two directions end, and how much waits in between. */
export interface WebStreamsOptions {
  /**
   * Our side stays open after the peer has ended its own, or `readable` was cancelled, until `writable` is closed. `true`
   * unless given; with `false`, it ends as soon as all that was written by then is sent: for clients that only await a
   * reply.
   */
  readonly allowHalfOpen?: boolean
  /** So many bytes may wait to be sent before `writer.ready` waits; 64 KiB unless given. */
  readonly highWaterMark?: number
}

const WEB_STREAMS_OPTIONS: Names<WebStreamsOptions> = { allowHalfOpen: true, highWaterMark: true }

/** The controllers as Node has them; its types lack the signal. */
type SinkController = WritableStreamDefaultController & { readonly signal: AbortSignal }

/**
 * A connection as web streams; the socket is given away, and its object detached. Nothing is received before it is read,
 * and no more taken to be sent than the peer takes. Cancelling `readable` ends receiving, closing `writable` ends our
 * side after what was written, and when both are over the connection is closed. Aborting `writable` closes it at
 * once: over TCP the peer sees a reset. The socket's timeout, unless that is 0, still limits each receive and send:
 * `setTimeout(null)` before, where it is not to.
 * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_TYPE`; RangeError `ERR_OUT_OF_RANGE`; SocketError `ERR_SOCKET_BUSY`
 *   while a verb waits, `ERR_SOCKET_CLOSED`, `ERR_SOCKET_CONNECTING`, `ERR_PROXY_UNFINISHED`. The streams fail with what `recv` and `send` throw
 * @example
 * const { readable, writable } = toWeb(await openConnection({ host: 'localhost', port: 80 }))
 * await new Response('GET / HTTP/1.0\r\n\r\n').body!.pipeTo(writable, { preventClose: true })
 * console.log(await new Response(readable).text())
 */
export function toWeb(socket: AsyncSocket | Socket, options: WebStreamsOptions = {}): WebStreams {
  checkOptionNames(options, WEB_STREAMS_OPTIONS)
  const { allowHalfOpen = true, highWaterMark = 65536 } = checkedOptions(options)
  checkInteger(highWaterMark, 'highWaterMark', 0, Number.MAX_SAFE_INTEGER)
  const owned = new AsyncSocket(takeConnection(socket))
  // A stream always waits, though the socket was not to.
  if (owned.timeout === 0) owned.setTimeout(null)
  const connection = new WebConnection(owned, allowHalfOpen)
  const web = webStreams()
  return {
    readable: new web.ReadableStream({
      type: 'bytes',
      start: (controller) => connection.beginReading(controller),
      pull: () => connection.pull(),
      cancel: () => connection.stopReading(),
    }),
    writable: new web.WritableStream<Data>(
      {
        start: (controller) => connection.beginWriting(controller as SinkController),
        write: (chunk) => connection.write(chunk),
        close: () => connection.endWriting(),
      },
      { highWaterMark, size: sizeOf },
    ),
  }
}

/** A chunk that is no data fails in the write itself, so that the connection ends with that error. */
function sizeOf(chunk: Data): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : (chunk?.byteLength ?? 0)
}

/** What both directions share: the socket, and when it is over. */
class WebConnection {
  readonly #socket: AsyncSocket
  readonly #allowHalfOpen: boolean
  #source!: ReadableByteStreamController
  #sink!: SinkController
  #reads = true
  #writes = true
  #sending = false
  #nextBytes = RECEIVE_BYTES

  constructor(socket: AsyncSocket, allowHalfOpen: boolean) {
    this.#socket = socket
    this.#allowHalfOpen = allowHalfOpen
  }

  /** What a reader has received before comes first. */
  beginReading(controller: ReadableByteStreamController): void {
    this.#source = controller
    const held = this.#socket.reader().takeBuffered()
    if (held.length > 0) controller.enqueue(held)
  }

  beginWriting(controller: SinkController): void {
    this.#sink = controller
    // The sink's own `abort` comes only after the write that is under way, which may wait for ever.
    controller.signal.addEventListener('abort', () => this.#reset(controller.signal.reason))
  }

  /** Receives once, because the stream is read. */
  async pull(): Promise<void> {
    try {
      await this.#receive()
    } catch (error) {
      // Cancelling has ended the wait.
      if (this.#reads) this.#fail(error)
    }
  }

  /**
   * Receives into a Buffer of the size of the bytes; no memory is held while there are none. The stream copies them for a
   * reader that supplies its own memory: that reader may be released during the wait, and a later reader without such
   * memory would never get bytes that were received into it.
   */
  async #receive(): Promise<void> {
    const most = this.#source.byobRequest?.view?.byteLength ?? this.#nextBytes
    const chunk = await this.#socket.recv(most)
    if (!this.#reads) return
    if (chunk === null) return this.#endReading()
    this.#nextBytes = nextReceiveBytes(chunk.length, this.#nextBytes)
    this.#source.enqueue(chunk)
  }

  #endReading(): void {
    this.#source.close()
    // A reader that waits with its own memory gets it back.
    this.#source.byobRequest?.respond(0)
    this.#reads = false
    this.#readingEnded()
  }

  stopReading(): void {
    this.#reads = false
    if (this.#writes) this.#shutdown('read')
    this.#readingEnded()
  }

  #readingEnded(): void {
    this.#closeWhenOver()
    // What was written and waits in the stream is given to `write` within this turn.
    if (!this.#allowHalfOpen) nextTurn(() => this.#sending || this.endWriting())
  }

  async write(chunk: Data): Promise<void> {
    this.#sending = true
    try {
      await this.#socket.sendAll(chunk)
    } catch (error) {
      this.#writes = false
      // The kernel reports a reset once: the next read would take it for the end. After EPIPE the end is a real one.
      if (error instanceof SocketError && error.code !== 'EPIPE') this.#fail(error)
      else this.#closeWhenOver()
      throw error
    } finally {
      this.#sending = false
      if (!this.#reads) this.#readingEnded()
    }
  }

  endWriting(): void {
    if (!this.#writes) return
    this.#writes = false
    if (this.#reads) this.#shutdown('write')
    this.#closeWhenOver()
  }

  /** A peer that is gone has ended both directions already. */
  #shutdown(how: 'read' | 'write'): void {
    try {
      this.#socket.shutdown(how)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTCONN') throw error
    }
  }

  /** The connection is over, and both sides are to know why. */
  #fail(error: unknown): void {
    if (this.#reads) this.#source.error(error)
    if (this.#writes) this.#sink.error(error)
    this.#end()
  }

  /** The peer is to see that this is no regular end. */
  #reset(reason: unknown): void {
    if (this.#socket.closed) return
    this.#socket.setOption(SO_LINGER, 0)
    if (this.#reads) this.#source.error(reason)
    this.#end()
  }

  #end(): void {
    this.#reads = this.#writes = false
    this.#closeWhenOver()
  }

  #closeWhenOver(): void {
    if (!this.#reads && !this.#writes) this.#socket.close()
  }
}
