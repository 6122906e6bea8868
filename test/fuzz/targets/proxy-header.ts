// The parser of the PROXY protocol: an input in one piece has the same outcome as in several, and a header that was parsed
// is encoded and parsed again without loss.

import assert from 'node:assert/strict'
import { encodeProxyHeader, type ProxyHeader, ProxyHeaderParser, type SocketError } from 'berkeley'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

const LIMITS = [107, 108, 231, 16384, 65551]

interface Outcome {
  readonly header: ProxyHeader | null
  /** How many bytes the header took. */
  readonly taken: number
  readonly message: string | undefined
}

function parsed(data: Uint8Array, maxHeaderBytes: number, cut: () => number): Outcome {
  const parser = new ProxyHeaderParser({ maxHeaderBytes })
  let taken = 0
  try {
    for (let at = 0; at < data.length && parser.header === null; ) {
      const piece = data.slice(at, at + cut())
      taken += parser.push(piece)
      // The pushed memory is the caller's.
      piece.fill(0xaa)
      at += piece.length
    }
  } catch (error) {
    const { code, message, partial } = error as SocketError
    assert.equal(code, 'ERR_PROXY_PROTOCOL', String(error))
    assert.ok(Buffer.from(data).subarray(0, partial!.length).equals(partial!))
    assert.throws(() => parser.push(Uint8Array.of(1)), { message })
    return { header: null, taken: 0, message }
  }
  if (parser.header === null) assert.equal(taken, data.length)
  assert.ok(parser.received.equals(data.subarray(0, taken)))
  return { header: parser.header, taken, message: undefined }
}

function assertParsesAgain(header: ProxyHeader): void {
  const again = new ProxyHeaderParser({ maxHeaderBytes: 65551 })
  const bytes = encodeProxyHeader(header)
  assert.equal(again.push(bytes), bytes.length)
  assert.deepEqual(again.header, header)
}

export const proxyHeader: Target = {
  name: 'proxy-header',
  covers: /\/src\/(proxy-protocol|addresses|core)\//,
  maxBytes: 2048,
  dictionary: words(
    'PROXY ',
    'PROXY TCP4 127.0.0.1 10.0.0.1 1 65535\r\n',
    'PROXY TCP6 ::1 2001:db8::1 0 80\r\n',
    'UNKNOWN\r\n',
    '\r\n\r\n\0\r\nQUIT\n',
    '\x21\x11\0\x0c',
    '\x21\x21\0\x24',
    '\x21\x31\0\xd8',
    '\x20\0\0\0',
    '\x03\0\x04',
    '\x05\0\x80',
    '\x20\0\x08\x07\0\0\0\0\x21\0\0',
  ),
  run(input) {
    const source = new ByteSource(input)
    const limit = source.pick(LIMITS)
    const cuts = [source.byte(), source.byte(), source.byte()].map((byte) => (byte % 40) + 1)
    const data = source.rest()
    const whole = parsed(data, limit, () => data.length)
    let pieces = 0
    assert.deepEqual(
      parsed(data, limit, () => cuts[pieces++ % cuts.length]!),
      whole,
    )
    if (data.length <= 300)
      assert.deepEqual(
        parsed(data, limit, () => 1),
        whole,
      )
    if (whole.header !== null) assertParsesAgain(whole.header)
    return 3
  },
}
