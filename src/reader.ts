// Taking a stream apart into lines and messages. What was received and not yet asked for stays in the reader: a
// timeout, an interruption or "would block" loses nothing, and the same call goes on where it stopped.

import { constants } from 'node:buffer'
import { checkInteger } from './addresses.js'
import { bytesOf } from './data.js'
import { errno } from './errno.js'
import { failure, misuse, SocketError } from './errors.js'
import { checkOptions, Limit, limitOf, type WaitOptions } from './limits.js'
import { TIMED_OUT } from './native.js'

/** How a reader reads. */
export interface ReaderOptions {
  /** The most bytes that a line or a `readUntil` may take, its end included; 64 KiB unless given. */
  readonly maxLineBytes?: number
  /** How lines become text; UTF-8 unless given. */
  readonly encoding?: BufferEncoding
}

/** What a reader needs of its socket. */
export interface ByteSource {
  /** Receives into `buffer` from `offset` on: a count, 0 at the end, or the addon's negative answer. */
  receive(buffer: Buffer, offset: number, limit: number): number
  /** Told whenever the reader begins or ceases to hold bytes. */
  holds(bytes: boolean): void
  /** How long a call waits that says nothing of it. */
  defaultLimit(): number
}

const CAPACITY = 16384
const LARGEST_KEPT = 262144
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * Reads lines and messages from a stream socket; Python's `makefile`. Made by `socket.reader()`, one a socket.
 * While it holds received bytes, the socket's own `recv` verbs throw `ERR_READER_HOLDS_DATA`.
 * @example
 * const reader = socket.reader()
 * for (let line = reader.readLine(); line !== null; line = reader.readLine()) console.log(line)
 */
export class SocketReader {
  readonly #source: ByteSource
  readonly #most: number
  readonly #encoding: BufferEncoding
  #buffer = Buffer.allocUnsafeSlow(CAPACITY)
  #start = 0
  #end = 0

