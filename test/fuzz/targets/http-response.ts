// The parser of HTTP responses of fetchSync. A response has the same outcome in one piece as in several, and the parser
// throws nothing but HttpError. What it takes has only lengths and codings that the grammar allows.

import assert from 'node:assert/strict'
import { Deadline, FOREVER } from '../../../src/core/deadline.js'
import { BodyParser, framingOf } from '../../../src/http/body-parser.js'
import { codingsOf, decoded } from '../../../src/http/content-coding.js'
import { HttpError } from '../../../src/http/errors.js'
import { Input } from '../../../src/http/input.js'
import { FinalHeadParser } from '../../../src/http/response-head.js'
import { ResponseParser } from '../../../src/http/response-parser.js'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

/** The most bytes of a decoded body: an input of 2 KiB may stand for megabytes. */
const MAX_DECODED_BYTES = 100_000

/** The pieces of `data`, whose lengths are repeated. */
function cut(data: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < data.length; at += pieces.at(-1)!.length) {
    pieces.push(data.subarray(at, at + lengths[pieces.length % lengths.length]!))
  }
  return pieces
}

/** The outcome of a response: its status and body, with what follows them, or the code of the error. */
function outcome(pieces: readonly Buffer[], method: string): string {
  let received = 0
  const receive = (): Buffer | null => pieces[received++] ?? null
  const input = new Input({ recv: receive, tryRecv: receive })
  const deadline = new Deadline(FOREVER)
  try {
    const head = input.read(new FinalHeadParser(), deadline)
    const framing = framingOf(method, head)
    assert.ok(head.headers.all('content-length').length + head.headers.all('transfer-encoding').length <= 1)
    const body = new BodyParser(framing)
    const next = (): Buffer | null => input.read(body, deadline)
    const chunks: Buffer[] = []
    for (let chunk = next(); chunk !== null; chunk = next()) {
      assert.ok(chunk.length > 0, 'an empty chunk')
      chunks.push(chunk)
    }
    assert.ok(body.isDone)
    const bytes = Buffer.concat(chunks)
    if (framing.kind === 'length') assert.equal(bytes.length, framing.length)
    const codings = codingsOf(head.headers)
    const content = codings === null ? bytes : decoded(bytes, codings, MAX_DECODED_BYTES)
    assert.ok(codings === null || content.length <= MAX_DECODED_BYTES)
    return `${head.status} ${head.statusText} ${content.toString('latin1')}`
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error))
    return error.code
  }
}

/** The outcome for a program that pushes what it receives: the status and the body, or the code of the error. */
function pushed(pieces: readonly Buffer[], method: string): string {
  const parser = new ResponseParser({ method })
  const chunks: Buffer[] = []
  const rest = [...pieces, null].values()
  try {
    for (;;) {
      const chunk = parser.read()
      if (chunk === null) break
      if (chunk === undefined) parser.push(rest.next().value ?? null)
      else chunks.push(chunk)
    }
    return `${parser.readHead()!.status} ${Buffer.concat(chunks).toString('latin1')}`
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error))
    assert.throws(() => parser.readHead() && parser.read(), error)
    return error.code
  }
}

export const httpResponse: Target = {
  name: 'http-response',
  covers: /\/src\/http\//,
  maxBytes: 2048,
  dictionary: words(
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 304 \r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Encoding: gzip\r\n',
    'Content-Encoding: deflate\r\n',
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'a;x=y\r\n',
    'fffffffffffff\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    ' :',
  ),
  run(input) {
    const source = new ByteSource(input)
    const lengths = [source.byte(), source.byte(), source.byte()].map((byte) => (byte % 50) + 1)
    const method = source.pick(['GET', 'HEAD'])
    const data = Buffer.from(source.rest())
    const pieces = cut(data, lengths)
    const whole = data.length === 0 ? [] : [data]
    const expected = outcome(whole, method)
    assert.equal(outcome(pieces, method), expected)
    const parsed = pushed(whole, method)
    assert.equal(pushed(pieces, method), parsed)
    if (!/^ERR_HTTP_(CONTENT_CODING|BODY_TOO_LARGE)$/.test(expected)) {
      assert.equal(parsed.slice(0, 3), expected.slice(0, 3))
    }
    return 4
  },
}
