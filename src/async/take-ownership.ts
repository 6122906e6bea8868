// The connections that handlers, a Duplex and web streams are made of: each takes one over, and refuses the same.

import { misuse } from '../core/errors.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import { Socket } from '../socket/socket.js'
import { AsyncSocket } from './async-socket.js'

/** @throws TypeError `ERR_NOT_A_STREAM` */
export function checkStream(socket: Socket | AsyncSocket): void {
  if (socket.type === SOCK_STREAM) return
  throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'only a socket of the type SOCK_STREAM is a stream')
}

/**
 * The socket that goes on in place of a connection that is given away, with what its reader holds.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_NOT_A_STREAM`; SocketError `ERR_SOCKET_BUSY` while a verb waits,
 *   `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`
 */
export function takeOwnership(socket: Socket | AsyncSocket): Socket {
  if (!(socket instanceof Socket || socket instanceof AsyncSocket)) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'socket must be a Socket or an AsyncSocket')
  }
  checkStream(socket)
  if (socket.listening) {
    throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'a socket that listens has connections, and is none itself')
  }
  return socket instanceof Socket ? socket.successor() : socket.toBlocking()
}
