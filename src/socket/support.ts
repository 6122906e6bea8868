// Whether the kernel has a kind of sockets: families are modules, which a kernel may lack.

import { failure } from '../core/errors.js'
import { native } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { checkKinds } from './opening.js'

/** `'available'`, or why there is none: `'denied'` to this process, or `'missing'` in this kernel. */
export type SocketSupport = 'available' | 'denied' | 'missing'

const OUTCOMES: ReadonlyMap<number, SocketSupport> = new Map<number, SocketSupport>([
  [errno.EACCES, 'denied'],
  [errno.EPERM, 'denied'],
  [errno.EAFNOSUPPORT, 'missing'],
  [errno.EPROTONOSUPPORT, 'missing'],
  [errno.EPROTOTYPE, 'missing'],
  [errno.ESOCKTNOSUPPORT, 'missing'],
  [errno.EINVAL, 'missing'],
  // AF_VSOCK has no transport.
  [errno.ENODEV, 'missing'],
])

/**
 * Finds out whether sockets of a family, type and protocol can be opened: opens one, and closes it. Corresponds to
 * `socket(2)`. The kernel may load a module for it. A family whose constant this system lacks is `'missing'`.
 * @throws SocketError `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM` when it cannot be found out
 * @throws TypeError, RangeError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` for what is no family, type or protocol
 * @example
 * if (socketSupport(AF_CAN, SOCK_RAW, CAN_RAW) === 'available') {
 *   const can = new Socket(AF_CAN, SOCK_RAW, CAN_RAW)
 *   can.bind({ family: 'can', interface: 'can0' })
 * }
 */
export function socketSupport(family: Family, type: SocketType, protocol: Protocol = 0): SocketSupport {
  if (family === -1 || type === -1 || protocol === -1) return 'missing'
  checkKinds(family, type, protocol)
  const fd = native.socket(family, type, protocol)
  if (fd >= 0) {
    native.close(fd, false, false, 0)
    return 'available'
  }
  const outcome = OUTCOMES.get(-fd)
  if (outcome === undefined) throw failure(fd, 'socket')
  return outcome
}
