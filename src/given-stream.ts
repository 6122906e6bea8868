// The connections that handlers, a Duplex and web streams are made of: each takes one over, and refuses the same.

import { AsyncSocket } from './async-socket.js'
import { SOCK_STREAM } from './constants.js'
import { misuse, stateError } from './errors.js'
import { begunHeader } from './proxy-protocol.js'
import { Socket } from './socket.js'

/** @throws TypeError `ERR_NOT_A_STREAM` */
export function mustBeStream(socket: Socket | AsyncSocket): void {
  if (socket.type === SOCK_STREAM) return
  throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'only a socket of the type SOCK_STREAM is a stream')
}

/**
 * The socket that goes on in place of a connection that is given away, with what its reader holds.
 * @param readsHeader whether the next owner begins with a header of the PROXY protocol, and so goes on with one that was
 *   half read
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_NOT_A_STREAM`; SocketError `ERR_SOCKET_BUSY` while a verb waits,
 *   `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`, `ERR_PROXY_UNFINISHED`
 */
export function givenStream(socket: Socket | AsyncSocket, readsHeader = false): Socket {
  if (!(socket instanceof Socket || socket instanceof AsyncSocket)) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'socket must be a Socket or an AsyncSocket')
  }
  mustBeStream(socket)
  if (socket.listening) {
    throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'a socket that listens has connections, and is none itself')
  }
  if (!readsHeader && begunHeader(socket instanceof Socket ? socket : socket.inner) !== null) {
    throw stateError(
      'ERR_PROXY_UNFINISHED',
      'detach',
      'a PROXY protocol header was half read: read it to its end first',
    )
  }
  return socket instanceof Socket ? socket.successor() : socket.toBlocking()
}
