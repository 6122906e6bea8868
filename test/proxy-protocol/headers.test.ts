// PROXY protocol headers: parsing well-formed and malformed ones, and writing them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeProxyHeader, type ProxyHeader, ProxyHeaderParser, type SocketError } from 'berkeley'
import { crc32c } from '../../src/proxy-protocol/crc32c.js'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const MALFORMED = { name: 'SocketError', code: 'ERR_PROXY_PROTOCOL', errno: 0, syscall: 'recv' }

/** The header at the beginning of `bytes`, and the number of bytes that it takes. */
function parse(bytes: string | Uint8Array): { header: ProxyHeader | null; taken: number } {
  const parser = new ProxyHeaderParser()
  const taken = parser.push(Buffer.from(bytes as string, 'latin1'))
  return { header: parser.header, taken }
}

/** A header of version 2 from its parts on the wire. */
function binary(command: number, kind: number, rest: string | Uint8Array): Buffer {
  const bytes = typeof rest === 'string' ? Buffer.from(rest, 'hex') : rest
  return Buffer.concat([SIGNATURE, Buffer.of(command, kind, bytes.length >> 8, bytes.length & 255), bytes])
}

const plain = { version: 2, command: 'proxy', transport: null, source: null, destination: null, tlvs: {} } as const
const inet6 = { family: 'inet6', flowInfo: 0, scopeId: 0 } as const
const FOUR = '0102030405060708 1f90 0050'.replaceAll(' ', '')
const FOUR_ENDS = {
  transport: 'stream',
  source: { family: 'inet', host: '1.2.3.4', port: 8080 },
  destination: { family: 'inet', host: '5.6.7.8', port: 80 },
} as const

/** A field of 108 bytes. */
const field = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'latin1')], 108)

const good: readonly [name: string, bytes: string | Buffer, header: ProxyHeader][] = [
  [
    'TCP4',
    'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n',
    {
      ...plain,
      version: 1,
      transport: 'stream',
      source: { family: 'inet', host: '192.168.0.1', port: 56324 },
      destination: { family: 'inet', host: '192.168.0.11', port: 443 },
    },
  ],
  [
    'TCP6 of the greatest length',
    `PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'FFFF:'.repeat(7)}FFFF 65535 65535\r\n`,
    {
      ...plain,
      version: 1,
      transport: 'stream',
      source: { ...inet6, host: `${'ffff:'.repeat(7)}ffff`, port: 65535 },
      destination: { ...inet6, host: `${'ffff:'.repeat(7)}ffff`, port: 65535 },
    },
  ],
  [
    'TCP6 with shortened addresses',
    'PROXY TCP6 ::1 ::ffff:1.2.3.4 0 1\r\n',
    {
      ...plain,
      version: 1,
      transport: 'stream',
      source: { ...inet6, host: '::1', port: 0 },
      destination: { ...inet6, host: '::ffff:1.2.3.4', port: 1 },
    },
  ],
  ['UNKNOWN', 'PROXY UNKNOWN\r\n', { ...plain, version: 1 }],
  ['UNKNOWN and arbitrary text', 'PROXY UNKNOWN ::1 what ever\r\n', { ...plain, version: 1 }],
  ['the longest line', `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`, { ...plain, version: 1 }],
  ['LOCAL', binary(0x20, 0x00, ''), { ...plain, command: 'local' }],
  ['LOCAL with addresses, which it ignores', binary(0x20, 0x11, 'ffff'), { ...plain, command: 'local' }],
  ['LOCAL of an unknown family', binary(0x20, 0xff, FOUR), { ...plain, command: 'local' }],
  ['UNSPEC', binary(0x21, 0x00, ''), plain],
  ['TCP over IPv4', binary(0x21, 0x11, FOUR), { ...plain, ...FOUR_ENDS }],
  ['UDP over IPv4', binary(0x21, 0x12, FOUR), { ...plain, ...FOUR_ENDS, transport: 'datagram' }],
  ['IPv4 over an unspecified transport', binary(0x21, 0x10, FOUR), plain],
  [
    'TCP over IPv6',
    binary(0x21, 0x21, `${'0'.repeat(31)}1${'20010db8'}${'0'.repeat(23)}200010002`),
    {
      ...plain,
      transport: 'stream',
      source: { ...inet6, host: '::1', port: 1 },
      destination: { ...inet6, host: '2001:db8::2', port: 2 },
    },
  ],
  [
    'a unix path',
    binary(0x21, 0x31, Buffer.concat([field('/run/a'), field('x'.repeat(108))])),
    {
      ...plain,
      transport: 'stream',
      source: { family: 'unix', path: '/run/a' },
      destination: { family: 'unix', path: 'x'.repeat(108) },
    },
  ],
  [
    'an abstract unix name, and no name',
    binary(0x21, 0x32, Buffer.concat([field('\0na\0me'), field('')])),
    {
      ...plain,
      transport: 'datagram',
      source: { family: 'unix', abstract: Buffer.from('na\0me') },
      destination: { family: 'unix' },
    },
  ],
  [
    'a unix path that is not UTF-8',
    binary(0x21, 0x31, Buffer.concat([field('\xff'), field('/b')])),
    {
      ...plain,
      transport: 'stream',
      source: { family: 'raw', value: 1, bytes: Buffer.of(0xff) },
      destination: { family: 'unix', path: '/b' },
    },
  ],
  [
    'type-length-values',
    binary(0x21, 0x11, `${FOUR}010002${'6832'}020002${'c3a9'}050001ff300003${'6e6574'}04000500000000001000${'01'}07`),
    {
      ...plain,
      ...FOUR_ENDS,
      tlvs: {
        alpn: 'h2',
        authority: 'é',
        uniqueId: Buffer.of(0xff),
        namespace: 'net',
        other: [{ type: 0x10, value: Buffer.of(7) }],
      },
    },
  ],
  [
    'values of TLS',
    binary(
      0x21,
      0x00,
      `20001a0500000000${'210007'}${Buffer.from('TLSv1.3').toString('hex')}${'220002'}6d65ee000301 02 03`.replaceAll(
        ' ',
        '',
      ),
    ),
    {
      ...plain,
      tlvs: {
        tls: {
          tls: true,
          certificate: false,
          sessionCertificate: true,
          verify: 0,
          version: 'TLSv1.3',
          commonName: 'me',
          other: [{ type: 0xee, value: Buffer.of(1, 2, 3) }],
        },
      },
    },
  ],
]

