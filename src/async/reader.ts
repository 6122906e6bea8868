// The reader of a socket that is awaited: the same steps over the same bytes as the blocking one, and a promise for
// each receive between two of them.

import { bytesOf } from '../core/bytes.js'
import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { failure, stateError } from '../core/errors.js'
import { signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { defer, mayGoOn } from '../reactor/fairness.js'
import type { ReaderBuffer, Step } from '../socket/reader-buffer.js'
import type { AsyncOptions } from './pending-operation.js'

/** What an awaited reader needs of its socket. */
export interface AsyncByteSource {
  /** What it has received for its reader. */
  readerBuffer(): ReaderBuffer
  /**
   * Receives into that: a count, 0 at the end. What was received is held from the moment when it was, not only when the
   * promise settles: in between, the socket may pass to another owner, and what is held with it.
   */
  fillReader(options: AsyncOptions): Promise<number>
  /** How long a call waits that says nothing of it, as the addon's number. */
  ownMode(): number
}

/**
 * Reads lines and messages from a stream socket, awaited. Made by `socket.reader()`, one a socket. While it holds
 * received bytes, the socket's own `recv` verbs reject with `ERR_READER_HOLDS_DATA`. One call waits at a time:
 * another one meanwhile rejects with `ERR_SOCKET_BUSY`. A call that is cancelled or times out loses no byte: the same
 * call goes on where it stopped.
 * @example
 * for await (const line of socket.reader()) console.log(line)
 */
export class AsyncSocketReader {
  readonly #source: AsyncByteSource
  #running = false

  /** @internal */
  constructor(source: AsyncByteSource) {
    this.#source = source
  }

  /** How many received bytes wait here. */
  get bufferedBytes(): number {
    return this.#held.length
  }

  /**
   * Reads a line, without its `\n` or `\r\n`: as text, or with `raw` as a Buffer.
   * @returns `null` at the end of the stream
   * @throws SocketError `ERR_LINE_TOO_LONG`; `ERR_UNEXPECTED_END` with `partial` for a last line without its end;
   *   `ERR_SOCKET_BUSY`; AbortError; and as `recv`
   * @example
   * const line: string | null = await socket.reader().readLine({ timeout: 1000 })
   */
  readLine(options: AsyncOptions & { readonly raw: true }): Promise<Buffer | null>
  readLine(options?: AsyncOptions & { readonly raw?: false }): Promise<string | null>
  async readLine(options?: AsyncOptions & { readonly raw?: boolean }): Promise<string | Buffer | null> {
    return this.#run(this.#held.line(options?.raw === true), options)
  }

  /**
   * Reads up to and including `delimiter`.
   * @returns `null` at the end of the stream
   * @throws as `readLine`
   * @example
   * const head = await socket.reader().readUntil('\r\n\r\n')
   */
  async readUntil(delimiter: string | Uint8Array, options?: AsyncOptions): Promise<Buffer | null> {
    return this.#run(this.#held.until(bytesOf(delimiter, 'delimiter')), options)
  }

  /**
   * Reads exactly `count` bytes.
   * @returns `null` where the stream ends before the first of them
   * @throws SocketError `ERR_UNEXPECTED_END` with `partial` where it ends among them; `ERR_SOCKET_BUSY`; and as `recv`
   * @example
   * const header = await socket.reader().readExactly(4)
   */
  async readExactly(count: number, options?: AsyncOptions): Promise<Buffer | null> {
    return this.#run(this.#held.exactly(count), options)
  }

  /**
   * Reads until the stream ends.
   * @throws as `recv`; what was received by then stays in the reader
   * @example
   * const body = await socket.reader().readAll({ timeout: 10_000 })
   */
  async readAll(options?: AsyncOptions): Promise<Buffer> {
    return this.#run(this.#held.all(), options)
  }

  /**
   * Takes out what has been received and not yet read; the socket's own `recv` can be used again. Never waits.
   * @throws SocketError `ERR_SOCKET_BUSY` while a call waits
   */
  takeBuffered(): Buffer {
    this.#mustBeFree()
    return this.#held.take()
  }

  /** The lines, until the stream ends. What stops the iteration closes nothing. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (let line = await this.readLine(); line !== null; line = await this.readLine()) yield line
  }

  /** Takes a step and receives, in turn, until there is a result. */
  async #run<Result>(step: Step<Result>, options: AsyncOptions | undefined): Promise<Result> {
    this.#mustBeFree()
    const signal = options === undefined ? undefined : signalOf(options)
    const timeout = effectiveTimeout(options, this.#source.ownMode())
    let limit: Deadline | undefined
    let ended = false
    this.#running = true
    try {
      for (;;) {
        const result = step(ended)
        if (result !== undefined) {
          // Many lines may be held: each counts.
          if (!mayGoOn()) await new Promise<void>(defer)
          return result
        }
        limit ??= new Deadline(timeout)
        ended = (await this.#fill(limit, signal)) === 0
      }
    } finally {
      this.#running = false
    }
  }

  /** Receives once: a count, 0 at the end of the stream. */
  async #fill(limit: Deadline, signal: AbortSignal | undefined): Promise<number> {
    if (!limit.beginCall()) throw failure(TIMED_OUT, 'recv')
    const { timeout } = limit
    return this.#source.fillReader(signal === undefined ? { timeout } : { timeout, signal })
  }

  get #held(): ReaderBuffer {
    return this.#source.readerBuffer()
  }

  #mustBeFree(): void {
    if (this.#running) throw stateError('ERR_SOCKET_BUSY', 'recv', 'another call of this reader waits')
  }
}
