// Ending a direction of a connection.

import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { SHUT_RD, SHUT_WR } from '../native/generated/constants.js'
import type { Descriptor } from './descriptor.js'

/** shutdown(2). @param how SHUT_RD, SHUT_WR, SHUT_RDWR */
export function shutdown(descriptor: Descriptor, how: number): void {
  const result = end(descriptor, how)
  if (result < 0) throw descriptor.failure(result, 'shutdown')
}

/** Ends sending on a connection that may be gone. It needs no end then: the next receive reports why it went. */
export function endSendingIfConnected(descriptor: Descriptor): void {
  const result = end(descriptor, SHUT_WR)
  if (result < 0 && result !== -errno.ENOTCONN) throw descriptor.failure(result, 'shutdown')
}

/** The end of sending is the layer's; the end of receiving is the kernel's. */
function end(descriptor: Descriptor, how: number): number {
  const fd = descriptor.open('shutdown')
  if (descriptor.isDirect) return native.shutdown(fd, how)
  const ended = how === SHUT_RD ? 0 : descriptor.endSending()
  return ended < 0 || how === SHUT_WR ? ended : native.shutdown(fd, how)
}
