// Reading a PROXY protocol header from an AsyncSocket.

import type { AsyncSocket } from '../async/async-socket.js'
import { ASYNC_OPTIONS, type AsyncOptions } from '../async/pending-operation.js'
import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { withTimeout } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { MSG_PEEK, MSG_WAITALL } from '../native/generated/constants.js'
import { descriptorOf } from '../socket/face.js'
import type { ProxyHeader } from './header.js'
import { PROXY_HEADER_OPTIONS, type ProxyHeaderOptions } from './parser.js'
import { endOfStream, finished, PEEK_BYTES, parserOf } from './read-header.js'

const READ_HEADER_OPTIONS: Names<ProxyHeaderOptions & AsyncOptions> = { ...PROXY_HEADER_OPTIONS, ...ASYNC_OPTIONS }

/**
 * Reads the PROXY protocol header that a proxy sends first on a connection: `readProxyHeader`, awaited. After a timeout
 * or a cancellation, the next call continues where this one ended.
 * @returns `null` if the stream ends before its first byte
 * @throws SocketError `ERR_PROXY_PROTOCOL`, with `partial`, if the stream does not begin with a valid header. Close the
 *   connection then
 * @throws SocketError `ERR_UNEXPECTED_END`, with `partial`, if the stream ends inside the header
 * @throws SocketError `ERR_READER_HOLDS_DATA` if the socket's reader holds bytes, which come before the rest
 * @throws SocketError `ERR_SOCKET_BUSY` while another verb waits to receive
 * @throws SocketError `ERR_SOCKET_CLOSED`
 * @throws SocketError `ECONNRESET` and other failures of `recv(2)`
 * @throws AbortError `ABORT_ERR` if `options.signal` was aborted
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for an option of another type
 * @throws RangeError `ERR_OUT_OF_RANGE` for an option that is too small or too large
 * @example
 * const connection = await awaited.accept()
 * const header = await readProxyHeaderAsync(connection, { timeout: 5000 })
 * console.log('client:', header?.source ?? connection.peerAddress)
 */
export async function readProxyHeaderAsync(
  socket: AsyncSocket,
  options: ProxyHeaderOptions & AsyncOptions = {},
): Promise<ProxyHeader | null> {
  checkOptionNames(options, READ_HEADER_OPTIONS)
  const deadline = new Deadline(effectiveTimeout(options, descriptorOf(socket).timeout, 'recv'))
  const parser = parserOf(socket, options)
  const { signal } = checkedOptions(options)
  const waiting = signal === undefined ? {} : { signal }
  while (parser.header === null) {
    if (!deadline.beginCall()) throw descriptorOf(socket).failed(TIMED_OUT, 'recv', deadline.whole)
    const options = { ...waiting, flags: MSG_PEEK, timeout: deadline.timeout }
    const peeked = await socket.recv(PEEK_BYTES, options).catch((error: unknown) => {
      throw withTimeout(error, deadline.whole)
    })
    if (peeked === null) return endOfStream(parser)
    socket.tryRecv(parser.push(peeked), { flags: MSG_WAITALL })
  }
  return finished(socket, parser.header)
}
