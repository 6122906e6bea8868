// The bytes that a reader has received and that are not read yet, and how calls take lines and messages out of them. It
// receives nothing itself: a call is an attempt that returns a result from the bytes held, or reports that it needs more.
// The blocking and the awaited reader drive the same attempts, and differ in how they receive between two of them.

import { constants } from 'node:buffer'
import { copyOf } from '../core/bytes.js'
import { SocketError, stateError, withFields } from '../core/errors.js'
import { allocUnsafeSlow, bufferPart, copyInto, lengthOf, partOf } from '../core/intrinsics.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkBoolean, checkedOptions, checkInteger, wrongValue } from '../core/validate.js'
import { errno } from '../native/errno.js'

/** How a reader reads. */
export interface ReaderOptions {
  /** The most bytes that a line or a `readUntil` may take, its end included; 64 KiB unless given. */
  readonly maxLineBytes?: number
  /** How lines become text; UTF-8 unless given. */
  readonly encoding?: BufferEncoding
  /**
   * Whether a last line without its end is an error (`ERR_UNEXPECTED_END`), for protocols in which it is a cut message;
   * `false` unless given. `readLine` takes the same option for one call.
   */
  readonly requireEnd?: boolean
}

const READER_OPTIONS: Names<ReaderOptions> = { maxLineBytes: true, encoding: true, requireEnd: true }

/** Hints for the options of a reader's methods. */
export const inReader = (): Hints => belongIn('the call of reader()', READER_OPTIONS)

/** How one line is read. */
export interface LineOptions {
  /** Returns the line as a Buffer. */
  readonly raw?: boolean
  /** As for the reader, for this line alone. */
  readonly requireEnd?: boolean
}

export const LINE_OPTIONS: Names<LineOptions> = { raw: true, requireEnd: true }

/**
 * One look at the bytes held: the call's result, or `undefined` where more must be received first. Once the stream has
 * `ended` there is a result or an error.
 */
export type ReadAttempt<Result> = (ended: boolean) => Result | undefined

/** The owner of a reader's buffer. */
export interface Holder {
  /** Called when bytes arrive, when the last one is taken, and when what is held may suffice for a call again. */
  holds(bytes: boolean): void
}

const INITIAL_BYTES = 16384
/** An empty buffer larger than this is given back. */
const MAX_KEPT_BYTES = 262144
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const EMPTY = Buffer.alloc(0)

/** The bytes of one reader. */
export class ReaderBuffer {
  readonly #maxLineBytes: number
  readonly #encoding: BufferEncoding
  readonly #requiresEnd: boolean
  readonly #holder: Holder
  #memory: Buffer = EMPTY
  #start = 0
  #end = 0
  /** The memory up to `#end`: searched once a line, made once a receive. */
  #filled: Buffer = EMPTY
  #delimiter: number | Buffer = LINE_FEED
  /** So many of the bytes held come before any beginning of `#delimiter`. */
  #searched = 0
  /** A receive into the memory may be waiting. */
  #isLent = false
  /** The last call needed more than the bytes held, and nothing has arrived since. */
  #needsMore = false
  #hasEnded = false

  constructor(holder: Holder, options: ReaderOptions = {}) {
    checkOptionNames(options, READER_OPTIONS)
    const { maxLineBytes = 65536, encoding = 'utf8', requireEnd = false } = checkedOptions(options)
    checkInteger(maxLineBytes, 'maxLineBytes', 1, constants.MAX_LENGTH)
    if (!Buffer.isEncoding(encoding)) throw wrongValue('options.encoding is no BufferEncoding')
    checkBoolean(requireEnd, 'options.requireEnd')
    this.#holder = holder
    this.#maxLineBytes = maxLineBytes
    this.#encoding = encoding
    this.#requiresEnd = requireEnd
  }

