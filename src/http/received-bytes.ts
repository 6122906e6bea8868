// What a connection has received and HTTP has not taken yet: lines of a head, pieces of a body. Nothing here waits: what is
// not complete yet is undefined, and the end of the stream is null.

import { invalidResponse } from './errors.js'

const EMPTY = Buffer.alloc(0)
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

export class ReceivedBytes {
  #held: Buffer = EMPTY
  /** How many of the held bytes have no line feed. */
  #searched = 0
  #hasEnded = false

  /** How many bytes are held. */
  get heldBytes(): number {
    return this.#held.length
  }

  /** Whether the peer has ended the stream. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Adds received bytes; null is the end of the stream. The bytes are not copied. */
  add(bytes: Buffer | null): void {
    if (bytes === null) this.#hasEnded = true
    else this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
  }

  /** Whether the bytes that are held can be the beginning of something that begins with ASCII text. */
  mayBegin(text: string): boolean {
    return text.startsWith(this.#held.toString('latin1', 0, text.length))
  }

  /** The first held bytes as latin1. */
  peek(count: number): string {
    return this.#held.toString('latin1', 0, count)
  }

  /** Whether the held bytes contain ASCII text. */
  includes(text: string): boolean {
    return this.#held.includes(text)
  }

  /**
   * A line without its CRLF, as latin1; undefined until it is complete, null where the stream ends before that. RFC 9112
   * lets a recipient take a bare LF for the end of a line; proxies that do not then see another message than this client.
   * @throws HttpError `ERR_HTTP_INVALID_RESPONSE` for a bare LF or CR; `onTooLong` for more than `maxBytes`
   */
  line(maxBytes: number, onTooLong: () => Error): string | null | undefined {
    const end = this.#held.indexOf(LINE_FEED, this.#searched)
    if (end > maxBytes || (end < 0 && this.#held.length > maxBytes)) throw onTooLong()
    if (end >= 0) return this.#takeLine(end)
    this.#searched = this.#held.length
    return this.#hasEnded ? null : undefined
  }

  #takeLine(end: number): string {
    if (end === 0 || this.#held[end - 1] !== CARRIAGE_RETURN) throw invalidResponse('a line ends in LF without CR')
    const line = this.#held.toString('latin1', 0, end - 1)
    if (line.includes('\r')) throw invalidResponse('a line has a CR within it')
    this.#drop(end + 1)
    return line
  }

  /** At most so many bytes; undefined until there are any, null at the end of the stream. */
  some(maxBytes: number): Buffer | null | undefined {
    if (this.#held.length === 0) return this.#hasEnded ? null : undefined
    const bytes = this.#held.subarray(0, maxBytes)
    this.#drop(bytes.length)
    return bytes
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
    this.#searched = 0
  }
}
