// The two parsers of HTTP replies in the command line, which servers may send anything to: the one of `compare`, which
// takes a reply in pieces, and the one of `get`, which reads it from a socket. A reply has the same outcome in one piece
// as in several, and a parser throws nothing but what it says.

import assert from 'node:assert/strict'
import type { Socket } from 'berkeley'
import { HttpReply } from '../../../src/cli/compare/protocol/http-reply.js'
import { InvalidReplyError } from '../../../src/cli/compare/protocol/reply-parser.js'
import { readBody, readHead } from '../../../src/cli/get/response.js'
import { SocketReader } from '../../../src/socket/reader.js'
import { Played } from '../../support/played-source.js'
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

/** The outcome of the parser that takes pieces: whether the connection closes, or an error's message. */
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
    // The bytes that are quoted depend on the pieces.
    return error.message.replace(/:.*/s, '').replace(/ with .*/s, '')
  }
}

/** The outcome of the parser that reads: the status and the body, or an error's message. */
function read(pieces: readonly Buffer[]): string {
  const source = new Played(pieces)
  const reader = new SocketReader(source)
  const socket = {
    reader: () => reader,
    recv(size: number): Buffer | null {
      assert.equal(reader.bufferedBytes, 0)
      const count = source.fill()
      return count === 0 ? null : reader.readExactly(Math.min(count, size))
    },
  } as unknown as Socket
  try {
    const head = readHead(reader, {})
    const body = Buffer.concat([...readBody(head, socket, {})])
    return `${head.status} ${head.reason} ${body.toString('latin1')}`
  } catch (error) {
    assert.ok(error instanceof Error, 'thrown is no Error')
    const isExpected = /^(the (response|server)|a chunk)/.test(error.message) || 'code' in error
    assert.ok(isExpected, error.stack)
    return error.message
  }
}

export const httpReply: Target = {
  name: 'http-reply',
  covers: /\/src\/cli\/(compare\/protocol|get)\//,
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
    assert.equal(read(pieces), read(data.length === 0 ? [] : [data]))
    return 4
  },
}
