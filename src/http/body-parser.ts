// The body of a response: where it ends, by RFC 9112, section 6.3, and its pieces as they are received.

import { invalidResponse, quoted, truncated } from './errors.js'
import { TOKEN } from './header-list.js'
import type { ReceivedBytes } from './received-bytes.js'
import { FieldsParser, type ResponseHead } from './response-head.js'

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

/** The value of an extension in quotes; RFC 9110, section 5.6.4. */
const QUOTED = /"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/.source

const NAME = TOKEN.source.slice(1, -1)

/**
 * RFC 9112, section 7.1: the size, then extensions, which mean nothing here. Spaces around them, which the grammar has for
 * historical reasons only, are refused, as llhttp refuses them.
 */
const CHUNK_LINE = new RegExp(`^([0-9a-fA-F]{1,13})(?:;${NAME}(?:=(?:${NAME}|${QUOTED}))?)*$`)

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

/** Where a chunked body goes on. */
type ChunkPart = 'size' | 'bytes' | 'end' | 'trailers'

/** Parses one body. */
export class BodyParser {
  readonly #framing: Framing
  /** What is left: of a body with a length, of it; of a chunked one, of the chunk. */
  #left = 0
  #next: ChunkPart = 'size'
  #trailers: FieldsParser | null = null
  #isDone: boolean

  constructor(framing: Framing) {
    this.#framing = framing
    if (framing.kind === 'length') this.#left = framing.length
    this.#isDone = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)
  }

  /** Whether the body has been read to its end. */
  get isDone(): boolean {
    return this.#isDone
  }

  /**
   * The next piece, at most as much as was received at once; null at the end of the body, undefined until there is more.
   * @throws HttpError `ERR_HTTP_TRUNCATED`, `ERR_HTTP_INVALID_RESPONSE`
   */
  read(received: ReceivedBytes): Buffer | null | undefined {
    if (this.#isDone) return null
    switch (this.#framing.kind) {
      case 'length':
        return this.#readOfLength(received)
      case 'chunked':
        return this.#readOfChunks(received)
      default:
        return this.#readToEnd(received)
    }
  }

  #readToEnd(received: ReceivedBytes): Buffer | null | undefined {
    const piece = received.some(Number.POSITIVE_INFINITY)
    this.#isDone = piece === null
    return piece
  }

  #readOfLength(received: ReceivedBytes): Buffer | undefined {
    const piece = this.#take(received)
    this.#isDone = this.#left === 0
    return piece
  }

  #readOfChunks(received: ReceivedBytes): Buffer | null | undefined {
    while (this.#next !== 'bytes') {
      if (!this.#readBetweenChunks(received, this.#next)) return undefined
      if (this.#isDone) return null
    }
    const piece = this.#take(received)
    if (this.#left === 0) this.#next = 'end'
    return piece
  }

  /** At most what is left. */
  #take(received: ReceivedBytes): Buffer | undefined {
    const piece = received.some(this.#left)
    if (piece === null)
      throw truncated(`the server closed the connection ${this.#left} bytes before the end of the body`)
    this.#left -= piece?.length ?? 0
    return piece
  }

  /** Reads what is around the bytes of chunks. Returns false until it is complete. */
  #readBetweenChunks(received: ReceivedBytes, part: ChunkPart): boolean {
    if (part === 'trailers') {
      this.#trailers ??= new FieldsParser()
      this.#isDone = this.#trailers.read(received) !== undefined
      return this.#isDone
    }
    const line = chunkLine(received)
    if (line === undefined) return false
    if (part === 'end') this.#endChunk(line)
    else this.#beginChunk(line)
    return true
  }

  #beginChunk(line: string): void {
    const match = CHUNK_LINE.exec(line)
    if (match === null) throw invalidResponse(`the line before a chunk is ${quoted(line)}`)
    this.#left = Number.parseInt(match[1]!, 16)
    this.#next = this.#left > 0 ? 'bytes' : 'trailers'
  }

  #endChunk(line: string): void {
    if (line !== '') throw invalidResponse('a chunk is longer than its size')
    this.#next = 'size'
  }
}

function chunkLine(received: ReceivedBytes): string | undefined {
  const tooLong = (): Error => invalidResponse(`the line before a chunk has more than ${MAX_CHUNK_LINE_BYTES} bytes`)
  const line = received.line(MAX_CHUNK_LINE_BYTES, tooLong)
  if (line === null) throw truncated('the server closed the connection within a chunked body')
  return line
}
