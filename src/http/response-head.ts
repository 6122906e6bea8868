// The head of a response, parsed strictly by RFC 9112.
//
// Facts: two parsers that disagree on where a message ends can be made to take a part of one response for the next one
// (response splitting, smuggling). All known ways use input that the grammar forbids and that some parser repairs: bare LF,
// folded lines, spaces before the colon, two lengths, a length beside a transfer coding.
// Consequence: nothing is repaired here. What the grammar forbids is refused, and the connection is closed.

import { HttpError, invalidResponse, quoted, truncated } from './errors.js'
import { FIELD_VALUE, HeaderList, TOKEN } from './header-list.js'
import type { ReceivedBytes } from './received-bytes.js'

/** The most bytes of a head or of trailers. Servers of today send at most a few KiB. */
const MAX_HEAD_BYTES = 65536

/** A server that sends more interim responses than this will send no final one. */
const MAX_INTERIM_RESPONSES = 32

/** How every response begins that is understood here. */
const PROTOCOL = 'HTTP/1.'

/** How a server of TLS replies to a request that is not encrypted: an alert of version 3; RFC 8446, section 5.1. */
const TLS_ALERT = '\x15\x03'

/** The grammar allows a tab after these, but llhttp takes it for a part of the value, and so sees another body. */
const FRAMING_FIELDS = ['content-length', 'transfer-encoding']

/** The status line of a response. */
interface StatusLine {
  readonly line: string
  /** The second number of the version: 0 or 1. */
  readonly minorVersion: number
  readonly status: number
  readonly statusText: string
}

/** The status line and the fields of a response. */
export interface ResponseHead extends StatusLine {
  readonly headers: HeaderList
  /** The lines of the fields, as they were received. */
  readonly fieldLines: readonly string[]
}

function tooLarge(): HttpError {
  return new HttpError('ERR_HTTP_HEAD_TOO_LARGE', `the head of the response has more than ${MAX_HEAD_BYTES} bytes`)
}

/** Parses the head of one response, final or interim. */
export class HeadParser {
  #begun: { readonly first: StatusLine; readonly fields: FieldsParser } | null = null

  /**
   * The head; undefined until it is complete.
   * @throws HttpError `ERR_HTTP_INVALID_RESPONSE`, `ERR_HTTP_HEAD_TOO_LARGE`, `ERR_HTTP_TRUNCATED`
   */
  read(received: ReceivedBytes): ResponseHead | undefined {
    this.#begun ??= this.#begin(received)
    if (this.#begun === null) return undefined
    const { first, fields } = this.#begun
    const headers = fields.read(received)
    return headers === undefined ? undefined : { ...first, headers, fieldLines: fields.lines }
  }

  #begin(received: ReceivedBytes): { readonly first: StatusLine; readonly fields: FieldsParser } | null {
    // Its last byte, the reason, may be that of a line feed.
    if (received.peek(2) === TLS_ALERT) throw invalidResponse('it is an alert of TLS: use https:')
    const line = received.line(MAX_HEAD_BYTES, tooLarge)
    if (line === null) {
      const place = received.heldBytes > 0 ? 'within the first line of a response' : 'without a response'
      throw truncated(`the server closed the connection ${place}`)
    }
    if (line === undefined) {
      // A server of another protocol may wait for more, without the end of a line.
      if (received.mayBegin(PROTOCOL)) return null
      throw invalidResponse(`it begins with ${quoted(received.peek(80))}`)
    }
    return { first: statusLineOf(line), fields: new FieldsParser(MAX_HEAD_BYTES - line.length) }
  }
}

function statusLineOf(line: string): StatusLine {
  // The reason may be missing, and with it the space, which the grammar requires: many servers send it like this.
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(line)
  if (match === null || !FIELD_VALUE.test(match[3] ?? '')) throw invalidResponse(`the first line is ${quoted(line)}`)
  return { line, minorVersion: Number(match[1]), status: Number(match[2]), statusText: match[3] ?? '' }
}

/** Parses the head of the final response, and skips interim ones. */
export class FinalHeadParser {
  #head = new HeadParser()
  #interimResponses = 0

  /**
   * The head; undefined until it is complete.
   * @throws HttpError as `HeadParser`
   */
  read(received: ReceivedBytes): ResponseHead | undefined {
    for (;;) {
      const head = this.#head.read(received)
      if (head === undefined || head.status >= 200) return head
      if (head.status === 101) throw invalidResponse('the server switched protocols, which was not asked for')
      if (this.#interimResponses++ === MAX_INTERIM_RESPONSES) {
        throw invalidResponse(`more than ${MAX_INTERIM_RESPONSES} interim responses`)
      }
      this.#head = new HeadParser()
    }
  }
}

/** Parses fields up to the empty line: those of a head, or the trailers of a chunked body. */
export class FieldsParser {
  /** The lines, as they were received. */
  readonly lines: string[] = []
  readonly #fields = new HeaderList()
  #left: number

  constructor(maxBytes: number = MAX_HEAD_BYTES) {
    this.#left = maxBytes
  }

  /**
   * The fields; undefined until they are complete.
   * @throws HttpError as `HeadParser`
   */
  read(received: ReceivedBytes): HeaderList | undefined {
    for (;;) {
      const line = received.line(this.#left, tooLarge)
      if (line === undefined) return undefined
      if (line === null) throw truncated('the server closed the connection within the head of the response')
      if (line === '') return this.#fields
      this.#left -= line.length + 2
      if (this.#left <= 0) throw tooLarge()
      appendField(this.#fields, line)
      this.lines.push(line)
    }
  }
}

function appendField(fields: HeaderList, line: string): void {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  // This also refuses a folded line, which begins with a space, and a space before the colon.
  if (!TOKEN.test(name)) throw invalidResponse(`a field has no valid name: ${quoted(line)}`)
  const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')
  if (!FIELD_VALUE.test(value)) throw invalidResponse(`the field ${name} has a character that is not allowed`)
  if (line.endsWith('\t') && FRAMING_FIELDS.includes(name.toLowerCase())) {
    throw invalidResponse(`the field ${name} ends in a tab`)
  }
  fields.append(name, value)
}

/** Whether the server keeps the connection open; RFC 9112, section 9.3. */
export function staysOpen({ minorVersion, headers }: ResponseHead): boolean {
  const tokens = headers.tokens('connection')
  if (tokens.includes('close')) return false
  return minorVersion === 1 || tokens.includes('keep-alive')
}
