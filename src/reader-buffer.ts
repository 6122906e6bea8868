// What a reader has received and nobody has asked for yet, and what calls make of it. It receives nothing itself: a
// call is a step, which answers from what is held or says that more is needed. Whoever drives the step receives and
// takes it again, by waiting or awaiting.

import { constants } from 'node:buffer'
import { checkInteger } from './addresses.js'
import { errno } from './errno.js'
import { misuse, SocketError, stateError } from './errors.js'
import { checkOptions } from './limits.js'

/** How a reader reads. */
export interface ReaderOptions {
  /** The most bytes that a line or a `readUntil` may take, its end included; 64 KiB unless given. */
  readonly maxLineBytes?: number
  /** How lines become text; UTF-8 unless given. */
  readonly encoding?: BufferEncoding
}

/**
 * One look at what is held: the call's result, or `undefined` where more must be received first. Once the stream has
 * `ended` there is a result or an error.
 */
export type Step<Result> = (ended: boolean) => Result | undefined

/** Who has to know whether bytes are held. */
export interface Holder {
  /** Told whenever the first byte comes in and the last one goes out. */
  holds(bytes: boolean): void
}

const CAPACITY = 16384
const LARGEST_KEPT = 262144
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const NOTHING = Buffer.alloc(0)

/** The bytes of one reader. */
export class ReaderBuffer {
  readonly #most: number
  readonly #encoding: BufferEncoding
  #holder: Holder
  #memory = NOTHING
  #start = 0
  #end = 0
  /** The memory up to `#end`: it is searched once a line, and made once a receive. */
  #filled = NOTHING
  #wanted: number | Buffer = LINE_FEED
  /** So many of the bytes held come before any beginning of `#wanted`. */
  #searched = 0
  /** A receive into the memory may be waiting. */
  #lent = false

