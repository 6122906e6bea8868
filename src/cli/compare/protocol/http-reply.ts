// A reply of HTTP/1, piece by piece: its head, then a body in one of the three framings of RFC 9112, section 6.3.

import { endedEarly, InvalidReplyError, quoted, type ReplyParser } from './reply-parser.js'

const MAX_HEAD_BYTES = 65536
const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'

/** The part of the reply that the parser expects next; `until end` is a body that the end of the stream completes. */
type Part = 'head' | 'body' | 'until end' | 'chunk size' | 'chunk' | 'trailer' | 'nothing'

/** Parses one reply after the other; a status of 400 or more is an error. */
export class HttpReply implements ReplyParser {
  closes = false
  #part: Part = 'head'
  /** Received bytes that are not parsed yet. */
  #held: Buffer = Buffer.alloc(0)
  #received = 0
  /** Bytes that the body, or its current chunk, still lacks. */
  #lacking = 0

  begin(): void {
    this.#part = 'head'
    this.#held = Buffer.alloc(0)
    this.#received = 0
  }

  take(bytes: Buffer): boolean {
    this.#received += bytes.length
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    while (this.#part !== 'nothing' && this.#takePart()) {}
    if (this.#part !== 'nothing') return false
    if (this.#held.length > 0) throw new InvalidReplyError(`bytes after the end of the reply: ${quoted(this.#held)}`)
    return true
  }

  end(): boolean {
    if (this.#part === 'until end') return true
    throw endedEarly(this.#received)
  }

  /** Takes the next part; returns false if it is not complete yet. */
  #takePart(): boolean {
    if (this.#part === 'head') return this.#takeHead()
    if (this.#part === 'chunk size') return this.#takeChunkSize()
    if (this.#part === 'trailer') return this.#takeTrailer()
    return this.#takeBody()
  }

  #takeHead(): boolean {
    if (!'HTTP/1.'.startsWith(this.#held.toString('latin1', 0, 7))) {
      throw new InvalidReplyError(`the reply is not HTTP/1: it begins with ${quoted(this.#held)}`)
    }
    const head = this.#takeUntil(HEAD_END)
    if (head === undefined) return false
    const [status, ...fields] = head.split(LINE_END)
    const code = Number(/^HTTP\/1\.[01] (\d{3})/.exec(status!)?.[1])
    if (!(code < 400)) throw new InvalidReplyError(`the server replied ${status!.slice(9, 60)}`)
    // After an interim response (1xx) the final one follows.
    if (code >= 200) this.#chooseFraming(code, status!.startsWith('HTTP/1.0'), fieldsOf(fields))
    return true
  }

  #chooseFraming(code: number, isHttp10: boolean, fields: ReadonlyMap<string, string>): void {
    const connection = fields.get('connection')?.toLowerCase() ?? ''
    const length = fields.get('content-length')
    this.closes = connection.includes('close') || (isHttp10 && !connection.includes('keep-alive'))
    if (code === 204 || code === 304) this.#part = 'nothing'
    else if (/(^|,)\s*chunked$/i.test(fields.get('transfer-encoding') ?? '')) this.#part = 'chunk size'
    else if (length !== undefined) this.#expect(contentLength(length), 'body')
    else {
      this.#part = 'until end'
      this.closes = true
    }
  }

  #takeBody(): boolean {
    if (this.#part === 'until end') {
      this.#held = Buffer.alloc(0)
      return false
    }
    const taken = Math.min(this.#lacking, this.#held.length)
    this.#held = this.#held.subarray(taken)
    this.#lacking -= taken
    if (this.#lacking > 0) return false
    this.#part = this.#part === 'chunk' ? 'chunk size' : 'nothing'
    return true
  }

  #takeChunkSize(): boolean {
    const line = this.#takeUntil(LINE_END)
    if (line === undefined) return false
    const match = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)
    if (match === null) throw new InvalidReplyError(`invalid chunk size: ${JSON.stringify(line.slice(0, 40))}`)
    const size = Number.parseInt(match[1]!, 16)
    if (size === 0) this.#part = 'trailer'
    else this.#expect(size + LINE_END.length, 'chunk')
    return true
  }

  /** Takes a line after the last chunk; an empty line ends the reply. */
  #takeTrailer(): boolean {
    const line = this.#takeUntil(LINE_END)
    if (line === '') this.#part = 'nothing'
    return line !== undefined
  }

  #expect(bytes: number, part: Part): void {
    this.#lacking = bytes
    this.#part = bytes === 0 ? 'nothing' : part
  }

  /** Takes the text before `delimiter`, and the delimiter; returns undefined if it is not received yet. */
  #takeUntil(delimiter: string): string | undefined {
    const end = this.#held.indexOf(delimiter)
    if (end < 0 && this.#held.length > MAX_HEAD_BYTES) {
      throw new InvalidReplyError(`no end of the head within ${MAX_HEAD_BYTES} bytes`)
    }
    if (end < 0) return undefined
    const text = this.#held.toString('latin1', 0, end)
    this.#held = this.#held.subarray(end + delimiter.length)
    return text
  }
}

function fieldsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

function contentLength(text: string): number {
  const length = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw new InvalidReplyError(`invalid Content-Length: ${text.slice(0, 40)}`)
  return length
}
