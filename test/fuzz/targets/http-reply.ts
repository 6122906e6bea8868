// How `berkeley compare` takes HTTP replies. A reply has the same outcome in one piece as in several, and nothing but
// InvalidReplyError is thrown.

import assert from 'node:assert/strict'
import { HttpReply } from '../../../src/cli/compare/protocol/http-reply.js'
import { InvalidReplyError } from '../../../src/cli/compare/protocol/reply-parser.js'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

/** The pieces of `data`, whose lengths are repeated. */
function cut(data: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < data.length; at += pieces.at(-1)!.length) {
    pieces.push(data.subarray(at, at + lengths[pieces.length % lengths.length]!))
  }
  return pieces
}

/** The outcome: whether the connection closes, or an error's message. */
function taken(pieces: readonly Buffer[]): string {
  const parser = new HttpReply()
  parser.begin()
  try {
    for (const [index, piece] of pieces.entries()) {
      if (!parser.take(piece)) continue
      const isLast = index === pieces.length - 1
      return isLast ? `complete, closes: ${parser.closes}` : 'bytes after the end of the reply'
    }
    parser.end()
    return 'ended by the stream'
  } catch (error) {
    assert.ok(error instanceof InvalidReplyError, String(error))
    // What is quoted and counted depends on the pieces.
    return error.message.replace(/^(fetch \w+|the server replied).*/s, '$1').replace(/^\d+ /, '')
  }
}

export const httpReply: Target = {
  name: 'http-reply',
  covers: /\/src\/(cli\/compare\/protocol|http)\//,
  maxBytes: 2048,
  dictionary: words(
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 304 \r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'Content-Length: 5\r\n\r\n',
    'Transfer-Encoding: chunked\r\n\r\n',
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'a;x=y\r\n',
    'ffffffffffff\r\n',
    '\r\n\r\n',
  ),
  run(input) {
    const source = new ByteSource(input)
    const lengths = [source.byte(), source.byte(), source.byte()].map((byte) => (byte % 50) + 1)
    const data = Buffer.from(source.rest())
    const pieces = cut(data, lengths)
    assert.equal(taken(pieces), taken(data.length === 0 ? [] : [data]))
    return 2
  },
}
