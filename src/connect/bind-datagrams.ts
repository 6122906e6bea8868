// A socket that receives datagrams at an address.

import { addressAmong, targetOf } from '../addresses/families.js'
import type { AddressInput, HostInput } from '../addresses/types.js'
import { own } from '../core/own-options.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, SOCK_DGRAM } from '../native/generated/constants.js'
import { SO_REUSEPORT } from '../options/generated/options.js'
import { Socket } from '../socket/socket.js'

/**
 * Makes a socket of datagrams that is bound to `target`, whose host may be a name; `bind(2)`.
 * @throws SocketError `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` as `bind`
 * @internal
 */
export function bindDatagrams(target: AddressInput, reusePort: boolean): Socket {
  const socket = new Socket(familyOf(target), SOCK_DGRAM)
  try {
    if (reusePort) socket.setOption(SO_REUSEPORT, true)
    socket.bind(addressAmong(target))
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The family of an address to receive on. That of a name is IPv4 unless given. */
function familyOf(target: AddressInput): Family {
  const { family, hasHost } = targetOf(target, 'options')
  if (!hasHost) return family
  const { family: named, host } = own(target) as HostInput
  if (named === undefined || named === 0) return String(host).includes(':') ? AF_INET6 : AF_INET
  return named === 'inet6' || named === AF_INET6 ? AF_INET6 : AF_INET
}
