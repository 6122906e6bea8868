// A connection as a pair of web streams: what fetch, Response, CompressionStream and every other runtime speak.

import { AsyncSocket } from '../async/async-socket.js'
import { takeConnection } from '../async/take-ownership.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkInteger } from '../core/validate.js'
import type { Socket } from '../socket/socket.js'
import { WebConnection, type WebStreams } from './web-connection.js'

/** How the two directions end, and how much waits in between. */
export interface WebStreamsOptions {
  /**
   * Our side stays open after the peer has ended its own, or `readable` was cancelled, until `writable` is closed. `true`
   * unless given; with `false`, it ends as soon as all that was written by then is sent: for clients that only await a
   * reply.
   */
  readonly allowHalfOpen?: boolean
  /** So many bytes may wait to be sent before `writer.ready` waits; 64 KiB unless given. */
  readonly highWaterMark?: number
}

const WEB_STREAMS_OPTIONS: Names<WebStreamsOptions> = { allowHalfOpen: true, highWaterMark: true }

/**
 * A connection as web streams; the socket is given away, and its object detached. Nothing is received before it is read,
 * and no more taken to be sent than the peer takes. Cancelling `readable` ends receiving, closing `writable` ends our
 * side after what was written, and when both are over the connection is closed. Aborting `writable` closes it at
 * once: over TCP the peer sees a reset. The socket's timeout, unless that is 0, still limits each receive and send:
 * `setTimeout(null)` before, where it is not to.
 * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_TYPE`; RangeError `ERR_OUT_OF_RANGE`; SocketError `ERR_SOCKET_BUSY`
 *   while a verb waits, `ERR_SOCKET_CLOSED`, `ERR_SOCKET_CONNECTING`, `ERR_PROXY_UNFINISHED`. The streams fail with what `recv` and `send` throw
 * @example
 * const { readable, writable } = toWeb(await openConnection({ host: 'localhost', port: 80 }))
 * await new Response('GET / HTTP/1.0\r\n\r\n').body!.pipeTo(writable, { preventClose: true })
 * console.log(await new Response(readable).text())
 */
export function toWeb(socket: AsyncSocket | Socket, options: WebStreamsOptions = {}): WebStreams {
  checkOptionNames(options, WEB_STREAMS_OPTIONS)
  const { allowHalfOpen = true, highWaterMark = 65536 } = checkedOptions(options)
  checkInteger(highWaterMark, 'highWaterMark', 0, Number.MAX_SAFE_INTEGER)
  return new WebConnection(new AsyncSocket(takeConnection(socket)), { allowHalfOpen, highWaterMark }).streams
}