  /** Refuses options that differ from those it was made with. */
  checkSameOptions(options: ReaderOptions): void {
    checkOptionNames(options, READER_OPTIONS)
    const given = checkedOptions(options)
    const { maxLineBytes = this.#maxLineBytes, encoding = this.#encoding, requireEnd = this.#requiresEnd } = given
    const isSame =
      maxLineBytes === this.#maxLineBytes && encoding === this.#encoding && requireEnd === this.#requiresEnd
    if (isSame) return
    throw wrongValue('options differ from those with which the reader was made')
  }

  /** How many bytes are held. */
  get length(): number {
    return this.#end - this.#start
  }

  /** Whether a call may return something of the bytes held, as far as is known without one. */
  get offersBytes(): boolean {
    return this.length > 0 && !this.#needsMore
  }

  /** Whether the last receive found the end of the stream. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /**
   * How many bytes can be received; makes room where there is none. The memory doubles as bytes arrive, whatever a call
   * waits for: the count of `exactly` may be what a peer announced.
   */
  room(): number {
    if (this.#end === this.#memory.length) {
      // Where half of the memory is free already, the bytes held move to the front.
      const capacity = this.length * 2 > this.#memory.length ? this.#memory.length * 2 : this.#memory.length
      this.#arrange(Math.max(capacity, INITIAL_BYTES))
    }
    return this.#memory.length - this.#end
  }

  /**
   * The memory to receive into, until `added` is called. Until then nothing is taken out and nothing moves, though a
   * debugger may run JavaScript while the receive waits.
   * @throws SocketError `ERR_SOCKET_BUSY`
   */
  lend(): Buffer {
    this.#checkNotLent()
    this.room()
    this.#isLent = true
    return bufferPart(this.#memory, this.#end, lengthOf(this.#memory))
  }

  /** Counts the bytes that were received into the memory of `lend`; a negative count means none. */
  added(count: number): void {
    this.#isLent = false
    if (count >= 0) this.#hasEnded = count === 0
    if (count <= 0) return
    this.#needsMore = false
    this.#end += count
    this.#filled = bufferPart(this.#memory, 0, this.#end)
    this.#holder.holds(true)
  }

  /** A line without its end, which the last line may lack: POSIX programs and their readers treat it as a line. */
  line(options?: LineOptions): ReadAttempt<string | Buffer | null> {
    const { raw = false, requireEnd = this.#requiresEnd } = checkedOptions(options)
    checkBoolean(raw, 'options.raw')
    checkBoolean(requireEnd, 'options.requireEnd')
    return (ended) => {
      const length = this.#find(LINE_FEED, 1)
      if (length === 0 && !ended) return this.#wait()
      if (length === 0 && (requireEnd || this.length === 0)) return this.#unfinished()
      const begin = this.#start
      let end = length === 0 ? this.#end : begin + length - 1
      if (length > 0 && end > begin && this.#memory[end - 1] === CARRIAGE_RETURN) end--
      const line = raw ? this.#copy(begin, end) : this.#memory.toString(this.#encoding, begin, end)
      this.#consume(length || this.length)
      return line
    }
  }

  /** The bytes up to `delimiter`, and that. */
  until(delimiter: Uint8Array): ReadAttempt<Buffer | null> {
    const wanted = copyOf(delimiter)
    if (wanted.length === 0) throw wrongValue('delimiter must not be empty')
    return (ended) => {
      const length = this.#find(wanted, wanted.length)
      if (length > 0) return this.take(length)
      return ended ? this.#unfinished() : this.#wait()
    }
  }

  /** So many bytes. */
  exactly(count: number): ReadAttempt<Buffer | null> {
    checkInteger(count, 'count', 0, constants.MAX_LENGTH)
    return (ended) => {
      if (this.length >= count) return this.take(count)
      return ended ? this.#unfinished(`of the ${count} bytes asked for`) : this.#wait()
    }
  }

  /** All bytes until the end of the stream. */
  all(): ReadAttempt<Buffer> {
    return (ended) => (ended ? this.take() : this.#wait())
  }

  /** The first `count` bytes held; all unless given. */
  take(count: number = this.length): Buffer {
    const begin = this.#start
    // Memory that would be given back anyway is the result itself, unless it is more than twice as large.
    const isWhole = count === this.length && this.#memory.length > MAX_KEPT_BYTES && count * 2 >= this.#memory.length
    const result = isWhole ? bufferPart(this.#memory, begin, begin + count) : this.#copy(begin, begin + count)
    this.#consume(count)
    return result
  }

  /** How many bytes there are up to the end of the first `delimiter`; 0 where it has not arrived yet. */
  #find(delimiter: number | Buffer, size: number): number {
    if (delimiter !== this.#delimiter) this.#searched = 0
    this.#delimiter = delimiter
    const found = this.#filled.indexOf(delimiter, this.#start + this.#searched)
    const length = found < 0 ? this.length : found + size - this.#start
    if (length > this.#maxLineBytes || (found < 0 && length >= this.#maxLineBytes)) throw this.#tooLong()
    if (found >= 0) return length
    // The delimiter's beginning may have arrived already.
    this.#searched = Math.max(0, length - size + 1)
    return 0
  }

  /** Moves the bytes held to the front, of a larger memory where one is wanted. */
  #arrange(capacity: number): void {
    this.#checkNotLent()
    const held = this.length
    const memory = capacity > this.#memory.length ? allocUnsafeSlow(capacity) : this.#memory
    copyInto(memory, partOf(this.#memory, this.#start, this.#end))
    this.#memory = memory
    this.#start = 0
    this.#end = held
    this.#filled = bufferPart(memory, 0, held)
  }

  #consume(count: number): void {
    this.#checkNotLent()
    this.#start += count
    this.#searched = 0
    const neededMore = this.#needsMore
    if (count > 0) this.#needsMore = false
    if (this.#start < this.#end) {
      if (neededMore && count > 0) this.#holder.holds(true)
      return
    }
    this.#start = this.#end = 0
    this.#filled = EMPTY
    if (this.#memory.length > MAX_KEPT_BYTES) this.#memory = EMPTY
    this.#holder.holds(false)
  }

  #checkNotLent(): void {
    if (this.#isLent) throw stateError('ERR_SOCKET_BUSY', 'recv', 'the reader is receiving')
  }

  #copy(begin: number, end: number): Buffer {
    return copyOf(partOf(this.#memory, begin, end))
  }

  /** The bytes held are too few for a result. */
  #wait(): undefined {
    this.#needsMore = true
    return undefined
  }

  /** At the end of the stream: null, or an error where it ends inside a message. */
  #unfinished(whole = 'bytes of a message'): null {
    if (this.length === 0) return null
    const partial = this.take()
    const message = `recv ERR_UNEXPECTED_END: the stream ended after ${partial.length} ${whole}`
    throw withFields(new SocketError(message, 'ERR_UNEXPECTED_END', 0, 'recv'), { partial })
  }

  #tooLong(): SocketError {
    const message = `recv ERR_LINE_TOO_LONG: no end within the ${this.#maxLineBytes} bytes of maxLineBytes`
    return new SocketError(message, 'ERR_LINE_TOO_LONG', -errno.EMSGSIZE, 'recv')
  }
}