  constructor(holder: Holder, options: ReaderOptions = {}) {
    checkOptions(options)
    const { maxLineBytes = 65536, encoding = 'utf8' } = options
    checkInteger(maxLineBytes, 'maxLineBytes', 1, constants.MAX_LENGTH)
    if (!Buffer.isEncoding(encoding))
      throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'options.encoding is no BufferEncoding')
    this.#holder = holder
    this.#most = maxLineBytes
    this.#encoding = encoding
  }

  /** Refuses options that differ from those it was made with. */
  mustAgree(options: ReaderOptions): void {
    checkOptions(options)
    const { maxLineBytes = this.#most, encoding = this.#encoding } = options
    if (maxLineBytes === this.#most && encoding === this.#encoding) return
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'options differ from those with which the reader was made')
  }

  /** Has another holder from now on, and leaves the last one an empty buffer of the same kind. */
  moveTo(holder: Holder): ReaderBuffer {
    const emptied = new ReaderBuffer(this.#holder, { maxLineBytes: this.#most, encoding: this.#encoding })
    if (this.length > 0) {
      this.#holder.holds(false)
      holder.holds(true)
    }
    this.#holder = holder
    return emptied
  }

  /** How many bytes are held. */
  get length(): number {
    return this.#end - this.#start
  }

  /** How many bytes can be received; makes room where there is none. */
  room(): number {
    if (this.#end === this.#memory.length) {
      // Where half of it is free already, what is held moves to the front.
      const capacity = this.length * 2 > this.#memory.length ? this.#memory.length * 2 : this.#memory.length
      this.#arrange(Math.max(capacity, CAPACITY))
    }
    return this.#memory.length - this.#end
  }

  /**
   * The memory to receive into, until `added` is called. Until then nothing is taken out and nothing moves, though a
   * debugger may run JavaScript while the receive waits.
   * @throws SocketError `ERR_SOCKET_BUSY`
   */
  lend(): Buffer {
    this.#mustNotBeLent()
    this.room()
    this.#lent = true
    return this.#memory.subarray(this.#end)
  }

  /** Counts the bytes that were received into the memory of `lend`; a negative count means none. */
  added(count: number): void {
    this.#lent = false
    if (count <= 0) return
    this.#end += count
    this.#filled = this.#memory.subarray(0, this.#end)
    this.#holder.holds(true)
  }

  /** A line without its end. */
  line(raw: boolean): Step<string | Buffer | null> {
    return (ended) => {
      const length = this.#find(LINE_FEED, 1)
      if (length === 0) return ended ? this.#unfinished() : undefined
      const begin = this.#start
      let end = begin + length - 1
      if (end > begin && this.#memory[end - 1] === CARRIAGE_RETURN) end--
      const line = raw ? this.#copy(begin, end) : this.#memory.toString(this.#encoding, begin, end)
      this.#consume(length)
      return line
    }
  }

  /** What comes up to `delimiter`, and that. */
  until(delimiter: Uint8Array): Step<Buffer | null> {
    const wanted = Buffer.from(delimiter)
    if (wanted.length === 0) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'delimiter must not be empty')
    return (ended) => {
      const length = this.#find(wanted, wanted.length)
      if (length > 0) return this.take(length)
      return ended ? this.#unfinished() : undefined
    }
  }

  /** So many bytes. */
  exactly(count: number): Step<Buffer | null> {
    checkInteger(count, 'count', 0, constants.MAX_LENGTH)
    return (ended) => {
      if (this.length >= count) return this.take(count)
      if (ended) return this.#unfinished()
      this.#reserve(count)
      return undefined
    }
  }

  /** All there is until the end of the stream. */
  all(): Step<Buffer> {
    return (ended) => (ended ? this.take() : undefined)
  }

  /** The first bytes that are held; all unless told otherwise. */
  take(count: number = this.length): Buffer {
    const result = this.#copy(this.#start, this.#start + count)
    this.#consume(count)
    return result
  }

  /** How many bytes there are up to the end of the first `wanted`; 0 where it has not come yet. */
  #find(wanted: number | Buffer, size: number): number {
    if (wanted !== this.#wanted) this.#searched = 0
    this.#wanted = wanted
    const found = this.#filled.indexOf(wanted, this.#start + this.#searched)
    const length = found < 0 ? this.length : found + size - this.#start
    if (length > this.#most || (found < 0 && length >= this.#most)) throw this.#tooLong()
    if (found >= 0) return length
    // Its beginning may have come already.
    this.#searched = Math.max(0, length - size + 1)
    return 0
  }

  /** Makes room for `count` bytes in one piece. */
  #reserve(count: number): void {
    if (this.#start + count <= this.#memory.length) return
    let capacity = Math.max(this.#memory.length, CAPACITY)
    while (capacity < count) capacity *= 2
    this.#arrange(capacity)
  }

  /** Moves what is held to the front, of a larger memory where it is to be larger. */
  #arrange(capacity: number): void {
    this.#mustNotBeLent()
    const held = this.length
    const memory = capacity > this.#memory.length ? Buffer.allocUnsafeSlow(capacity) : this.#memory
    this.#memory.copy(memory, 0, this.#start, this.#end)
    this.#memory = memory
    this.#start = 0
    this.#end = held
    this.#filled = memory.subarray(0, held)
  }

  #consume(count: number): void {
    this.#mustNotBeLent()
    this.#start += count
    this.#searched = 0
    if (this.#start < this.#end) return
    this.#start = this.#end = 0
    this.#filled = NOTHING
    if (this.#memory.length > LARGEST_KEPT) this.#memory = NOTHING
    this.#holder.holds(false)
  }

  #mustNotBeLent(): void {
    if (this.#lent) throw stateError('ERR_SOCKET_BUSY', 'recv', 'the reader receives at the moment')
  }

  #copy(begin: number, end: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(end - begin)
    this.#memory.copy(copy, 0, begin, end)
    return copy
  }

  /** At the end of the stream: null, or an error where it ends inside a message. */
  #unfinished(): null {
    if (this.length === 0) return null
    const partial = this.take()
    const message = `recv ERR_UNEXPECTED_END: the stream ended after ${partial.length} bytes of a message`
    throw Object.assign(new SocketError(message, 'ERR_UNEXPECTED_END', 0, 'recv'), { partial })
  }

  #tooLong(): SocketError {
    const message = `recv ERR_LINE_TOO_LONG: no end within ${this.#most} bytes`
    return new SocketError(message, 'ERR_LINE_TOO_LONG', -errno.EMSGSIZE, 'recv')
  }
}
