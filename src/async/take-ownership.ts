// Taking a connection over from its face, for those that go on with it: handlers, a Duplex, web streams.

import { misuse } from '../core/errors.js'
import { isInstance, wrongType } from '../core/validate.js'
import { errno } from '../native/errno.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf, takeDescriptor } from '../socket/face.js'
import { unconnectedReason } from '../socket/failed-place.js'
import { checkNothingHalfRead } from '../socket/half-read.js'
import { Socket } from '../socket/socket.js'
import { AsyncSocket } from './async-socket.js'

/** @throws TypeError `ERR_NOT_A_STREAM` */
export function checkStream(socket: Socket | AsyncSocket): void {
  if (socket.type === SOCK_STREAM) return
  throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'only a socket of the type SOCK_STREAM is a stream')
}

/**
 * Refuses a socket of which no connect was begun: handlers would only see it fail.
 * @throws SocketError `ENOTCONN`
 */
export function checkConnected(socket: Socket | AsyncSocket): void {
  const isSocket = isInstance(socket, Socket) || isInstance(socket, AsyncSocket)
  if (!isSocket || socket.type !== SOCK_STREAM) return
  const descriptor = descriptorOf(socket)
  const isSettled = descriptor.fd >= 0 && !descriptor.listens && descriptor.connecting.name === 'unconnected'
  if (isSettled && unconnectedReason(descriptor) !== null) throw descriptor.failure(-errno.ENOTCONN, 'getpeername')
}

/**
 * The descriptor of a connection, with the bytes that its reader holds; the face is detached.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_NOT_A_STREAM`; SocketError `ERR_SOCKET_BUSY` while a verb waits,
 *   `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`, `ERR_PROXY_UNFINISHED`
 * @param continuesHeader whether the next owner begins with a header of the PROXY protocol, and continues a half-read one
 */
export function takeConnection(socket: Socket | AsyncSocket, continuesHeader = false): Descriptor {
  if (!(isInstance(socket, Socket) || isInstance(socket, AsyncSocket))) {
    throw wrongType('socket', 'a Socket or an AsyncSocket')
  }
  checkStream(socket)
  if (descriptorOf(socket).listens) {
    throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'a socket that listens has connections, and is none itself')
  }
  if (!continuesHeader) checkNothingHalfRead(descriptorOf(socket))
  return takeDescriptor(socket instanceof Socket ? socket : socket.toBlocking())
}
