// What the kernel's errno leaves out of an error: which peer a call waited for, and that the socket never had one.

import { errorTarget } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import type { ErrorTarget } from '../core/errors.js'
import type { SocketType } from '../native/constant-kinds.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import { type ConnectState, targetOf } from './connect-state.js'

/** What is asked of a descriptor whose call has failed. */
export interface FailedDescriptor {
  readonly type: SocketType
  readonly peer: Address | null
  readonly listens: boolean
  readonly connecting: ConnectState
  peerAddress(): Address | null
  lacksPeer(): boolean
  localAddress(): Address | null
}

/** The peer, that of a connect in progress too, or the socket's own address where it has none. */
export function placeOf(descriptor: FailedDescriptor): ErrorTarget {
  return peerPlaceOf(descriptor) ?? errorTarget(descriptor.localAddress())
}

/** The peer, that of a connect in progress too; null where it has none. */
export function peerPlaceOf(descriptor: FailedDescriptor): ErrorTarget | null {
  const target = targetOf(descriptor.connecting)
  if (target !== null) return target
  const peer = descriptor.listens ? null : (descriptor.peer ?? descriptor.peerAddress())
  return peer && errorTarget(peer)
}

/**
 * Why the socket can carry no bytes: it listens, or was never connected; `null` where it has, had or is getting a peer.
 * @param syscall that failed: on a stream that was not connected, those of datagrams are due to the type of the socket
 */
export function unconnectedReason(descriptor: FailedDescriptor, syscall = ''): string | null {
  if (descriptor.listens) return 'a listening socket has no peer: use the connection that accept returns'
  const isOfDatagrams = syscall === 'sendto' || syscall === 'recvfrom'
  if (isOfDatagrams && descriptor.type === SOCK_STREAM && wasNeverConnected(descriptor))
    return 'the socket is a stream that is not connected; datagrams need one of type SOCK_DGRAM'
  return isUnconnected(descriptor) ? 'the socket is not connected' : null
}

function wasNeverConnected(descriptor: FailedDescriptor): boolean {
  return descriptor.peer === null && descriptor.connecting.name === 'unconnected' && descriptor.lacksPeer()
}

/**
 * TCP forgets the peer of a connection that was reset, and keeps the local port, which a socket that was never connected
 * has only if it was bound.
 */
function isUnconnected(descriptor: FailedDescriptor): boolean {
  if (descriptor.peer !== null || !descriptor.lacksPeer()) return false
  const local = descriptor.localAddress()
  if (local === null) return false
  return local.family === 'inet' || local.family === 'inet6' ? local.port === 0 : local.family === 'unix'
}
