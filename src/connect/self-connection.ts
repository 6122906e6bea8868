// A TCP socket can be connected to itself. Where no server listens, and the port that the kernel chooses for our end is the
// target's, the first packet meets the socket that sent it: a simultaneous open (RFC 9293, section 3.5). To a port of
// net.ipv4.ip_local_port_range of this machine, one attempt of some ten thousand ends so, and a program that waits for a
// server would take its own echo for it.

import { errorTarget } from '../addresses/families.js'
import { type ErrorTarget, failure } from '../core/errors.js'
import { errno } from '../native/errno.js'
import { descriptorOf, type SocketFace } from '../socket/face.js'
import { resetOnClose } from '../socket/options.js'

/**
 * Refuses such a connection as the one without a server that it is, unless the program chose the port of its end.
 * @throws SocketError `ECONNREFUSED`
 */
export function refuseSelfConnection(socket: SocketFace, local: { readonly port: number } | null): void {
  const descriptor = descriptorOf(socket)
  if (!descriptor.isTcp || (local !== null && local.port !== 0)) return
  const own = descriptor.localAddress()
  const peer = descriptor.peer ?? descriptor.peerAddress()
  if (own === null || peer === null || !isSame(errorTarget(own), errorTarget(peer))) return
  // Else its end would keep the port for a minute from the server that is to come.
  resetOnClose(descriptor)
  throw failure(-errno.ECONNREFUSED, 'connect', errorTarget(peer))
}

function isSame(own: ErrorTarget, peer: ErrorTarget): boolean {
  return own.port === peer.port && own.address === peer.address
}
