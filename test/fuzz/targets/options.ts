// The codecs of options: bytes of any content and length are decoded to a value or refused with a code; a value that is
// encoded is decoded to the same value.

import assert from 'node:assert/strict'
import { optionTable, type ReadableOption, type SocketOption } from 'berkeley'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

type Readable = ReadableOption<unknown> | SocketOption<unknown, unknown>

const rows = Object.values(optionTable).filter(({ access }) => access !== 'write') as readonly Readable[]

/** The result of a call, or undefined where it was refused with a code. */
function attempted<Result>(act: () => Result): { readonly result: Result } | undefined {
  try {
    return { result: act() }
  } catch (error) {
    assert.match(String((error as NodeJS.ErrnoException).code), /^ERR_(INVALID_ARG|OUT_OF_RANGE)/, String(error))
    return undefined
  }
}

export const options: Target = {
  name: 'options',
  covers: /\/src\/options\//,
  maxBytes: 512,
  dictionary: words(
    '\0\0\0\0',
    '\xff\xff\xff\xff',
    '\0\0\0\x80',
    'cubic\0',
    '\x02\0\0\0',
    '\x0a\0\0\0',
    '\x7f\0\0\x01',
  ),
  run(input) {
    const source = new ByteSource(input)
    const row = source.pick(rows)
    const isShort = source.oneIn(8)
    const given = source.rest()
    // The kernel fills the whole value, unless the option is of varying length.
    const bytes = isShort ? given : Uint8Array.from(Buffer.concat([given], row.size))
    const decoded = attempted(() => row.decode(bytes))
    if (decoded === undefined) {
      assert.ok(isShort, `${row.name} does not decode ${row.size} bytes`)
      return 1
    }
    if (!('encode' in row)) return 1
    const encoded = attempted(() => row.encode(decoded.result))
    // What IP_MULTICAST_IF is set to is another structure than what is read.
    if (encoded === undefined || encoded.result.length > row.size) return 2
    assert.deepEqual(row.decode(encoded.result), decoded.result, row.name)
    return 3
  },
}
