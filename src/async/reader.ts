// The reader of an awaited socket: the same attempts over the same buffer as the blocking one's, and a promise for each
// receive between two of them.

import { type InspectOptions, inspect } from 'node:util'
import { bytesOf } from '../core/bytes.js'
import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { type SocketError, SocketTimeoutError, stateError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { signalOf } from '../core/validate.js'
import { defer, maySettle } from '../reactor/fairness.js'
import {
  inReader,
  LINE_OPTIONS,
  type LineOptions,
  type ReadAttempt,
  type ReaderBuffer,
} from '../socket/reader-buffer.js'
import { ASYNC_OPTIONS, type AsyncOptions } from './pending-operation.js'

/** What an awaited reader needs of its socket. */
export interface AsyncReaderSource {
  /** The bytes that were received and not read yet. */
  buffer(): ReaderBuffer
  /**
   * Receives into the buffer: a count, 0 at the end. Received bytes are in the buffer at once, not only when the promise
   * settles: in between, the socket may pass to another owner, and its buffer with it.
   */
  fill(options: AsyncOptions): Promise<number>
  /** The error of a call that could wait so long. */
  timedOut(timeout: number): SocketError
  /** How long a call waits that does not say so itself. */
  timeout(): number
}

const ASYNC_LINE_OPTIONS: Names<LineOptions & AsyncOptions> = { ...LINE_OPTIONS, ...ASYNC_OPTIONS }

/**
 * Reads lines and messages from a stream socket, awaited. Made by `socket.reader()`, one a socket. While it holds
 * received bytes, the socket's own `recv` verbs reject with `ERR_READER_HOLDS_DATA`. One call waits at a time:
 * another one meanwhile rejects with `ERR_SOCKET_BUSY`. A call that is cancelled or times out loses no byte: the same
 * call continues where it stopped.
 * @example
 * for await (const line of awaited.reader()) console.log(line)
 */
export class AsyncSocketReader {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  readonly #source: AsyncReaderSource
  #running = false

  /** @internal */
  constructor(source: AsyncReaderSource) {
    this.#source = source
  }

  /** How many received bytes it holds. */
  get bufferedBytes(): number {
    return this.#held().length
  }

  /**
   * Whether the end of the stream has been received. Right after `readLine` has returned a line, it says that this line
   * lacked its end.
   * @example
   * const line = await socket.reader().readLine()
   * if (line !== null && socket.reader().ended) console.log('the last line, cut short:', line)
   */
  get ended(): boolean {
    return this.#held().hasEnded
  }

  /**
   * Reads a line, without its `\n` or `\r\n`: as text, or with `raw` as a Buffer. The last line may lack its end; see
   * `ended`.
   * @returns `null` at the end of the stream
   * @throws SocketError `ERR_LINE_TOO_LONG`; with `requireEnd`, `ERR_UNEXPECTED_END` with `partial` for a last line that
   *   lacks its end;
   *   `ERR_SOCKET_BUSY`; AbortError; and as `recv`
   * @example
   * const line: string | null = await socket.reader().readLine({ timeout: 1000 })
   */
  readLine(options: AsyncOptions & LineOptions & { readonly raw: true }): Promise<Buffer | null>
  readLine(options?: AsyncOptions & LineOptions & { readonly raw?: false }): Promise<string | null>
  async readLine(options?: AsyncOptions & LineOptions): Promise<string | Buffer | null> {
    checkOptionNames(options, ASYNC_LINE_OPTIONS, inReader)
    return this.#run(this.#held().line(options), options)
  }

  /**
   * Reads up to and including `delimiter`.
   * @returns `null` at the end of the stream
   * @throws as `readLine`
   * @example
   * const head = await socket.reader().readUntil('\r\n\r\n')
   */
  async readUntil(delimiter: string | Uint8Array, options?: AsyncOptions): Promise<Buffer | null> {
    checkOptionNames(options, ASYNC_OPTIONS, inReader)
    return this.#run(this.#held().until(bytesOf(delimiter, 'delimiter')), options)
  }

  /**
   * Reads exactly `count` bytes.
   * @returns `null` where the stream ends before the first of them
   * @throws SocketError `ERR_UNEXPECTED_END` with `partial` where it ends among them; `ERR_SOCKET_BUSY`; and as `recv`
   * @example
   * const header = await socket.reader().readExactly(4)
   */
  async readExactly(count: number, options?: AsyncOptions): Promise<Buffer | null> {
    checkOptionNames(options, ASYNC_OPTIONS, inReader)
    return this.#run(this.#held().exactly(count), options)
  }

  /**
   * Reads until the stream ends.
   * @throws as `recv`; bytes received by then stay in the reader
   * @example
   * const body = await socket.reader().readAll({ timeout: 10_000 })
   */
  async readAll(options?: AsyncOptions): Promise<Buffer> {
    checkOptionNames(options, ASYNC_OPTIONS, inReader)
    return this.#run(this.#held().all(), options)
  }

  /**
   * Takes the bytes that it holds, after which the socket's own `recv` can be used again. It never waits.
   * @throws SocketError `ERR_SOCKET_BUSY` while a call waits
   */
  takeBuffered(): Buffer {
    this.#mustBeFree()
    return this.#held().take()
  }

  /** Iterates over the lines until the stream ends. Leaving the loop closes nothing. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (let line = await this.readLine(); line !== null; line = await this.readLine()) yield line
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `AsyncSocketReader ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return { bufferedBytes: this.bufferedBytes, ended: this.ended }
  }

  /** Attempts and receives by turns until there is a result. */
  async #run<Result>(attempt: ReadAttempt<Result>, options: AsyncOptions | undefined): Promise<Result> {
    this.#mustBeFree()
    const signal = options === undefined ? undefined : signalOf(options)
    const timeout = effectiveTimeout(options, this.#source.timeout(), 'recv')
    let limit: Deadline | undefined
    let ended = false
    this.#running = true
    try {
      for (;;) {
        const result = attempt(ended)
        if (result !== undefined) {
          // The buffer may hold many lines: each takes from the budget.
          if (!maySettle()) await new Promise<void>(defer)
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
    if (!limit.beginCall()) throw this.#source.timedOut(limit.whole)
    const { timeout } = limit
    try {
      return await this.#source.fill(signal === undefined ? { timeout } : { timeout, signal })
    } catch (error) {
      // The last receive had only the rest of the time.
      throw error instanceof SocketTimeoutError ? this.#source.timedOut(limit.whole) : error
    }
  }

  #held(): ReaderBuffer {
    return this.#source.buffer()
  }

  #mustBeFree(): void {
    if (this.#running) throw stateError('ERR_SOCKET_BUSY', 'recv', 'another call of this reader waits')
  }
}
