// The body of a response: where it ends, by RFC 9112, section 6.3, and its pieces as they are received.

import type { Deadline } from '../core/deadline.js'
import { invalidResponse, quoted, truncated } from './errors.js'
import type { Input } from './input.js'
import { type ResponseHead, readFields } from './response-head.js'

/** How the end of a body is found. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** The body ends with the connection. */
  | { readonly kind: 'connection' }

const NO_BODY: Framing = { kind: 'none' }

/** A line with the size of a chunk; extensions are rare and short. */
const MAX_CHUNK_LINE_BYTES = 4096

/** RFC 9112, section 7.1: the size, then extensions, whose content means nothing here but must be text. */
const CHUNK_LINE = /^([0-9a-fA-F]{1,13})(?:;[\t\x20-\x7e\x80-\xff]*)?$/

/**
 * The framing of the body of a response.
 * @throws HttpError `ERR_HTTP_INVALID_RESPONSE` for lengths that contradict each other, a length beside a transfer coding,
 *   and a transfer coding that was not asked for
 */
export function framingOf(method: string, { minorVersion, status, headers }: ResponseHead): Framing {
  const lengths = headers.all('content-length')
  const codings = headers.all('transfer-encoding')
  if (codings.length > 0) checkChunked(codings, minorVersion, lengths)
  const length = lengths.length === 0 ? null : contentLength(lengths)
  if (method === 'HEAD' || status === 204 || status === 304) return NO_BODY
  if (codings.length > 0) return { kind: 'chunked' }
  return length === null ? { kind: 'connection' } : { kind: 'length', length }
}

function checkChunked(codings: readonly string[], minorVersion: number, lengths: readonly string[]): void {
  if (lengths.length > 0) throw invalidResponse('it has both Content-Length and Transfer-Encoding')
  if (minorVersion === 0) throw invalidResponse('Transfer-Encoding does not exist in HTTP/1.0')
  if (codings.length === 1 && codings[0]!.toLowerCase() === 'chunked') return
  throw invalidResponse(`its Transfer-Encoding is ${quoted(codings.join(', '))}, and only chunked is asked for`)
}

function contentLength(values: readonly string[]): number {
  const [value] = values
  if (values.length > 1) throw invalidResponse('it has Content-Length more than once')
  const length = /^\d+$/.test(value!) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(length)) throw invalidResponse(`its Content-Length is ${quoted(value!)}`)
  return length
}

/** Reads the pieces of one body. */
export class BodyReader {
  readonly #input: Input
  readonly #framing: Framing
  readonly #deadline: Deadline
  /** What is left: of a body with a length, of it; of a chunked one, of the chunk. */
  #left = 0
  #isFirstChunk = true
  #isDone: boolean

  constructor(input: Input, framing: Framing, deadline: Deadline) {
    this.#input = input
    this.#framing = framing
    this.#deadline = deadline
    if (framing.kind === 'length') this.#left = framing.length
    this.#isDone = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)
  }

  /** Whether the body has been read to its end. */
  get isDone(): boolean {
    return this.#isDone
  }

  /**
   * The next piece, at most 64 KiB; null at the end of the body.
   * @throws HttpError `ERR_HTTP_TRUNCATED`, `ERR_HTTP_INVALID_RESPONSE`
   */
  read(): Buffer | null {
    if (this.#isDone) return null
    switch (this.#framing.kind) {
      case 'length':
        return this.#readOfLength()
      case 'chunked':
        return this.#readOfChunk()
      default:
        return this.#readToEnd()
    }
  }

  #readToEnd(): Buffer | null {
    const piece = this.#input.some(Number.POSITIVE_INFINITY, this.#deadline)
    this.#isDone = piece === null
    return piece
  }

  #readOfLength(): Buffer {
    const piece = this.#take()
    this.#isDone = this.#left === 0
    return piece
  }

  #readOfChunk(): Buffer | null {
    if (this.#left === 0 && !this.#beginChunk()) return null
    return this.#take()
  }

  /** At most what is left. */
  #take(): Buffer {
    const piece = this.#input.some(this.#left, this.#deadline)
    if (piece === null)
      throw truncated(`the server closed the connection ${this.#left} bytes before the end of the body`)
    this.#left -= piece.length
    return piece
  }

  /** Reads the line before a chunk's bytes; after the last chunk, the trailers. Returns whether there is a chunk. */
  #beginChunk(): boolean {
    if (!this.#isFirstChunk && this.#chunkLine() !== '') throw invalidResponse('a chunk is longer than its size')
    this.#isFirstChunk = false
    const line = this.#chunkLine()
    const match = CHUNK_LINE.exec(line)
    if (match === null) throw invalidResponse(`the line before a chunk is ${quoted(line)}`)
    this.#left = Number.parseInt(match[1]!, 16)
    if (this.#left > 0) return true
    readFields(this.#input, this.#deadline)
    this.#isDone = true
    return false
  }

  #chunkLine(): string {
    const tooLong = (): Error => invalidResponse(`the line before a chunk has more than ${MAX_CHUNK_LINE_BYTES} bytes`)
    const line = this.#input.line(MAX_CHUNK_LINE_BYTES, this.#deadline, tooLong)
    if (line === null) throw truncated('the server closed the connection within a chunked body')
    return line
  }
}
