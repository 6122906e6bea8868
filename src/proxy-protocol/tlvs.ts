// The values that version 2 of the PROXY protocol carries after the addresses. Each is a TLV: a type, a length and a
// value. Every known type is a row of a table, which both decoding and encoding use.

import { bytesOf } from '../core/bytes.js'
import { checkArray, checkInteger, checkObject, checkString, outOfRange } from '../core/validate.js'
import { malformed, type ProxyTls, type ProxyTlv, type ProxyValues } from './header.js'

/** A type of one byte and a length of two bytes precede each value. */
const TLV_PREFIX_BYTES = 3
/** The largest length that two bytes can express. */
export const MAX_TLV_BYTES = 65535
const MAX_UNIQUE_ID_BYTES = 128

/** PP2_TYPE_CRC32C: the header's checksum. */
export const TYPE_CRC32C = 0x03
/** PP2_TYPE_NOOP: padding, without meaning. */
const TYPE_NOOP = 0x04

interface TlvCodec<Value> {
  decode(bytes: Buffer): Value
  /** @throws TypeError, RangeError with a message that begins with `name` */
  encode(value: Value, name: string): Uint8Array
}

type TlvRow<Value> = readonly [type: number, codec: TlvCodec<Value>]

/** A row for each named field that a list of TLVs is decoded to. */
type TlvTable<Fields> = { readonly [Name in Exclude<keyof Fields, 'other'>]-?: TlvRow<NonNullable<Fields[Name]>> }

const text = (encoding: 'utf8' | 'latin1'): TlvCodec<string> => ({
  decode: (bytes) => bytes.toString(encoding),
  encode(value, name) {
    checkString(value, name)
    return Buffer.from(value, encoding)
  },
})

const uniqueId: TlvCodec<Uint8Array> = {
  decode(bytes) {
    if (bytes.length <= MAX_UNIQUE_ID_BYTES) return Buffer.from(bytes)
    throw malformed(`a unique id has at most ${MAX_UNIQUE_ID_BYTES} bytes, not ${bytes.length}`)
  },
  encode(value, name) {
    const bytes = bytesOf(value, name)
    if (bytes.length <= MAX_UNIQUE_ID_BYTES) return bytes
    throw outOfRange(`${name} must be at most ${MAX_UNIQUE_ID_BYTES} bytes, not ${bytes.length}`, {
      argument: name,
      value: bytes.length,
      max: MAX_UNIQUE_ID_BYTES,
    })
  },
}

// The value of TLS begins with a byte of flags and 4 bytes of `verify`; TLVs follow.
const TLS_PREFIX_BYTES = 5
const CLIENT_TLS = 1
const CLIENT_CERTIFICATE = 2
const CLIENT_SESSION_CERTIFICATE = 4

type TlsFields = Omit<ProxyTls, 'tls' | 'certificate' | 'sessionCertificate' | 'verify'>

const TLS_TLVS: TlvTable<TlsFields> = {
  version: [0x21, text('latin1')],
  commonName: [0x22, text('utf8')],
  cipher: [0x23, text('latin1')],
  signatureAlgorithm: [0x24, text('latin1')],
  keyAlgorithm: [0x25, text('latin1')],
}

const tls: TlvCodec<ProxyTls> = {
  decode(bytes) {
    if (bytes.length < TLS_PREFIX_BYTES) throw malformed(`a TLS value has ${TLS_PREFIX_BYTES} bytes or more`)
    const client = bytes[0]!
    return {
      tls: (client & CLIENT_TLS) !== 0,
      certificate: (client & CLIENT_CERTIFICATE) !== 0,
      sessionCertificate: (client & CLIENT_SESSION_CERTIFICATE) !== 0,
      verify: bytes.readUInt32BE(1),
      ...decodeFields<TlsFields>(TLS_TLVS, bytes.subarray(TLS_PREFIX_BYTES)),
    }
  },
  encode(value, name) {
    checkObject(value, name)
    checkInteger(value.verify, `${name}.verify`, 0, 0xffffffff)
    const prefix = Buffer.alloc(TLS_PREFIX_BYTES)
    prefix[0] =
      (value.tls ? CLIENT_TLS : 0) |
      (value.certificate ? CLIENT_CERTIFICATE : 0) |
      (value.sessionCertificate ? CLIENT_SESSION_CERTIFICATE : 0)
    prefix.writeUInt32BE(value.verify, 1)
    return Buffer.concat([prefix, encodeFields<TlsFields>(TLS_TLVS, value, name)])
  },
}

