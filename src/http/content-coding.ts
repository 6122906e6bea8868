// Content-Encoding: a compressed body is decoded in one piece, because node:zlib has no synchronous call for parts of one.

import { nodeZlib } from '../native/node-modules.js'
import { HttpError } from './errors.js'
import type { HeaderList } from './header-list.js'

/** Decodes bytes, into at most so many. */
type Decode = (bytes: Buffer, options: { readonly maxOutputLength?: number }) => Buffer

/** zstd is there from Node 22.15 on. */
interface NewerZlib {
  readonly zstdDecompressSync?: Decode
}

/** The decoder of each coding. node:zlib is loaded by the first body that needs it. */
const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', (bytes, options) => nodeZlib().gunzipSync(bytes, options)],
  ['x-gzip', (bytes, options) => nodeZlib().gunzipSync(bytes, options)],
  ['deflate', inflate],
  ['br', (bytes, options) => nodeZlib().brotliDecompressSync(bytes, options)],
  ...(hasZstd() ? [['zstd', zstd] as const] : []),
])

/** RFC 9110, section 8.4.1.2: "deflate" is the zlib format. Some servers send it without the header, which has 8 in these bits. */
function inflate(bytes: Buffer, options: { readonly maxOutputLength?: number }): Buffer {
  const { inflateSync, inflateRawSync } = nodeZlib()
  return (bytes[0]! & 0x0f) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
}

function zstd(bytes: Buffer, options: { readonly maxOutputLength?: number }): Buffer {
  return (nodeZlib() as NewerZlib).zstdDecompressSync!(bytes, options)
}

/** Node says so without node:zlib being loaded; other runtimes are asked. */
function hasZstd(): boolean {
  const { bun, deno, zstd: version } = process.versions
  if (bun === undefined && deno === undefined) return version !== undefined
  return (nodeZlib() as NewerZlib).zstdDecompressSync !== undefined
}

/** What a request accepts. */
export const ACCEPT_ENCODING: string = [...DECODERS.keys()].filter((coding) => coding !== 'x-gzip').join(', ')

/** More codings than any server applies; each may multiply the size by a thousand. */
const MAX_CODINGS = 5

/** The codings of a body, in the order in which they are undone. Null for a body to be left as it is. */
export function codingsOf(headers: HeaderList): readonly string[] | null {
  const codings = headers.tokens('content-encoding').filter((coding) => coding !== 'identity')
  if (codings.length > MAX_CODINGS) {
    throw new HttpError('ERR_HTTP_CONTENT_CODING', `the body has more than ${MAX_CODINGS} content codings`)
  }
  // fetch, too, gives a body with an unknown coding to the program as it is.
  if (codings.length === 0 || !codings.every((coding) => DECODERS.has(coding))) return null
  return codings.reverse()
}

/**
 * Undoes the codings of a body.
 * @throws HttpError `ERR_HTTP_CONTENT_CODING` for bytes that are not as the coding says
 * @throws HttpError `ERR_HTTP_BODY_TOO_LARGE` for a result of more than `maxBytes`
 */
export function decoded(bytes: Buffer, codings: readonly string[], maxBytes: number): Buffer {
  const options = Number.isFinite(maxBytes) ? { maxOutputLength: Math.max(maxBytes, 1) } : {}
  return bytes.length === 0 ? bytes : codings.reduce((body, coding) => decodeOne(body, coding, options), bytes)
}

function decodeOne(bytes: Buffer, coding: string, options: { readonly maxOutputLength?: number }): Buffer {
  try {
    return DECODERS.get(coding)!(bytes, options)
  } catch (cause) {
    // The only RangeError of node:zlib here: the result exceeds maxOutputLength.
    if (cause instanceof RangeError) throw bodyTooLarge(options.maxOutputLength!)
    const reason = (cause as Error).message
    throw new HttpError('ERR_HTTP_CONTENT_CODING', `the body is not valid ${coding}: ${reason}`, { cause })
  }
}

/** The error for a body beyond its limit. */
export function bodyTooLarge(maxBytes: number): HttpError {
  return new HttpError('ERR_HTTP_BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`)
}
