// Reads lines and messages of a stream. Bytes that were received and not read yet stay in the reader's buffer: a timeout,
// an interruption or "would block" loses nothing, and the same call continues where it stopped.

import { type InspectOptions, inspect } from 'node:util'
import { bytesOf } from '../core/bytes.js'
import { Deadline, effectiveTimeout, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { notAsync, wouldBlock } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { TIMED_OUT } from '../native/addon.js'
import { inReader, LINE_OPTIONS, type LineOptions, type ReadAttempt, type ReaderBuffer } from './reader-buffer.js'
import type { ReaderSource } from './reader-source.js'

const LINE_WAIT_OPTIONS: Names<LineOptions & WaitOptions> = { ...LINE_OPTIONS, ...WAIT_OPTIONS }

/**
 * Reads lines and messages from a stream socket; Python's `makefile`. Made by `socket.reader()`, one a socket.
 * While it holds received bytes, the socket's own `recv` verbs throw `ERR_READER_HOLDS_DATA`, and `wait`, `select`, `poll`
 * and a Selector report that there is something to read, unless the last call needed more.
 * @example
 * const reader = socket.reader()
 * for (let line = reader.readLine(); line !== null; line = reader.readLine()) console.log(line)
 */
export class SocketReader {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  readonly #source: ReaderSource

  /** @internal */
  constructor(source: ReaderSource) {
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
   * const line = socket.reader().readLine()
   * if (line !== null && socket.reader().ended) console.log('the last line, cut short:', line)
   */
  get ended(): boolean {
    return this.#held().hasEnded
  }

  /**
   * Reads a line, without its `\n` or `\r\n`: as text, or with `raw` as a Buffer. The last line may lack its end; see
   * `ended`.
   * @returns `null` at the end of the stream
   * @throws SocketError `ERR_LINE_TOO_LONG`, and again each time: close the socket; with `requireEnd`, `ERR_UNEXPECTED_END` with `partial` for a last line that
   *   lacks its end;
   *   and as `recv`
   * @example
   * const line: string | null = socket.reader().readLine()
   */
  readLine(options: WaitOptions & LineOptions & { readonly raw: true }): Buffer | null
  readLine(options?: WaitOptions & LineOptions & { readonly raw?: false }): string | null
  readLine(options?: WaitOptions & LineOptions): string | Buffer | null {
    checkOptionNames(options, LINE_WAIT_OPTIONS, inReader)
    return this.#run(this.#held().line(options), options)
  }

  /**
   * `readLine` that never waits: `undefined` where the line has not arrived yet. The bytes stay for the next call.
   * @example
   * for (let line = reader.tryReadLine(); line !== undefined; line = reader.tryReadLine()) {
   *   if (line === null) break // the end
   *   console.log(line)
   * }
   */
  tryReadLine(options: LineOptions & { readonly raw: true }): Buffer | null | undefined
  tryReadLine(options?: LineOptions & { readonly raw?: false }): string | null | undefined
  tryReadLine(options?: LineOptions): string | Buffer | null | undefined {
    checkOptionNames(options, LINE_OPTIONS, inReader)
    return this.#try(this.#held().line(options))
  }

  /**
   * Reads up to and including `delimiter`.
   * @returns `null` at the end of the stream
   * @throws as `readLine`
   * @example
   * const head = socket.reader().readUntil('\r\n\r\n')
   */
  readUntil(delimiter: string | Uint8Array, options?: WaitOptions): Buffer | null {
    checkOptionNames(options, WAIT_OPTIONS, inReader)
    return this.#run(this.#held().until(bytesOf(delimiter, 'delimiter')), options)
  }

  /**
   * `readUntil` that never waits: `undefined` where the delimiter has not arrived yet.
   * @example
   * const head = reader.tryReadUntil('\r\n\r\n')
   */
  tryReadUntil(delimiter: string | Uint8Array): Buffer | null | undefined {
    return this.#try(this.#held().until(bytesOf(delimiter, 'delimiter')))
  }

  /**
   * Reads exactly `count` bytes.
   * @returns `null` where the stream ends before the first of them
   * @throws SocketError `ERR_UNEXPECTED_END` with `partial` where it ends among them; and as `recv`
   * @example
   * const header = socket.reader().readExactly(4)
   */
  readExactly(count: number, options?: WaitOptions): Buffer | null {
    checkOptionNames(options, WAIT_OPTIONS, inReader)
    return this.#run(this.#held().exactly(count), options)
  }

  /**
   * `readExactly` that never waits: `undefined` where so many bytes have not arrived yet.
   * @example
   * const header = reader.tryReadExactly(4)
   */
  tryReadExactly(count: number): Buffer | null | undefined {
    return this.#try(this.#held().exactly(count))
  }

  /**
   * Reads until the stream ends.
   * @throws as `recv`; bytes received by then stay in the reader
   * @example
   * const body = socket.reader().readAll({ timeout: 10_000 })
   */
  readAll(options?: WaitOptions): Buffer {
    checkOptionNames(options, WAIT_OPTIONS, inReader)
    return this.#run(this.#held().all(), options)
  }

  /** Takes the bytes that it holds, after which the socket's own `recv` can be used again. It never waits. */
  takeBuffered(): Buffer {
    return this.#held().take()
  }

  /** Iterates over the lines until the stream ends. */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (let line = this.readLine(); line !== null; line = this.readLine()) yield line
  }

  /**
   * Refuses `for await`, which would block the event loop at each line: use the reader of `socket.toAsync()`, or `for`.
   * @throws TypeError `ERR_NOT_ASYNC`
   */
  [Symbol.asyncIterator](): never {
    throw notAsync()
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `SocketReader ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return { bufferedBytes: this.bufferedBytes, ended: this.ended }
  }

  /** Attempts and receives by turns until there is a result. */
  #run<Result>(attempt: ReadAttempt<Result>, options: WaitOptions | undefined): Result {
    const timeout = effectiveTimeout(options, this.#source.timeout(), 'recv')
    let limit: Deadline | undefined
    let ended = false
    for (;;) {
      const result = attempt(ended)
      if (result !== undefined) return result
      limit ??= new Deadline(timeout)
      ended = this.#fill(limit) === 0
    }
  }

  /** Attempts and receives by turns until there is a result, or nothing to receive. */
  #try<Result>(attempt: ReadAttempt<Result>): Result | undefined {
    let result = attempt(false)
    while (result === undefined) {
      const count = this.#source.fill(0)
      if (wouldBlock(count)) return undefined
      if (count < 0) throw this.#source.failure(count, 0)
      result = attempt(count === 0)
    }
    return result
  }

  /** Receives once: a count, 0 at the end of the stream. */
  #fill(limit: Deadline): number {
    if (!limit.beginCall()) throw this.#source.failure(TIMED_OUT, limit.whole)
    const count = this.#source.fill(limit.remaining)
    if (count < 0) throw this.#source.failure(count, limit.whole)
    return count
  }

  #held(): ReaderBuffer {
    return this.#source.buffer()
  }
}
