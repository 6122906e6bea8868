// Replies are known to be complete wherever the pieces in which they come are cut.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HttpReply } from '../src/cli/compare/protocol/http-reply.js'
import { protocols } from '../src/cli/compare/protocol/protocols.js'
import { ExactReply, LineReply, type ReplyParser } from '../src/cli/compare/protocol/reply-parser.js'

const shape = { payload: 50, hostName: 'localhost', path: '/' }

/** `bytes` in pieces of the given sizes, over and over. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    cut.push(bytes.subarray(at, at + size))
    at += size
  }
  return cut
}

/** Gives the pieces to the parser: whether each of them completed the reply. */
function takeAll(parser: ReplyParser, parts: readonly Buffer[]): boolean[] {
  parser.begin()
  return parts.map((part) => parser.take(part))
}

function assertCompleteAtLast(parser: ReplyParser, reply: Buffer): void {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      const complete = takeAll(parser, pieces(reply, sizes))
      assert.deepEqual(complete, [...complete.slice(1).fill(false), true])
    }),
    { numRuns: 50 },
  )
}

for (const protocol of protocols) {
  for (const payload of new Set([protocol.leastPayload, protocol.payload, 1000])) {
    test(`${protocol.name}: our own server's reply with a payload of ${payload}`, () => {
      const reply = protocol.reply({ ...shape, payload })
      assertCompleteAtLast(protocol.parsers({ ...shape, payload })(), reply)
    })
  }
}

/** Replies of HTTP, and whether the server closes the connection after them. */
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
  'a provisional answer first': [
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    false,
  ],
}

for (const [framing, [reply, closes]] of Object.entries(replies)) {
  test(`http: a reply with ${framing}`, () => {
    const parser = new HttpReply()
    assertCompleteAtLast(parser, Buffer.from(reply))
    assert.equal(parser.closes, closes)
  })
}

test('http: a body that the end of the connection completes', () => {
  const parser = new HttpReply()
  const parts = pieces(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100)}`), [7])
  assert.ok(takeAll(parser, parts).every((complete) => !complete))
  assert.equal(parser.end(), true)
  assert.equal(parser.closes, true)
})

/** What is no reply, and what is said of it. */
const wrong: readonly (readonly [parser: () => ReplyParser, bytes: string, message: RegExp])[] = [
  [() => new HttpReply(), 'SSH-2.0-OpenSSH_9\r\n', /no HTTP\/1: it begins with "SSH-2.0-/],
  [() => new HttpReply(), 'HTTQ', /no HTTP/],
  [() => new HttpReply(), 'HTTP/1.1 404 Not Found\r\n\r\n', /^the server answers 404 Not Found$/],
  [() => new HttpReply(), 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', /Content-Length is no number/],
  [() => new HttpReply(), 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /size of a chunk/],
  [() => new HttpReply(), 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxyz', /more than a reply came: "yz"/],
  [() => new HttpReply(), `HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`, /no end of a head/],
  [
    () => new ExactReply(Buffer.from('+PONG\r\n'), 'PONG of redis'),
    '-NOAUTH Auth',
    /no PONG of redis: it has "-NOAUTH/,
  ],
  [() => new ExactReply(Buffer.from('xxx'), 'echo'), 'xxxx', /no echo/],
  [() => new LineReply(), 'one\ntwo\n', /more than a line came: "two\\n"/],
]

test('what is no reply of the protocol is told in one line', () => {
  for (const [parser, bytes, message] of wrong) {
    assert.throws(() => takeAll(parser(), [Buffer.from(bytes)]), { name: 'WrongReply', message })
  }
})

test('a reply that ends early is told with what came of it', () => {
  for (const parser of [new HttpReply(), new ExactReply(Buffer.from('HTTP/1.1 200'), 'echo'), new LineReply()]) {
    parser.begin()
    assert.throws(() => parser.end(), { name: 'WrongReply', message: /closed the connection without a reply/ })
    parser.take(Buffer.from('HTTP/'))
    assert.throws(() => parser.end(), { message: /closed the connection after 5 bytes/ })
  }
})