for (const [name, bytes, header] of good) {
  test(`ProxyHeaderParser: parses ${name}`, () => {
    const { length } = Buffer.from(bytes)
    assert.deepEqual(parse(bytes), { header, taken: length })
    const followed = Buffer.concat([Buffer.from(bytes), Buffer.from('\r\nwhat follows')])
    assert.deepEqual(parse(followed), { header, taken: length })
    assert.equal(parse(followed.subarray(0, length - 1)).header, null)
  })
}

const bad: readonly [name: string, bytes: string | Buffer][] = [
  ['another protocol', 'GET / HTTP/1.1\r\n'],
  ['one letter', 'p'],
  ['a lower-case letter', 'PROXy'],
  ['PO, the beginning of POST', 'PO'],
  ['a missing space', 'PROXYTCP4'],
  ['a signature with another byte', Buffer.concat([SIGNATURE.subarray(0, 11), Buffer.of(0)])],
  ['an unknown protocol', 'PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n'],
  ['a protocol in lower case', 'PROXY tcp4 1.1.1.1 1.1.1.1 1 1\r\n'],
  ['UNKNOWN and more letters', 'PROXY UNKNOWNS\r\n'],
  ['two spaces', 'PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n'],
  ['one word too many', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n'],
  ['a space at the end', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n'],
  ['a word too few', 'PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n'],
  ['a line feed alone', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n'],
  ['a carriage return inside', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\r\n'],
  ['a port with a leading zero', 'PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n'],
  ['a port above 65535', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n'],
  ['a negative port', 'PROXY TCP4 1.1.1.1 1.1.1.1 1 -1\r\n'],
  ['an address with a leading zero', 'PROXY TCP4 01.1.1.1 1.1.1.1 1 1\r\n'],
  ['an address of the other family', 'PROXY TCP6 1.1.1.1 ::1 1 1\r\n'],
  ['an address with a zone', 'PROXY TCP6 fe80::1%lo ::1 1 1\r\n'],
  ['a name instead of an address', 'PROXY TCP4 localhost 1.1.1.1 1 1\r\n'],
  ['107 bytes without an end', `PROXY UNKNOWN ${'x'.repeat(93)}`],
  ['version 1 in binary', binary(0x11, 0x11, FOUR)],
  ['version 3', binary(0x31, 0x11, FOUR)],
  ['an unknown command', binary(0x22, 0x11, FOUR)],
  ['an unknown family', binary(0x21, 0x41, FOUR)],
  ['an unknown transport', binary(0x21, 0x13, FOUR)],
  ['a length shorter than the addresses', binary(0x21, 0x11, FOUR.slice(2))],
  ['a length shorter than unix addresses', binary(0x21, 0x31, Buffer.alloc(215))],
  ['a value that exceeds the header', binary(0x21, 0x11, `${FOUR}010005aa`)],
  ['a value without a length', binary(0x21, 0x11, `${FOUR}0100`)],
  ['a unique id of 129 bytes', binary(0x21, 0x11, `${FOUR}050081${'00'.repeat(129)}`)],
  ['TLS of 4 bytes', binary(0x21, 0x11, `${FOUR}20000400000000`)],
  ['TLS with a broken value inside', binary(0x21, 0x11, `${FOUR}200008000000000021000900`)],
  ['a checksum of 3 bytes', binary(0x21, 0x11, `${FOUR}030003000000`)],
  ['a wrong checksum', binary(0x21, 0x11, `${FOUR}03000400000000`)],
  ['two checksums, both of them right', binary(0x21, 0x00, '03000458899a920300041d29f9e9')],
  ['more than 16 KiB', binary(0x21, 0x00, Buffer.concat([Buffer.of(4, 0x40, 0), Buffer.alloc(0x4000)]))],
]

for (const [name, bytes] of bad) {
  test(`ProxyHeaderParser: refuses ${name}`, () => {
    const parser = new ProxyHeaderParser()
    const given = Buffer.from(bytes as string, 'latin1')
    const fails = (): number => parser.push(given)
    assert.throws(fails, (error) => {
      const { partial } = error as SocketError
      assert.ok(given.subarray(0, partial!.length).equals(partial!))
      assert.throws(fails, (again) => again === error)
      return true
    })
    assert.throws(fails, MALFORMED)
    assert.equal(parser.header, null)
  })
}

test('encodeProxyHeader: the CRC-32C covers the header, and damage is detected', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  const bytes = encodeProxyHeader({ checksum: true, tlvs: { alpn: 'h2' } })
  assert.deepEqual(parse(bytes).header, { ...plain, tlvs: { alpn: 'h2' } })
  for (const [at, byte] of bytes.entries()) {
    // The first 16 bytes lead to the checksum, and its type byte makes it one: changing those is another error or none.
    if (at < 16 || at === bytes.length - 7) continue
    const damaged = Buffer.from(bytes)
    damaged[at] = byte ^ 1
    assert.throws(() => parse(damaged), MALFORMED)
  }
})

test('ProxyHeaderParser: maxHeaderBytes limits the length of a header', () => {
  const long = encodeProxyHeader({ tlvs: { other: [{ type: 0xe0, value: Buffer.alloc(60_000) }] } })
  const parser = new ProxyHeaderParser({ maxHeaderBytes: 65551 })
  assert.equal(parser.push(long), long.length)
  assert.equal(parser.header!.tlvs.other![0]!.value.length, 60_000)
  assert.throws(() => new ProxyHeaderParser({ maxHeaderBytes: 107 }).push(long), MALFORMED)
  for (const maxHeaderBytes of [106, 65552, 0.5]) {
    assert.throws(() => new ProxyHeaderParser({ maxHeaderBytes }), { code: 'ERR_OUT_OF_RANGE' })
  }
})

test('encodeProxyHeader: writes the examples of the specification', () => {
  const source = { host: '192.168.0.1', port: 56324 }
  const destination = { host: '192.168.0.11', port: 443 }
  const line = encodeProxyHeader({ version: 1, source, destination })
  assert.equal(line.toString(), 'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n')
  const six = encodeProxyHeader({
    version: 1,
    source: { host: '::1', port: 1 },
    destination: { host: 'FE80::', port: 2 },
  })
  assert.equal(six.toString(), 'PROXY TCP6 ::1 fe80:: 1 2\r\n')
  assert.equal(encodeProxyHeader({ version: 1 }).toString(), 'PROXY UNKNOWN\r\n')
  const bytes = encodeProxyHeader({ source, destination })
  assert.equal(bytes.toString('hex'), `${SIGNATURE.toString('hex')}2111000cc0a80001c0a8000bdc0401bb`)
  assert.equal(encodeProxyHeader({ command: 'local' }).toString('hex'), `${SIGNATURE.toString('hex')}20000000`)
})

test('encodeProxyHeader: refuses wrong fields by a code and the field’s name', () => {
  const source = { host: '1.2.3.4', port: 1 }
  const ends = { source, destination: source }
  const path = { path: '/a' }
  const cases: [code: string, message: RegExp, header: unknown][] = [
    ['ERR_INVALID_ARG_TYPE', /^header must/, null],
    ['ERR_INVALID_ARG_VALUE', /^header\.version/, { version: 3 }],
    ['ERR_INVALID_ARG_VALUE', /^header\.command/, { command: 'both' }],
    ['ERR_INVALID_ARG_VALUE', /^header\.transport/, { ...ends, transport: 'sctp' }],
    ['ERR_INVALID_ARG_TYPE', /^header\.destination/, { source }],
    ['ERR_INVALID_ARG_TYPE', /^header\.source/, { source: 5, destination: source }],
    ['ERR_INVALID_ARG_VALUE', /^header\.destination/, { source, destination: { host: '::1', port: 1 } }],
    ['ERR_NAME_NOT_NUMERIC', /^header\.source\.host/, { source: { host: 'localhost', port: 1 }, destination: source }],
    ['ERR_OUT_OF_RANGE', /port/, { source: { host: '1.1.1.1', port: 65536 }, destination: source }],
    ['ERR_INVALID_ARG_VALUE', /^header\.source/, { ...ends, command: 'local' }],
    [
      'ERR_INVALID_ARG_VALUE',
      /^header\.source/,
      { source: { family: 'raw', value: 40, bytes: Buffer.of(1) }, destination: path },
    ],
    ['ERR_INVALID_ARG_VALUE', /^header\.source/, { version: 1, source: path, destination: path }],
    ['ERR_INVALID_ARG_VALUE', /^header\.command/, { version: 1, command: 'local' }],
    ['ERR_INVALID_ARG_VALUE', /^header\.transport/, { version: 1, ...ends, transport: 'datagram' }],
    ['ERR_INVALID_ARG_VALUE', /^header\.tlvs/, { version: 1, tlvs: { alpn: 'h2' } }],
    ['ERR_INVALID_ARG_VALUE', /^header\.checksum/, { version: 1, checksum: true }],
    ['ERR_INVALID_ARG_TYPE', /^header\.tlvs must/, { tlvs: 'h2' }],
    ['ERR_INVALID_ARG_TYPE', /^header\.tlvs\.alpn/, { tlvs: { alpn: 2 } }],
    ['ERR_OUT_OF_RANGE', /^header\.tlvs\.authority/, { tlvs: { authority: 'x'.repeat(65536) } }],
    ['ERR_OUT_OF_RANGE', /^header\.tlvs /, { tlvs: { authority: 'x'.repeat(65533) } }],
    ['ERR_OUT_OF_RANGE', /^header\.tlvs\.uniqueId/, { tlvs: { uniqueId: Buffer.alloc(129) } }],
    ['ERR_OUT_OF_RANGE', /^header\.tlvs\.tls\.verify/, { tlvs: { tls: { verify: -1 } } }],
    ['ERR_OUT_OF_RANGE', /^header\.tlvs\.other/, { tlvs: { other: [{ type: 256, value: Buffer.of() }] } }],
    ['ERR_INVALID_ARG_TYPE', /^header\.tlvs\.other/, { tlvs: { other: [{ type: 1, value: 5 }] } }],
  ]
  for (const [code, message, header] of cases) {
    assert.throws(() => encodeProxyHeader(header as object), { code, message }, JSON.stringify(header))
  }
})
