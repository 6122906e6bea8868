// Finding a PROXY protocol header at the beginning of a stream, however the stream is cut.

import { viewOf } from '../core/bytes.js'
import { SocketError } from '../core/errors.js'
import { checkInteger, checkOptions } from '../core/validate.js'
import { BINARY_HEAD, BINARY_SIGNATURE, binaryLength, parseBinary } from './binary.js'
import { malformed, type ProxyHeader } from './header.js'
import { LONGEST_TEXT, parseText, TEXT_SIGNATURE } from './text.js'

/** How much is accepted as a header. */
export interface ProxyHeaderOptions {
  /** How many bytes a header may have; 16 KiB unless given. */
  readonly maxHeaderBytes?: number
}

const LONGEST_BINARY = BINARY_HEAD + 65535
const LINE_FEED = 0x0a
const NOTHING = Buffer.alloc(0)

/**
 * Takes the header of the PROXY protocol, version 1 or 2, off the beginning of a stream. What is not one is told at the
 * first byte that cannot be.
 *
 * Accept a header only from a proxy that you know, and always from that: whoever may choose to send one can say that he
 * comes from anywhere.
 * @example
 * const parser = new ProxyHeaderParser()
 * const bytes = encodeProxyHeader({ source: null })
 * const taken = parser.push(bytes)
 * if (parser.header !== null) console.log(parser.header.source, bytes.subarray(taken))
 */
export class ProxyHeaderParser {
  readonly #most: number
  #held: Buffer = NOTHING
  #length = 0
  /** How many bytes have to be there before there is more to know; of a line, how many there can be. */
  #wanted = BINARY_HEAD
  #header: ProxyHeader | null = null
  #failure: SocketError | null = null

  /**
   * @throws TypeError, RangeError for wrong options
   */
  constructor(options: ProxyHeaderOptions = {}) {
    checkOptions(options)
    const { maxHeaderBytes = 16384 } = options
    checkInteger(maxHeaderBytes, 'maxHeaderBytes', LONGEST_TEXT, LONGEST_BINARY)
    this.#most = maxHeaderBytes
  }

  /** The header, once it has come as a whole. */
  get header(): ProxyHeader | null {
    return this.#header
  }

  /** Whether a part of the header was taken, and more has to come. @internal */
  get isBegun(): boolean {
    return this.#length > 0 && this.#header === null && this.#failure === null
  }

  /** What has come of the header so far. */
  get received(): Buffer {
    return Buffer.from(this.#held.subarray(0, this.#length))
  }

  /**
   * Gives the parser the next bytes of the stream.
   * @returns how many of them are of the header: all as long as `header` is null; the rest are what comes after it
   * @throws SocketError `ERR_PROXY_PROTOCOL` for what is no header, and again at every later call
   * @example
   * new ProxyHeaderParser().push(Buffer.from('PROXY UNKNOWN\r\nhello')) // 15
   */
  push(bytes: Uint8Array): number {
    const given = viewOf(bytes, 'bytes')
    if (this.#failure !== null) throw this.#failure
    let taken = 0
    while (this.#header === null && taken < given.length) taken += this.#take(given.subarray(taken))
    return taken
  }

  /** Takes what is of the header for sure, and makes of it what can be made. */
  #take(bytes: Uint8Array): number {
    const text = (this.#length > 0 ? this.#held : bytes)[0] === TEXT_SIGNATURE[0]
    if (text) this.#wanted = LONGEST_TEXT
    const lineEnd = text ? bytes.indexOf(LINE_FEED) + 1 : 0
    const count = Math.min(this.#wanted - this.#length, lineEnd || bytes.length)
    this.#append(bytes.subarray(0, count))
    try {
      this.#header = text ? this.#textHeader() : this.#binaryHeader()
    } catch (error) {
      if (error instanceof SocketError) this.#failure = Object.assign(error, { partial: this.received })
      throw error
    }
    return count
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#held.length) {
      // Never more at once than twice what has come: a header that only claims to be long costs nothing.
      const held = Buffer.allocUnsafeSlow(Math.min(this.#wanted, length * 2))
      this.#held.copy(held, 0, 0, this.#length)
      this.#held = held
    }
    this.#held.set(bytes, this.#length)
    this.#length = length
  }

  #textHeader(): ProxyHeader | null {
    this.#checkBeginning(TEXT_SIGNATURE)
    if (this.#held[this.#length - 1] === LINE_FEED) return parseText(this.#held.toString('latin1', 0, this.#length))
    if (this.#length === LONGEST_TEXT) throw malformed('a line without an end')
    return null
  }

  #binaryHeader(): ProxyHeader | null {
    this.#checkBeginning(BINARY_SIGNATURE)
    if (this.#length < this.#wanted) return null
    const whole = this.#held.subarray(0, this.#length)
    if (this.#wanted === BINARY_HEAD) this.#wanted = binaryLength(whole)
    if (this.#wanted > this.#most) throw malformed(`a header of ${this.#wanted} bytes, which is too long`)
    return this.#length === this.#wanted ? parseBinary(whole) : null
  }

  /** Checks as much of the signature as has come. */
  #checkBeginning(signature: Buffer): void {
    const count = Math.min(this.#length, signature.length)
    if (this.#held.compare(signature, 0, count, 0, count) !== 0) throw malformed('no header of the PROXY protocol')
  }
}
