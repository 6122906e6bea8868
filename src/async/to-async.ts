// The conversion of a blocking socket to an awaited one, as a method of the blocking one.

import { takeDescriptor } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import { AsyncSocket } from './async-socket.js'

declare module '../socket/conversions.js' {
  interface SocketConversions {
    /**
     * An AsyncSocket, whose verbs are awaited, in place of this socket: it takes over the descriptor, the timeout, the
     * peer and the bytes that the reader holds. This object is detached, and throws `ERR_SOCKET_DETACHED`. The timeout of
     * a non-blocking socket is 0: `setTimeout(null)` lets the verbs wait.
     * @throws SocketError `ERR_SOCKET_CONNECTING` during a lookup
     * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
     * @example
     * const awaited = socket.toAsync()
     * console.log(await awaited.recv(1024))
     */
    toAsync(): AsyncSocket
  }
}

Object.defineProperty(Socket.prototype, 'toAsync', {
  configurable: true,
  writable: true,
  value(this: Socket) {
    return new AsyncSocket(takeDescriptor(this))
  },
})
