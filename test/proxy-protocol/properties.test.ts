// Properties of PROXY protocol headers: written and parsed again, cut anywhere, and arbitrary bytes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  encodeProxyHeader,
  type ProxyHeader,
  type ProxyHeaderInput,
  ProxyHeaderParser,
  type ProxyTlv,
  type ProxyValues,
} from 'berkeley'
import fc from 'fast-check'
import { ipBytes, ipText } from '../../src/core/ip-text.js'

const buffer = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes))
/** Objects with a prototype, as object literals have. */
const record = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true })
/** The same with any of the fields left out. */
const partial = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { noNullPrototype: true, requiredKeys: [] }) as fc.Arbitrary<Partial<T>>
const port = fc.nat(65535)
const inet = record({ family: fc.constant('inet' as const), host: fc.ipV4(), port })
const inet6 = record({
  family: fc.constant('inet6' as const),
  host: fc.ipV6().map((text) => ipText(ipBytes(text)!)),
  port,
  flowInfo: fc.constant(0),
  scopeId: fc.constant(0),
})
const path = fc
  .string({ minLength: 1, maxLength: 36, unit: 'grapheme-composite' })
  .filter((text) => !text.includes('\0'))
const unix: fc.Arbitrary<Address> = fc.oneof(
  path.filter((text) => Buffer.byteLength(text) <= 108).map((text) => ({ family: 'unix' as const, path: text })),
  buffer(107)
    .filter((name) => name.length > 0 && name.at(-1) !== 0)
    .map((abstract) => ({ family: 'unix' as const, abstract })),
  fc.constant({ family: 'unix' as const }),
)
const ends = fc.oneof(
  ...[inet, inet6, unix].map((end: fc.Arbitrary<Address>) => record({ source: end, destination: end })),
)

const KNOWN = [0x01, 0x02, 0x03, 0x04, 0x05, 0x20, 0x30]
const KNOWN_IN_TLS = [0x03, 0x04, 0x21, 0x22, 0x23, 0x24, 0x25]
const others = (known: readonly number[]): fc.Arbitrary<ProxyTlv[]> => {
  const type = fc.nat(255).filter((number) => !known.includes(number))
  return fc.array(record({ type, value: buffer(20) }), { minLength: 1, maxLength: 3 })
}
const utf8 = fc.string({ unit: 'grapheme' })
const latin1 = buffer(12).map((bytes) => bytes.toString('latin1'))
const tlsHead = record({
  tls: fc.boolean(),
  certificate: fc.boolean(),
  sessionCertificate: fc.boolean(),
  verify: fc.nat(0xffffffff),
})
const tlsValues = partial({
  version: latin1,
  commonName: utf8,
  cipher: latin1,
  signatureAlgorithm: latin1,
  keyAlgorithm: latin1,
  other: others(KNOWN_IN_TLS),
})
const tls = fc.tuple(tlsHead, tlsValues).map(([head, rest]) => ({ ...head, ...rest }))
const values: fc.Arbitrary<ProxyValues> = partial({
  alpn: latin1,
  authority: utf8,
  uniqueId: buffer(128),
  tls,
  namespace: latin1,
  other: others(KNOWN),
})

const none = { source: null, destination: null }
const lines = fc
  .oneof(record({ source: inet, destination: inet }), record({ source: inet6, destination: inet6 }))
  .map((of) => ({ version: 1 as const, command: 'proxy' as const, transport: 'stream' as const, ...of, tlvs: {} }))
const unknown = { version: 1, command: 'proxy', transport: null, ...none, tlvs: {} } as const
const local = { version: 2, command: 'local', transport: null, ...none, tlvs: {} } as const
const binaries = fc
  .tuple(ends, fc.constantFrom('stream' as const, 'datagram' as const), values)
  .map(([of, transport, tlvs]) => ({ version: 2 as const, command: 'proxy' as const, transport, ...of, tlvs }))
const unspecified = values.map((tlvs) => {
  return { version: 2 as const, command: 'proxy' as const, transport: null, ...none, tlvs }
})
const header: fc.Arbitrary<ProxyHeader> = fc.oneof(
  lines,
  binaries,
  unspecified,
  fc.constantFrom<ProxyHeader>(unknown, local),
)

function encoded(of: ProxyHeader, checksum: boolean): Buffer {
  return encodeProxyHeader(of.version === 1 ? of : ({ ...of, checksum } satisfies ProxyHeaderInput))
}

/** Parses bytes in pieces; returns the header, and the number of bytes that it took. */
function parsePieces(bytes: Buffer, cuts: Iterator<number>): { header: ProxyHeader | null; taken: number } {
  const parser = new ProxyHeaderParser()
  let taken = 0
  for (let at = 0; at < bytes.length && parser.header === null; ) {
    const piece = Buffer.from(bytes.subarray(at, at + cuts.next().value!))
    const count = parser.push(piece)
    assert.ok(count === piece.length || parser.header !== null)
    // The pushed memory is the caller's, which may reuse it.
    piece.fill(0xaa)
    taken += count
    at += piece.length
  }
  return { header: parser.header, taken }
}

test('encodeProxyHeader: is parsed again, however it is cut, and the bytes that follow are left', () => {
  fc.assert(
    fc.property(
      header,
      fc.boolean(),
      buffer(20),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (of, checksum, following, cuts) => {
        const bytes = encoded(of, checksum)
        const read = parsePieces(Buffer.concat([bytes, following]), cuts)
        assert.deepEqual(read, { header: of, taken: bytes.length })
      },
    ),
    { seed: 21, numRuns: 3000 },
  )
})

test('ProxyHeaderParser: a part of a header is neither a header nor an error', () => {
  fc.assert(
    fc.property(
      header,
      fc.boolean(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (of, sum, part) => {
        const bytes = encoded(of, sum)
        const parser = new ProxyHeaderParser()
        const beginning = bytes.subarray(0, Math.floor(bytes.length * part))
        assert.equal(parser.push(beginning), beginning.length)
        assert.equal(parser.header, null)
        assert.deepEqual(parser.received, beginning)
      },
    ),
    { seed: 22, numRuns: 1000 },
  )
})

/** The result of parsing, or the message of the error. */
function outcome(bytes: Buffer, cuts: Iterator<number>): unknown {
  try {
    return parsePieces(bytes, cuts)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    assert.equal(code, 'ERR_PROXY_PROTOCOL', String(error))
    return message
  }
}

function* whole(): Generator<number, never> {
  for (;;) yield Number.POSITIVE_INFINITY
}

function* one(): Generator<number, never> {
  for (;;) yield 1
}

// Nearly headers: a header with some bytes changed, or a correct beginning with arbitrary bytes.
const almostHeaders = fc.oneof(
  fc
    .tuple(header, fc.boolean(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([of, sum, changes]) => {
      const bytes = encoded(of, sum)
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      return bytes
    }),
  fc
    .tuple(fc.constantFrom('PROXY ', 'PROXY TCP4 ', '\r\n\r\n\0\r\nQUIT\n', '\r\n\r\n\0\r\nQUIT\n\x21'), buffer(150))
    .map(([beginning, rest]) => Buffer.concat([Buffer.from(beginning, 'latin1'), rest])),
  buffer(40),
)

test('ProxyHeaderParser: arbitrary bytes have the same outcome in pieces as in one', () => {
  fc.assert(
    fc.property(almostHeaders, fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (bytes, cuts) => {
      const expected = outcome(bytes, whole())
      assert.deepEqual(outcome(bytes, one()), expected)
      assert.deepEqual(outcome(bytes, cuts), expected)
    }),
    { seed: 23, numRuns: 5000 },
  )
})
