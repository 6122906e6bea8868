// The parsers find the end of a reply however it is cut into pieces.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HttpReply } from '../../src/cli/compare/protocol/http-reply.js'
import { protocols } from '../../src/cli/compare/protocol/protocols.js'
import { ExactReply, LineReply, type ReplyParser } from '../../src/cli/compare/protocol/reply-parser.js'
import { parsersOf } from '../../src/cli/compare/protocol/reply-parsers.js'

const shape = { payload: 50, hostName: 'localhost', path: '/' }

/** Cuts `bytes` into pieces of the given sizes, which repeat. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length]!
    cut.push(bytes.subarray(at, at + size))
    at += size
  }
  return cut
}

/** Passes the pieces to the parser; returns for each whether it completed the reply. */
function takeAll(parser: ReplyParser, parts: readonly Buffer[]): boolean[] {
  parser.begin()
  return parts.map((part) => parser.take(part))
}

function assertCompletedByLastPiece(parser: ReplyParser, reply: Buffer): void {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      const complete = takeAll(parser, pieces(reply, sizes))
      assert.deepEqual(complete, [...complete.slice(1).fill(false), true])
    }),
    { numRuns: 50 },
  )
}

for (const protocol of protocols) {
  for (const payload of new Set([protocol.minPayload, protocol.defaultPayload, 1000])) {
    test(`${protocol.name} parser: accepts the built-in server's reply with a payload of ${payload}`, () => {
      const reply = protocol.reply({ ...shape, payload })
      assertCompletedByLastPiece(parsersOf(protocol.name, { ...shape, payload })(), reply)
    })
  }
}

/** HTTP replies, and whether the server closes the connection after them. */
const replies: Readonly<Record<string, readonly [reply: string, closes: boolean]>> = {
  'Content-Length': ['HTTP/1.1 200 OK\r\ncontent-length:  5\r\n\r\nhello', false],
  'an empty body': ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', false],
  'no body': ['HTTP/1.1 204 No Content\r\n\r\n', false],
  'not modified': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n', false],
  'Connection: close': ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello', true],
  'HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello', true],
  'HTTP/1.0, kept alive': ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello', false],
  chunks: [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n0123456789\r\n0\r\nX: y\r\n\r\n',
    false,
  ],
  'an interim response before it': [
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    false,
  ],
}

for (const [framing, [reply, closes]] of Object.entries(replies)) {
  test(`http parser: accepts a reply with ${framing}`, () => {
    const parser = new HttpReply()
    assertCompletedByLastPiece(parser, Buffer.from(reply))
    assert.equal(parser.closes, closes)
  })
}

test('http parser: the end of the connection completes a body without length', () => {
  const parser = new HttpReply()
  const parts = pieces(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100)}`), [7])
  assert.ok(takeAll(parser, parts).every((complete) => !complete))
  assert.equal(parser.end(), true)
  assert.equal(parser.closes, true)
})

/** Invalid replies, and their messages. */
const invalid: readonly (readonly [parser: () => ReplyParser, bytes: string, message: RegExp])[] = [
  [() => new HttpReply(), 'SSH-2.0-OpenSSH_9\r\n', /not valid HTTP\/1.1: the first line is "SSH-2.0-/],
  [() => new HttpReply(), 'HTTQ', /not valid HTTP\/1.1: it begins with "HTTQ"/],
  [() => new HttpReply(), 'HTTP/1.1 404 Not Found\r\n\r\n', /^the server replied 404 Not Found$/],
  [() => new HttpReply(), 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', /its Content-Length is "-1"/],
  [
    () => new HttpReply(),
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    /the line before a chunk is "zz"/,
  ],
  [() => new HttpReply(), 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxyz', /^2 bytes after the end of the reply$/],
  [() => new HttpReply(), `HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`, /ERR_HTTP_HEAD_TOO_LARGE/],
  [
    () => new ExactReply(Buffer.from('+PONG\r\n'), 'PONG of redis'),
    '-NOAUTH Auth',
    /not the expected PONG of redis: it contains "-NOAUTH/,
  ],
  [() => new ExactReply(Buffer.from('xxx'), 'echo'), 'xxxx', /not the expected echo/],
  [() => new LineReply(), 'one\ntwo\n', /bytes after the line of the reply: "two\\n"/],
]

test('reply parsers: reject invalid replies with a message of one line', () => {
  for (const [parser, bytes, message] of invalid) {
    assert.throws(() => takeAll(parser(), [Buffer.from(bytes)]), { name: 'InvalidReplyError', message })
  }
})

test('reply parsers: report how many bytes were received of an incomplete reply', () => {
  for (const parser of [new HttpReply(), new ExactReply(Buffer.from('HTTP/1.1 200'), 'echo'), new LineReply()]) {
    parser.begin()
    assert.throws(() => parser.end(), { name: 'InvalidReplyError', message: /closed the connection without a reply/ })
    parser.begin()
    parser.take(Buffer.from('HTTP/'))
    assert.throws(() => parser.end(), { message: /closed the connection after 5 bytes/ })
  }
})
