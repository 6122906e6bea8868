// A TCP socket can be connected to itself. Where no server listens, and the port that the kernel chooses for our end is the
// target's, the first packet meets the socket that sent it: a simultaneous open (RFC 9293, section 3.5). To a port of
// net.ipv4.ip_local_port_range of this machine, one attempt of some ten thousand ends so, and a program that waits for a
// server would take its own echo for it.

import { errorTarget } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { failure, withMessage } from '../core/errors.js'
import { errno } from '../native/errno.js'
import { descriptorOf, type SocketFace } from '../socket/face.js'
import { resetOnClose } from '../socket/options.js'

/**
 * Throws for a connection of the socket to itself: no server listens. A program that chose the port of its own end has
 * asked for it.
 * @throws SocketError `ECONNREFUSED`
 */
export function refuseSelfConnection(
  socket: SocketFace,
  address: AddressInput,
  local: { readonly port: number } | null,
): void {
  const descriptor = descriptorOf(socket)
  if (!descriptor.isTcp || (local !== null && local.port !== 0)) return
  const own = errorTarget(descriptor.localAddress())
  if (own.port !== errorTarget(address).port) return
  const peer = errorTarget(descriptor.peerAddress())
  if (own.port !== peer.port || own.address !== peer.address) return
  // An orderly end would keep the port for a minute, and a server could not have it.
  resetOnClose(descriptor)
  const error = failure(-errno.ECONNREFUSED, 'connect', peer)
  throw withMessage(error, `${error.message}: no server listens, the kernel connected the socket to itself`)
}
