// Taking a stream apart into lines and messages. What was received and not yet asked for stays in the reader: a
// timeout, an interruption or "would block" loses nothing, and the same call goes on where it stopped.

import { bytesOf } from '../core/bytes.js'
import { Deadline, effectiveTimeout, type WaitOptions } from '../core/deadline.js'
import { failure } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import type { ReaderBuffer, Step } from './reader-buffer.js'

/** What a reader needs of its socket. */
export interface ByteSource {
  /** What it has received for its reader. */
  readerBuffer(): ReaderBuffer
  /** Receives into that: a count, 0 at the end, or the addon's negative answer. */
  fillReader(limit: number): number
  /** How long a call waits that says nothing of it, as the addon's number. */
  ownMode(): number
}

/**
 * Reads lines and messages from a stream socket; Python's `makefile`. Made by `socket.reader()`, one a socket.
 * While it holds received bytes, the socket's own `recv` verbs throw `ERR_READER_HOLDS_DATA`.
 * @example
 * const reader = socket.reader()
 * for (let line = reader.readLine(); line !== null; line = reader.readLine()) console.log(line)
 */
export class SocketReader {
  readonly #source: ByteSource

  /** @internal */
  constructor(source: ByteSource) {
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
   *   and as `recv`
   * @example
   * const line: string | null = socket.reader().readLine()
   */
  readLine(options: WaitOptions & { readonly raw: true }): Buffer | null
  readLine(options?: WaitOptions & { readonly raw?: false }): string | null
  readLine(options?: WaitOptions & { readonly raw?: boolean }): string | Buffer | null {
    return this.#run(this.#held.line(options?.raw === true), options)
  }

  /**
   * Reads up to and including `delimiter`.
   * @returns `null` at the end of the stream
   * @throws as `readLine`
   * @example
   * const head = socket.reader().readUntil('\r\n\r\n')
   */
  readUntil(delimiter: string | Uint8Array, options?: WaitOptions): Buffer | null {
    return this.#run(this.#held.until(bytesOf(delimiter, 'delimiter')), options)
  }

  /**
   * Reads exactly `count` bytes.
   * @returns `null` where the stream ends before the first of them
   * @throws SocketError `ERR_UNEXPECTED_END` with `partial` where it ends among them; and as `recv`
   * @example
   * const header = socket.reader().readExactly(4)
   */
  readExactly(count: number, options?: WaitOptions): Buffer | null {
    return this.#run(this.#held.exactly(count), options)
  }

  /**
   * Reads until the stream ends.
   * @throws as `recv`; what was received by then stays in the reader
   * @example
   * const body = socket.reader().readAll({ timeout: 10_000 })
   */
  readAll(options?: WaitOptions): Buffer {
    return this.#run(this.#held.all(), options)
  }

  /** Takes out what has been received and not yet read; the socket's own `recv` can be used again. Never waits. */
  takeBuffered(): Buffer {
    return this.#held.take()
  }

  /** The lines, until the stream ends. */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (let line = this.readLine(); line !== null; line = this.readLine()) yield line
  }

  /** Takes a step and receives, in turn, until there is a result. */
  #run<Result>(step: Step<Result>, options: WaitOptions | undefined): Result {
    const timeout = effectiveTimeout(options, this.#source.ownMode())
    let limit: Deadline | undefined
    let ended = false
    for (;;) {
      const result = step(ended)
      if (result !== undefined) return result
      limit ??= new Deadline(timeout)
      ended = this.#fill(limit) === 0
    }
  }

  /** Receives once: a count, 0 at the end of the stream. */
  #fill(limit: Deadline): number {
    if (!limit.beginCall()) throw failure(TIMED_OUT, 'recv')
    const count = this.#source.fillReader(limit.remaining)
    if (count < 0) throw failure(count, 'recv')
    return count
  }

  get #held(): ReaderBuffer {
    return this.#source.readerBuffer()
  }
}
