// The body of a request: what fetch takes, as far as it can be had without waiting for a promise.

import { bytesOf, copyOf, type Data } from '../core/bytes.js'
import { misuse } from '../core/errors.js'
import { lengthOf } from '../core/intrinsics.js'
import { isInstance, isRevoked, wrongType } from '../core/validate.js'

/** A body to send: text, bytes, parameters of a form, or pieces that are produced while they are sent. */
export type RequestBodyInput = Data | URLSearchParams | Iterable<Data>

/** A body, in one piece or in many. */
export interface RequestBody {
  /** Null where only the pieces will show how many bytes there are. */
  readonly bytes: Uint8Array | null
  readonly pieces: Iterable<Data>
  /** What Content-Type says unless the caller does; null for bytes. */
  readonly type: string | null
}

function whole(bytes: Uint8Array, type: string | null): RequestBody {
  return { bytes, pieces: [bytes], type }
}

/** What fetch takes and this does not, by class, and what to send in its place. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['FormData', 'FormData: send URLSearchParams, or use fetch for files'],
  ['Blob', 'Blob: send its bytes, await blob.arrayBuffer()'],
  ['File', 'File: send its bytes, await blob.arrayBuffer()'],
  ['ReadableStream', 'ReadableStream, which has to be awaited'],
])

/** The class that an object names. To look the class itself up would load all of fetch in Node. */
function classOf(value: unknown): string {
  return isRevoked(value) ? '' : Object.prototype.toString.call(value).slice('[object '.length, -1)
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` */
export function requestBodyOf(given: unknown): RequestBody | null {
  if (given === undefined || given === null) return null
  if (typeof given === 'string') return whole(bytesOf(given), 'text/plain;charset=UTF-8')
  if (isInstance(given, URLSearchParams)) {
    return whole(bytesOf(given.toString()), 'application/x-www-form-urlencoded;charset=UTF-8')
  }
  const isMemory = ArrayBuffer.isView(given) || isInstance(given, ArrayBuffer) || isInstance(given, SharedArrayBuffer)
  // A copy: the bytes may be sent again after a redirection, and must then be the same.
  if (isMemory) return whole(copyOf(bytesOf(given as Data, 'options.body')), null)
  const instead = INSTEAD.get(classOf(given))
  if (instead !== undefined) throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `options.body must not be a ${instead}`)
  if (isIterable(given)) return { bytes: null, pieces: given, type: null }
  throw wrongType('options.body', 'text, bytes, URLSearchParams, or an iterable of text and bytes', given)
}

function isIterable(value: unknown): value is Iterable<Data> {
  return typeof value === 'object' && value !== null && typeof (value as Iterable<Data>)[Symbol.iterator] === 'function'
}

/** The number of bytes of a body, where that is known. */
export function bodyLength(body: RequestBody): number | null {
  return body.bytes === null ? null : lengthOf(body.bytes)
}