/** **The table of types.** */
const TLVS: TlvTable<ProxyValues> = {
  alpn: [0x01, text('latin1')],
  authority: [0x02, text('utf8')],
  uniqueId: [0x05, uniqueId],
  tls: [0x20, tls],
  namespace: [0x30, text('latin1')],
}

/** One TLV, as a view of the memory it is in. */
export interface TlvView {
  readonly type: number
  readonly value: Buffer
}

/** The TLVs in `bytes`, all of which must be complete. */
export function* eachTlv(bytes: Buffer): Generator<TlvView, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const begin = at + TLV_PREFIX_BYTES
    const end = begin <= bytes.length ? begin + bytes.readUInt16BE(at + 1) : begin
    if (end > bytes.length) throw malformed('a value is longer than the rest of its header')
    yield { type: bytes[at]!, value: bytes.subarray(begin, end) }
    at = end
  }
}

/** Decodes the TLVs in `bytes`. */
export function parseTlvs(bytes: Buffer): ProxyValues {
  return decodeFields<ProxyValues>(TLVS, bytes)
}

/**
 * Encodes values as TLVs.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a value of another type
 * @throws RangeError `ERR_OUT_OF_RANGE` for a value that is too long
 */
export function encodeTlvs(values: ProxyValues): Buffer {
  checkObject(values, 'header.tlvs')
  return encodeFields<ProxyValues>(TLVS, values, 'header.tlvs')
}

/** Encodes one TLV. @throws RangeError `ERR_OUT_OF_RANGE` */
export function encodeTlv(type: number, value: Uint8Array, name: string): Buffer {
  const { length } = value
  if (length > MAX_TLV_BYTES)
    throw outOfRange(`${name} must be at most ${MAX_TLV_BYTES} bytes, not ${length}`, {
      argument: name,
      value: length,
      max: MAX_TLV_BYTES,
    })
  return Buffer.concat([Buffer.of(type, length >> 8, length & 255), value])
}

function decodeFields<Fields>(table: TlvTable<Fields>, bytes: Buffer): Fields {
  const rows = Object.entries<TlvRow<unknown>>(table)
  const fields: Record<string, unknown> = {}
  const other: ProxyTlv[] = []
  for (const { type, value } of eachTlv(bytes)) {
    const row = rows.find(([, [known]]) => known === type)
    if (row !== undefined) fields[row[0]] = row[1][1].decode(value)
    else if (type !== TYPE_NOOP && type !== TYPE_CRC32C) other.push({ type, value: Buffer.from(value) })
  }
  if (other.length > 0) fields['other'] = other
  return fields as Fields
}

function encodeFields<Fields extends { readonly other?: readonly ProxyTlv[] }>(
  table: TlvTable<Fields>,
  fields: Fields,
  name: string,
): Buffer {
  const rows = table as Record<string, TlvRow<unknown>>
  const given = Object.entries(fields).filter(([field, value]) => Object.hasOwn(rows, field) && value !== undefined)
  const named = given.map(([field, value]) => {
    const [type, codec] = rows[field]!
    return encodeTlv(type, codec.encode(value, `${name}.${field}`), `${name}.${field}`)
  })
  return Buffer.concat([...named, ...encodeOther(fields.other ?? [], `${name}.other`)])
}

function encodeOther(tlvs: readonly ProxyTlv[], name: string): Buffer[] {
  checkArray(tlvs, name)
  return tlvs.map((tlv) => {
    checkObject(tlv, `${name}[]`)
    const { type, value } = tlv
    checkInteger(type, `${name}[].type`, 0, 255)
    return encodeTlv(type, bytesOf(value, `${name}[].value`), `${name}[].value`)
  })
}