  /** @internal */
  constructor(source: ByteSource, options: ReaderOptions = {}) {
    checkOptions(options)
    const { maxLineBytes = 65536, encoding = 'utf8' } = options
    checkInteger(maxLineBytes, 'maxLineBytes', 1, constants.MAX_LENGTH)
    if (!Buffer.isEncoding(encoding)) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `encoding: ${encoding}`)
    this.#source = source
    this.#most = maxLineBytes
    this.#encoding = encoding
  }

  /** Refuses options that this reader was not made with. @internal */
  mustAgree(options: ReaderOptions): void {
    checkOptions(options)
    const { maxLineBytes = this.#most, encoding = this.#encoding } = options
    if (maxLineBytes === this.#most && encoding === this.#encoding) return
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'options differ from those with which the reader was made')
  }

  /** How many received bytes wait here. */
  get bufferedBytes(): number {
    return this.#end - this.#start
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
    const length = this.#find(LINE_FEED, 1, options)
    if (length === 0) return null
    const begin = this.#start
    let end = begin + length - 1
    if (end > begin && this.#buffer[end - 1] === CARRIAGE_RETURN) end--
    const line = this.#buffer.subarray(begin, end)
    const result = options?.raw === true ? copyOf(line) : line.toString(this.#encoding)
    this.#consume(length)
    return result
  }

  /**
   * Reads up to and including `delimiter`.
   * @returns `null` at the end of the stream
   * @throws as `readLine`
   * @example
   * const head = socket.reader().readUntil('\r\n\r\n')
   */
  readUntil(delimiter: string | Uint8Array, options?: WaitOptions): Buffer | null {
    const wanted = Buffer.from(bytesOf(delimiter, 'delimiter'))
    if (wanted.length === 0) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'delimiter must not be empty')
    const length = this.#find(wanted, wanted.length, options)
    return length === 0 ? null : this.#take(length)
  }

  /**
   * Reads exactly `count` bytes.
   * @returns `null` where the stream ends before the first of them
   * @throws SocketError `ERR_UNEXPECTED_END` with `partial` where it ends among them; and as `recv`
   * @example
   * const header = socket.reader().readExactly(4)
   */
  readExactly(count: number, options?: WaitOptions): Buffer | null {
    checkInteger(count, 'count', 0, constants.MAX_LENGTH)
    const limit = this.#limit(options)
    while (this.bufferedBytes < count) {
      if (!this.#fill(limit, count)) return this.#ended()
    }
    return this.#take(count)
  }

  /**
   * Reads until the stream ends.
   * @throws as `recv`; what was received by then stays in the reader
   * @example
   * const body = socket.reader().readAll({ timeout: 10_000 })
   */
  readAll(options?: WaitOptions): Buffer {
    const limit = this.#limit(options)
    while (this.#fill(limit, 0)) {}
    return this.#take(this.bufferedBytes)
  }

  /** Takes out what has been received and not yet read; the socket's own `recv` can be used again. Never waits. */
  takeBuffered(): Buffer {
    return this.#take(this.bufferedBytes)
  }

  /** The lines, until the stream ends. */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (let line = this.readLine(); line !== null; line = this.readLine()) yield line
  }

  /** Receives until `wanted` is there: how many bytes up to its end; 0 at the end of the stream. */
  #find(wanted: number | Buffer, size: number, options: WaitOptions | undefined): number {
    let limit: Limit | undefined
    let searched = this.#start
    for (;;) {
      const found = this.#buffer.subarray(0, this.#end).indexOf(wanted, searched)
      const length = found < 0 ? this.bufferedBytes : found + size - this.#start
      if (length > this.#most || (found < 0 && length >= this.#most)) throw this.#tooLong()
      if (found >= 0) return length
      // Its beginning may have come already.
      const tail = Math.max(0, this.bufferedBytes - size + 1)
      limit ??= this.#limit(options)
      if (!this.#fill(limit, 0)) {
        this.#ended()
        return 0
      }
      searched = this.#start + tail
    }
  }

  #limit(options: WaitOptions | undefined): Limit {
    return new Limit(limitOf(options, this.#source.defaultLimit()))
  }

  /** Receives once; false at the end of the stream. `wanted`: how many bytes the reader is to hold in the end. */
  #fill(limit: Limit, wanted: number): boolean {
    if (!limit.goOn()) throw failure(TIMED_OUT, 'recv')
    this.#makeRoom(wanted)
    const count = this.#source.receive(this.#buffer, this.#end, limit.left)
    if (count < 0) throw failure(count, 'recv')
    this.#end += count
    if (count > 0) this.#source.holds(true)
    return count > 0
  }

  #makeRoom(wanted: number): void {
    const held = this.bufferedBytes
    if (this.#end < this.#buffer.length && this.#start + wanted <= this.#buffer.length) return
    const enough = Math.max(wanted, held + 1)
    let capacity = this.#buffer.length
    while (capacity < enough || (capacity < held * 2 && wanted === 0)) capacity *= 2
    const larger = capacity > this.#buffer.length ? Buffer.allocUnsafeSlow(Math.max(capacity, wanted)) : this.#buffer
    this.#buffer.copy(larger, 0, this.#start, this.#end)
    this.#buffer = larger
    this.#start = 0
    this.#end = held
  }

  /** At the end of the stream: null, or an error where it ends inside a message. */
  #ended(): null {
    if (this.bufferedBytes === 0) return null
    const partial = this.takeBuffered()
    const message = `recv ERR_UNEXPECTED_END: the stream ended after ${partial.length} bytes of a message`
    throw Object.assign(new SocketError(message, 'ERR_UNEXPECTED_END', 0, 'recv'), { partial })
  }

  #tooLong(): SocketError {
    const message = `recv ERR_LINE_TOO_LONG: no end within ${this.#most} bytes`
    return new SocketError(message, 'ERR_LINE_TOO_LONG', -errno.EMSGSIZE, 'recv')
  }

  #take(count: number): Buffer {
    const result = copyOf(this.#buffer.subarray(this.#start, this.#start + count))
    this.#consume(count)
    return result
  }

  #consume(count: number): void {
    this.#start += count
    if (this.#start < this.#end) return
    this.#start = this.#end = 0
    if (this.#buffer.length > LARGEST_KEPT) this.#buffer = Buffer.allocUnsafeSlow(CAPACITY)
    this.#source.holds(false)
  }
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
