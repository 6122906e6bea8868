// Reading a PROXY protocol header from a socket, before anything else is read.

import { Deadline, effectiveTimeout, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { SocketError, withFields, withTimeout } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { TIMED_OUT } from '../native/addon.js'
import { MSG_PEEK, MSG_WAITALL } from '../native/generated/constants.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf, type SocketFace } from '../socket/face.js'
import { halfReadMessage, setHalfReadMessage } from '../socket/half-read.js'
import type { Socket } from '../socket/socket.js'
import type { ProxyHeader } from './header.js'
import { PROXY_HEADER_OPTIONS, type ProxyHeaderOptions, ProxyHeaderParser } from './parser.js'

/** How a header is read from a socket. */
export interface ReadProxyHeaderOptions extends ProxyHeaderOptions, WaitOptions {}

const READ_HEADER_OPTIONS: Names<ReadProxyHeaderOptions> = { ...PROXY_HEADER_OPTIONS, ...WAIT_OPTIONS }

/** Bytes to peek at a time: more than a header without certificates has, and little of the data that follows. */
export const PEEK_BYTES = 1024

/**
 * Reads the PROXY protocol header, version 1 or 2, that a proxy sends first on a connection; `recv(2)`. Nothing that
 * follows the header is consumed.
 *
 * After a timeout, an interruption or a would-block, the next call continues where this one ended. A `source` of `null`
 * means the connection's own peer. Read headers only from a proxy that you trust: see `ProxyHeaderParser`.
 * @returns `null` if the stream ends before its first byte
 * @throws SocketError `ERR_PROXY_PROTOCOL`, with `partial`, if the stream does not begin with a valid header. Close the
 *   connection then
 * @throws SocketError `ERR_UNEXPECTED_END`, with `partial`, if the stream ends inside the header
 * @throws SocketError `ERR_READER_HOLDS_DATA` if the socket's reader holds bytes, which come before the rest
 * @throws SocketError `ERR_SOCKET_CLOSED`
 * @throws SocketError `ECONNRESET` and other failures of `recv(2)`
 * @throws WouldBlockError `EAGAIN` in non-blocking mode
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
 * @throws InterruptedError `EINTR`
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for an option of another type
 * @throws RangeError `ERR_OUT_OF_RANGE` for an option that is too small or too large
 * @example
 * const connection = listener.accept()
 * const header = readProxyHeader(connection, { timeout: 5000 })
 * console.log('client:', header?.source ?? connection.peerAddress)
 */
export function readProxyHeader(socket: Socket, options: ReadProxyHeaderOptions = {}): ProxyHeader | null {
  checkOptionNames(options, READ_HEADER_OPTIONS)
  const deadline = new Deadline(effectiveTimeout(options, descriptorOf(socket).timeout, 'recv'))
  const parser = parserOf(socket, options)
  while (parser.header === null) {
    if (!deadline.beginCall()) throw descriptorOf(socket).failed(TIMED_OUT, 'recv', deadline.whole)
    // Only the parser finds out where the header ends. So the bytes are peeked, and then consumed up to there; not at
    // all if they are no header.
    const peeked = peek(socket, deadline)
    if (peeked === null) return endOfStream(parser)
    socket.recv(parser.push(peeked), { flags: MSG_WAITALL, timeout: 0 })
  }
  return finished(socket, parser.header)
}

function peek(socket: Socket, deadline: Deadline): Buffer | null {
  try {
    return socket.recv(PEEK_BYTES, { flags: MSG_PEEK, timeout: deadline.timeout })
  } catch (error) {
    throw withTimeout(error, deadline.whole)
  }
}

/** The parser of a socket, which may have received a part of the header already. */
export function parserOf(socket: SocketFace, options: ProxyHeaderOptions): ProxyHeaderParser {
  const message = halfReadMessage(descriptorOf(socket))
  const { maxHeaderBytes } = own(options)
  const parser =
    message instanceof ProxyHeaderParser
      ? message
      : new ProxyHeaderParser(maxHeaderBytes === undefined ? {} : { maxHeaderBytes })
  setHalfReadMessage(descriptorOf(socket), parser)
  return parser
}

/** The parser of a header of which a part was read from the socket; null where none was. */
export function begunHeader(descriptor: Descriptor): ProxyHeaderParser | null {
  const message = halfReadMessage(descriptor)
  return message instanceof ProxyHeaderParser && message.isBegun ? message : null
}

/** Releases the socket's parser, and returns the header. */
export function finished(socket: SocketFace, header: ProxyHeader): ProxyHeader {
  setHalfReadMessage(descriptorOf(socket), null)
  return header
}

/** Returns null for a stream that ended before its first byte, and throws for one that ended inside the header. */
export function endOfStream(parser: ProxyHeaderParser): null {
  const partial = parser.received
  if (partial.length === 0) return null
  const message = `recv ERR_UNEXPECTED_END: the stream ended after ${partial.length} bytes of a PROXY protocol header`
  throw withFields(new SocketError(message, 'ERR_UNEXPECTED_END', 0, 'recv'), { partial })
}
