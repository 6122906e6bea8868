// The values that version 2 of the PROXY protocol adds to the addresses: a type, a length, a value, one after another.
// Each known type is a row of a table, from which both directions follow.

import { bytesOf } from '../core/bytes.js'
import { misuse } from '../core/errors.js'
import { checkInteger, checkObject } from '../core/validate.js'
import { malformed, type ProxyTls, type ProxyTlv, type ProxyValues } from './header.js'

const HEAD = 3
const LONGEST_UNIQUE_ID = 128
export const LONGEST_VALUES = 65535
/** The type of a value that is there for its length alone. */
const NOTHING = 0x04
/** The type of the header's checksum. */
export const CHECKSUM = 0x03

interface Codec<Value> {
  decode(bytes: Buffer): Value
  /** @throws TypeError, RangeError that begins with `name` */
  encode(value: Value, name: string): Uint8Array
}

type Row<Value> = readonly [type: number, codec: Codec<Value>]

/** A row for each named field of what a list of values becomes. */
type Rows<Fields> = { readonly [Name in Exclude<keyof Fields, 'other'>]-?: Row<NonNullable<Fields[Name]>> }

const text = (encoding: 'utf8' | 'latin1'): Codec<string> => ({
  decode: (bytes) => bytes.toString(encoding),
  encode(value, name) {
    if (typeof value === 'string') return Buffer.from(value, encoding)
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be a string`)
  },
})

const uniqueId: Codec<Uint8Array> = {
  decode(bytes) {
    if (bytes.length > LONGEST_UNIQUE_ID) throw malformed('a unique id of more than 128 bytes')
    return Buffer.from(bytes)
  },
  encode(value, name) {
    const bytes = bytesOf(value, name)
    if (bytes.length <= LONGEST_UNIQUE_ID) return bytes
    throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `${name} must be at most 128 bytes`)
  },
}

const CLIENT_TLS = 1
const CLIENT_CERTIFICATE = 2
const CLIENT_SESSION_CERTIFICATE = 4
const TLS_HEAD = 5

type TlsFields = Omit<ProxyTls, 'tls' | 'certificate' | 'sessionCertificate' | 'verify'>

const TLS_ROWS: Rows<TlsFields> = {
  version: [0x21, text('latin1')],
  commonName: [0x22, text('utf8')],
  cipher: [0x23, text('latin1')],
  signatureAlgorithm: [0x24, text('latin1')],
  keyAlgorithm: [0x25, text('latin1')],
}

const tls: Codec<ProxyTls> = {
  decode(bytes) {
    if (bytes.length < TLS_HEAD) throw malformed('a TLS value that is too short')
    const client = bytes[0]!
    return {
      tls: (client & CLIENT_TLS) !== 0,
      certificate: (client & CLIENT_CERTIFICATE) !== 0,
      sessionCertificate: (client & CLIENT_SESSION_CERTIFICATE) !== 0,
      verify: bytes.readUInt32BE(1),
      ...fieldsOf<TlsFields>(TLS_ROWS, bytes.subarray(TLS_HEAD)),
    }
  },
  encode(value, name) {
    checkObject(value, name)
    checkInteger(value.verify, `${name}.verify`, 0, 0xffffffff)
    const head = Buffer.alloc(TLS_HEAD)
    head[0] =
      (value.tls ? CLIENT_TLS : 0) |
      (value.certificate ? CLIENT_CERTIFICATE : 0) |
      (value.sessionCertificate ? CLIENT_SESSION_CERTIFICATE : 0)
    head.writeUInt32BE(value.verify, 1)
    return Buffer.concat([head, bytesOfFields<TlsFields>(TLS_ROWS, value, name)])
  },
}

const ROWS: Rows<ProxyValues> = {
  alpn: [0x01, text('latin1')],
  authority: [0x02, text('utf8')],
  uniqueId: [0x05, uniqueId],
  tls: [0x20, tls],
  namespace: [0x30, text('latin1')],
}

/** One value where it stands in its memory. */
export interface PlacedValue {
  readonly type: number
  readonly value: Buffer
}

/** The values in `bytes`, which must hold whole ones. */
export function* eachValue(bytes: Buffer): Generator<PlacedValue, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const begin = at + HEAD
    const end = begin <= bytes.length ? begin + bytes.readUInt16BE(at + 1) : begin
    if (end > bytes.length) throw malformed('a value that exceeds its header')
    yield { type: bytes[at]!, value: bytes.subarray(begin, end) }
    at = end
  }
}

/** What the values in `bytes` say. */
export function parseValues(bytes: Buffer): ProxyValues {
  return fieldsOf<ProxyValues>(ROWS, bytes)
}

/**
 * The bytes of values.
 * @throws TypeError, RangeError
 */
export function writeValues(values: ProxyValues): Buffer {
  checkObject(values, 'header.tlvs')
  return bytesOfFields<ProxyValues>(ROWS, values, 'header.tlvs')
}

/** One value, with its type and its length before it. */
export function writeValue(type: number, value: Uint8Array, name: string): Buffer {
  if (value.length > LONGEST_VALUES) throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `${name} is longer than 65535 bytes`)
  return Buffer.concat([Buffer.of(type, value.length >> 8, value.length & 255), value])
}

function fieldsOf<Fields>(rows: Rows<Fields>, bytes: Buffer): Fields {
  const named = Object.entries<Row<unknown>>(rows)
  const fields: Record<string, unknown> = {}
  const other: ProxyTlv[] = []
  for (const { type, value } of eachValue(bytes)) {
    const row = named.find(([, [known]]) => known === type)
    if (row !== undefined) fields[row[0]] = row[1][1].decode(value)
    else if (type !== NOTHING && type !== CHECKSUM) other.push({ type, value: Buffer.from(value) })
  }
  if (other.length > 0) fields['other'] = other
  return fields as Fields
}

function bytesOfFields<Fields extends { readonly other?: readonly ProxyTlv[] }>(
  rows: Rows<Fields>,
  fields: Fields,
  name: string,
): Buffer {
  const given = Object.entries(fields).filter(([field, value]) => field in rows && value !== undefined)
  const table = rows as Record<string, Row<unknown>>
  const parts = given.map(([field, value]) => {
    const [type, codec] = table[field]!
    return writeValue(type, codec.encode(value, `${name}.${field}`), `${name}.${field}`)
  })
  for (const { type, value } of fields.other ?? []) {
    checkInteger(type, `${name}.other: its type`, 0, 255)
    parts.push(writeValue(type, bytesOf(value, `${name}.other: its value`), `${name}.other: its value`))
  }
  return Buffer.concat(parts)
}
