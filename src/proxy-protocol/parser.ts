// Finding a PROXY protocol header at the beginning of a stream, wherever the stream is cut into chunks.

import { viewOf } from '../core/bytes.js'
import { SocketError, withFields } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkInteger } from '../core/validate.js'
import { BINARY_PREFIX_BYTES, BINARY_SIGNATURE, binaryLength, MAX_BINARY_BYTES, parseBinary } from './binary.js'
import { malformed, type ProxyHeader } from './header.js'
import { MAX_TEXT_BYTES, parseText, TEXT_SIGNATURE } from './text.js'

/** The limits of a header. */
export interface ProxyHeaderOptions {
  /** The most bytes that a header may have; 16 KiB unless given. */
  readonly maxHeaderBytes?: number
}

export const PROXY_HEADER_OPTIONS: Names<ProxyHeaderOptions> = { maxHeaderBytes: true }

const DEFAULT_MAX_HEADER_BYTES = 16384
const LINE_FEED = 0x0a
const NO_BYTES = Buffer.alloc(0)

/**
 * Takes the header of the PROXY protocol, version 1 or 2, off the beginning of a stream. Other bytes are refused at the
 * first byte that cannot be a header's.
 *
 * Expect a header only from a proxy that you trust, and on every connection from it. A client that can choose whether
 * to send a header can claim any address.
 * @example
 * const parser = new ProxyHeaderParser()
 * const bytes = encodeProxyHeader({ source: null })
 * const taken = parser.push(bytes)
 * if (parser.header !== null) console.log(parser.header.source, bytes.subarray(taken))
 */
export class ProxyHeaderParser {
  readonly #maxHeaderBytes: number
  #held: Buffer = NO_BYTES
  #length = 0
  /** How many bytes the next step needs: the prefix, then the whole header. For a line, how many it can have. */
  #needed = BINARY_PREFIX_BYTES
  #header: ProxyHeader | null = null
  #failure: SocketError | null = null

  /**
   * Makes a parser for one header.
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for options or a `maxHeaderBytes` of another type
   * @throws RangeError `ERR_OUT_OF_RANGE` for a `maxHeaderBytes` below 107, which is the longest line, or above 65551
   * @example
   * const parser = new ProxyHeaderParser({ maxHeaderBytes: 1024 })
   */
  constructor(options: ProxyHeaderOptions = {}) {
    checkOptionNames(options, PROXY_HEADER_OPTIONS)
    const { maxHeaderBytes = DEFAULT_MAX_HEADER_BYTES } = checkedOptions(options)
    checkInteger(maxHeaderBytes, 'maxHeaderBytes', MAX_TEXT_BYTES, MAX_BINARY_BYTES)
    this.#maxHeaderBytes = maxHeaderBytes
  }

  /** The header; `null` until it is complete. */
  get header(): ProxyHeader | null {
    return this.#header
  }

  /** Whether a part of the header was pushed, and more has to arrive. @internal */
  get isBegun(): boolean {
    return this.#length > 0 && this.#header === null && this.#failure === null
  }

  /** A copy of the header's bytes that were pushed so far. */
  get received(): Buffer {
    return Buffer.from(this.#held.subarray(0, this.#length))
  }

  /**
   * Parses the next bytes of the stream.
   * @returns how many of them belong to the header: all of them while `header` is `null`. The rest follows the header
   * @throws SocketError `ERR_PROXY_PROTOCOL`, with `partial`, if the stream does not begin with a valid header; in
   *   every later call as well
   * @throws TypeError `ERR_INVALID_ARG_TYPE` if `bytes` are no bytes
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

  /** Takes the bytes that certainly belong to the header, and parses as much as they allow. */
  #take(bytes: Uint8Array): number {
    const isText = (this.#length > 0 ? this.#held : bytes)[0] === TEXT_SIGNATURE[0]
    if (isText) this.#needed = MAX_TEXT_BYTES
    const lineLength = isText ? bytes.indexOf(LINE_FEED) + 1 : 0
    const count = Math.min(this.#needed - this.#length, lineLength || bytes.length)
    this.#append(bytes.subarray(0, count))
    try {
      this.#header = isText ? this.#textHeader() : this.#binaryHeader()
    } catch (error) {
      if (error instanceof SocketError) this.#failure = withFields(error, { partial: this.received })
      throw error
    }
    return count
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#held.length) {
      // At most twice the bytes received: a header that only announces a great length costs no memory.
      const held = Buffer.allocUnsafeSlow(Math.min(this.#needed, length * 2))
      this.#held.copy(held, 0, 0, this.#length)
      this.#held = held
    }
    this.#held.set(bytes, this.#length)
    this.#length = length
  }

  #textHeader(): ProxyHeader | null {
    this.#checkSignature(TEXT_SIGNATURE)
    if (this.#held[this.#length - 1] === LINE_FEED) return parseText(this.#held.toString('latin1', 0, this.#length))
    if (this.#length === MAX_TEXT_BYTES) throw malformed(`the line has no end within ${MAX_TEXT_BYTES} bytes`)
    return null
  }

  #binaryHeader(): ProxyHeader | null {
    this.#checkSignature(BINARY_SIGNATURE)
    if (this.#length < this.#needed) return null
    const bytes = this.#held.subarray(0, this.#length)
    if (this.#needed === BINARY_PREFIX_BYTES) this.#needed = binaryLength(bytes)
    if (this.#needed > this.#maxHeaderBytes) {
      throw malformed(`a header of ${this.#needed} bytes is longer than maxHeaderBytes, ${this.#maxHeaderBytes}`)
    }
    return this.#length === this.#needed ? parseBinary(bytes) : null
  }

  /** Checks as many bytes of the signature as were received. */
  #checkSignature(signature: Buffer): void {
    const count = Math.min(this.#length, signature.length)
    if (this.#held.compare(signature, 0, count, 0, count) === 0) return
    throw malformed('the stream does not begin with a header of the PROXY protocol')
  }
}
