// The PROXY protocol on a socket: who a proxy says the client is, read before anything else.

import { checkedTimeout, Deadline, effectiveTimeout, type WaitOptions } from '../core/deadline.js'
import { failure, misuse, SocketError } from '../core/errors.js'
import { checkObject } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { MSG_PEEK, MSG_WAITALL } from '../native/generated/constants.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf, type SocketFace } from '../socket/face.js'
import { halfReadMessage, setHalfReadMessage } from '../socket/half-read.js'
import type { Socket } from '../socket/socket.js'
import { endpoints } from './addresses.js'
import { writeBinary } from './binary.js'
import type { ProxyHeader, ProxyHeaderInput } from './header.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from './parser.js'
import { writeText } from './text.js'

/** How a header is read from a socket. */
export interface ReadProxyHeaderOptions extends ProxyHeaderOptions, WaitOptions {}

/** How much is looked at: more than proxies send but for certificates, and no large part of what may follow. */
export const PEEK = 1024

/**
 * The bytes of a PROXY protocol header, for what plays the proxy: a relay, a health check, a test. They go out before
 * anything else. https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, `ERR_NAME_NOT_NUMERIC`; RangeError `ERR_OUT_OF_RANGE`
 * @example
 * const source = { host: '192.0.2.7', port: 56324 }
 * const destination = { host: '192.0.2.1', port: 443 }
 * socket.sendAll(encodeProxyHeader({ source, destination, tlvs: { authority: 'example.com' } }))
 */
export function encodeProxyHeader(header: ProxyHeaderInput): Buffer {
  checkObject(header, 'header')
  const ends = endpoints(header)
  const { version = 2 } = header
  if (version === 2) return writeBinary(header, ends)
  if (version === 1) return writeText(header, ends)
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `header.version must be 1 or 2, not ${version}`)
}

/**
 * Reads the PROXY protocol header, of version 1 or 2, that a proxy sends first on a connection; nothing that follows it
 * is consumed. A call that times out or would block is made again and goes on. With a `source` of `null` the
 * connection's own peer is meant. Read it from proxies that you know alone: see `ProxyHeaderParser`.
 * @returns `null` where the stream ends before its first byte
 * @throws SocketError `ERR_PROXY_PROTOCOL` for what is no header, `ERR_UNEXPECTED_END`, both with `partial`: close the
 *   connection then; and as `recv`
 * @example
 * const connection = listener.accept()
 * const header = readProxyHeader(connection, { timeout: 5000 })
 * console.log('client:', header?.source ?? connection.peerAddress)
 */
export function readProxyHeader(socket: Socket, options: ReadProxyHeaderOptions = {}): ProxyHeader | null {
  const limit = new Deadline(effectiveTimeout(options, checkedTimeout(socket.timeout)))
  const parser = parserFor(socket, options)
  while (parser.header === null) {
    if (!limit.beginCall()) throw failure(TIMED_OUT, 'recv')
    // Seen first and taken then, because only what was seen tells how much of it is the header's.
    const seen = socket.recv(PEEK, { flags: MSG_PEEK, timeout: limit.timeout })
    if (seen === null) return endedBefore(parser)
    socket.recv(parser.push(seen), { flags: MSG_WAITALL, timeout: 0 })
  }
  return finished(socket, parser.header)
}

/**
 * The parser of a socket, with the part of the header that was read already: a call that ended before the header did is
 * made again and continues.
 */
export function parserFor(socket: SocketFace, options: ProxyHeaderOptions): ProxyHeaderParser {
  const message = halfReadMessage(descriptorOf(socket))
  const parser = message instanceof ProxyHeaderParser ? message : new ProxyHeaderParser(options)
  setHalfReadMessage(descriptorOf(socket), parser)
  return parser
}

/** The parser of a header of which a part was read from the socket; null where none was. */
export function begunHeader(descriptor: Descriptor): ProxyHeaderParser | null {
  const message = halfReadMessage(descriptor)
  return message instanceof ProxyHeaderParser && message.isBegun ? message : null
}

/** What the header's end leaves to do. */
export function finished(socket: SocketFace, header: ProxyHeader): ProxyHeader {
  setHalfReadMessage(descriptorOf(socket), null)
  return header
}

/** At the end of the stream: null, or an error where a header had begun. */
export function endedBefore(parser: ProxyHeaderParser): null {
  const partial = parser.received
  if (partial.length === 0) return null
  const message = `recv ERR_UNEXPECTED_END: the stream ended after ${partial.length} bytes of a PROXY protocol header`
  throw Object.assign(new SocketError(message, 'ERR_UNEXPECTED_END', 0, 'recv'), { partial })
}
