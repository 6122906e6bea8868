// The head of a response, parsed strictly by RFC 9112.
//
// Facts: two parsers that disagree on where a message ends can be made to take a part of one response for the next one
// (response splitting, smuggling). All known ways use input that the grammar forbids and that some parser repairs: bare LF,
// folded lines, spaces before the colon, two lengths, a length beside a transfer coding.
// Consequence: nothing is repaired here. What the grammar forbids is refused, and the connection is closed.

import type { Deadline } from '../core/deadline.js'
import { HttpError, invalidResponse, quoted, truncated } from './errors.js'
import { FIELD_VALUE, HeaderList, TOKEN } from './header-list.js'
import type { Input } from './input.js'

/** The most bytes of a head or of trailers. Servers of today send at most a few KiB. */
const MAX_HEAD_BYTES = 65536

/** The status line and the fields of a response. */
export interface ResponseHead {
  /** The second number of the version: 0 or 1. */
  readonly minorVersion: number
  readonly status: number
  readonly statusText: string
  readonly headers: HeaderList
}

function tooLarge(): HttpError {
  return new HttpError('ERR_HTTP_HEAD_TOO_LARGE', `the head of the response has more than ${MAX_HEAD_BYTES} bytes`)
}

/**
 * Reads the head of the next response, final or interim.
 * @throws HttpError `ERR_HTTP_INVALID_RESPONSE`, `ERR_HTTP_HEAD_TOO_LARGE`, `ERR_HTTP_TRUNCATED`
 */
export function readHead(input: Input, deadline: Deadline): ResponseHead {
  const line = input.line(MAX_HEAD_BYTES, deadline, tooLarge)
  if (line === null) {
    const received = input.heldBytes > 0 ? 'within the first line of a response' : 'without a response'
    throw truncated(`the server closed the connection ${received}`)
  }
  // The reason may be missing, and with it the space, which the grammar requires: many servers send it like this.
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(line)
  if (match === null || !FIELD_VALUE.test(match[3] ?? '')) throw invalidResponse(`the first line is ${quoted(line)}`)
  const headers = readFields(input, deadline, MAX_HEAD_BYTES - line.length)
  return { minorVersion: Number(match[1]), status: Number(match[2]), statusText: match[3] ?? '', headers }
}

/**
 * Reads fields up to the empty line: those of a head, or the trailers of a chunked body.
 * @throws HttpError as `readHead`
 */
export function readFields(input: Input, deadline: Deadline, maxBytes: number = MAX_HEAD_BYTES): HeaderList {
  const fields = new HeaderList()
  for (let left = maxBytes; ; ) {
    const line = input.line(left, deadline, tooLarge)
    if (line === null) throw truncated('the server closed the connection within the head of the response')
    if (line === '') return fields
    left -= line.length + 2
    if (left <= 0) throw tooLarge()
    appendField(fields, line)
  }
}

function appendField(fields: HeaderList, line: string): void {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  // This also refuses a folded line, which begins with a space, and a space before the colon.
  if (!TOKEN.test(name)) throw invalidResponse(`a field has no valid name: ${quoted(line)}`)
  const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')
  if (!FIELD_VALUE.test(value)) throw invalidResponse(`the field ${name} has a character that is not allowed`)
  fields.append(name, value)
}
