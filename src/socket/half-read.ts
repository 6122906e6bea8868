// A message that a function above the socket has received in part, such as `readProxyHeader`. It moves with the
// descriptor from one face to the next. Few sockets ever have one, so it is no field.

import { stateError } from '../core/errors.js'
import type { Descriptor } from './descriptor.js'

export interface HalfReadMessage {
  /** Whether a part of the message was received, and more has to arrive. */
  readonly isBegun: boolean
}

const halfRead = new WeakMap<Descriptor, HalfReadMessage>()

export function halfReadMessage(descriptor: Descriptor): HalfReadMessage | null {
  return halfRead.get(descriptor) ?? null
}

/** @throws SocketError `ERR_PROXY_UNFINISHED` where the part that was received would be lost */
export function checkNothingHalfRead(descriptor: Descriptor): void {
  if (!halfRead.get(descriptor)?.isBegun) return
  const reason = 'a PROXY protocol header was half read: read it to its end first'
  throw stateError('ERR_PROXY_UNFINISHED', 'detach', reason)
}

export function setHalfReadMessage(descriptor: Descriptor, message: HalfReadMessage | null): void {
  if (message === null) halfRead.delete(descriptor)
  else halfRead.set(descriptor, message)
}
