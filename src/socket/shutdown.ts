// Ending a direction of a connection.

import { failure } from '../core/errors.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import type { Descriptor } from './descriptor.js'

/** shutdown(2). @param how SHUT_RD, SHUT_WR, SHUT_RDWR */
export function shutdown(descriptor: Descriptor, how: number): void {
  const result = native.shutdown(descriptor.open('shutdown'), how)
  if (result < 0) throw failure(result, 'shutdown')
}

/** The same for a connection that may be gone. It needs no end then: the next receive reports why it went. */
export function shutdownIfConnected(descriptor: Descriptor, how: number): void {
  const result = native.shutdown(descriptor.open('shutdown'), how)
  if (result < 0 && result !== -errno.ENOTCONN) throw failure(result, 'shutdown')
}
