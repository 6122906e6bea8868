// Where descriptors come from: socket(2), socketpair(2), dup(2), accept(2), and descriptors that something else opened.

import { decodeAddress, rulesOf } from '../addresses/families.js'
import { failure, stateError } from '../core/errors.js'
import { checkInteger, wrongType } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family, Protocol, SocketType } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import {
  ADOPTED,
  ADOPTED_BLOCKING,
  CLOSED,
  Descriptor,
  HAS_LOW_WATER_MARK,
  LINGERS,
  LISTENS,
  READER_HOLDS_DATA,
  SHARED,
} from './descriptor.js'
import { type AcceptMessage, accepts } from './diagnostics.js'

/** @throws TypeError, RangeError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` for what is no family, type or protocol */
export function checkKinds(family: number, type: number, protocol: number): void {
  if (typeof family !== 'number') throw wrongType('family', 'a constant such as AF_INET6', family)
  if (typeof type !== 'number') throw wrongType('type', 'a constant such as SOCK_DGRAM', type)
  checkInteger(family, 'family', 0, 65535)
  // Flags such as SOCK_NONBLOCK are no types: every socket is made non-blocking and close-on-exec anyway.
  checkInteger(type, 'type', 1, 15)
  checkInteger(protocol, 'protocol', 0, 0x7fffffff)
}

/** Has an object own a descriptor that was just opened. Where that fails, for lack of memory, nothing else would close it. */
function own(fd: number, family: Family, type: SocketType, protocol: Protocol): Descriptor {
  try {
    return new Descriptor(fd, family, type, protocol)
  } catch (error) {
    native.close(fd, false, false, 0)
    throw error
  }
}

export function openSocket(family: Family, type: SocketType, protocol: Protocol): Descriptor {
  checkKinds(family, type, protocol)
  const fd = native.socket(family, type, protocol)
  if (fd < 0) throw failure(fd, 'socket')
  return own(fd, family, type, protocol).closeWhenDropped()
}

export function openPair(family: Family, type: SocketType, protocol: Protocol): [Descriptor, Descriptor] {
  checkKinds(family, type, protocol)
  const out = new Int32Array(2)
  const result = native.pair(family, type, protocol, new Uint8Array(out.buffer))
  if (result < 0) throw failure(result, 'socketpair')
  const opened: Descriptor[] = []
  try {
    for (const fd of out) opened.push(new Descriptor(fd, family, type, protocol).closeWhenDropped())
  } catch (error) {
    for (const fd of out) native.close(fd, false, false, 0)
    for (const descriptor of opened) descriptor.gate |= CLOSED
    throw error
  }
  return opened as [Descriptor, Descriptor]
}

/** The same for a descriptor that something else opened, which keeps it where this fails. */
function ownAdopted(
  fd: number,
  family: Family,
  type: SocketType,
  protocol: Protocol,
  nonBlocking: boolean,
): Descriptor {
  try {
    return new Descriptor(fd, family, type, protocol)
  } catch (error) {
    native.disown(fd)
    if (!nonBlocking) native.setNonBlocking(fd, false)
    throw error
  }
}

/** Takes ownership of a descriptor; family, type, protocol and whether it listens are asked of the kernel. */
export function adopt(fd: number): Descriptor {
  checkInteger(fd, 'fd', 0, 0x7fffffff)
  const facts = new Int32Array(5)
  const result = native.adopt(fd, new Uint8Array(facts.buffer))
  if (result === -errno.EEXIST) {
    throw stateError('ERR_FD_OWNED', 'fromFd', `descriptor ${fd} belongs to another Socket: detach it there first`)
  }
  if (result < 0) throw failure(result, 'fromFd')
  return adopted(fd, facts)
}

/** `adopt` of a descriptor that is the caller's: it is closed where this fails. */
export function adoptOrClose(fd: number): Descriptor {
  try {
    return adopt(fd)
  } catch (error) {
    native.close(fd, false, true, 0)
    throw error
  }
}

/** Takes the descriptor of an offer that another thread has made; `null` if there is no such offer. */
export function adoptOffer(offer: number): Descriptor | null {
  const facts = new Int32Array(5)
  const result = native.adoptOffer(offer, new Uint8Array(facts.buffer))
  if (result === -errno.ENOENT) return null
  if (result < 0) throw failure(result, 'adopt')
  try {
    return adopted(result, facts)
  } catch (error) {
    native.close(result, false, true, 0)
    throw error
  }
}

function adopted(fd: number, facts: Int32Array): Descriptor {
  const [family, type, protocol, listening, nonBlocking] = facts as unknown as [Family, SocketType, ...number[]]
  const descriptor = ownAdopted(fd, family, type, protocol!, nonBlocking !== 0).closeWhenDropped()
  descriptor.traits |=
    ADOPTED | SHARED | LINGERS | (nonBlocking === 0 ? ADOPTED_BLOCKING : 0) | (listening === 0 ? 0 : LISTENS)
  return descriptor
}

export function duplicate(original: Descriptor): Descriptor {
  const fd = original.open('dup')
  if (!(original.gate & READER_HOLDS_DATA)) original.checkNoLookup('dup')
  const copy = native.dup(fd)
  if (copy < 0) throw failure(copy, 'dup')
  const descriptor = own(copy, original.family, original.type, original.protocol).closeWhenDropped()
  descriptor.timeout = original.timeout
  descriptor.peer = original.peer
  // Either of them may set SO_LINGER for both.
  original.traits |= LINGERS | SHARED
  descriptor.traits |= LINGERS | SHARED | (original.traits & LISTENS)
  return descriptor
}

/** Accepts a connection; `undefined` would block. Its descriptor is closed when dropped only if the caller asks for it. */
export function accept(listener: Descriptor, timeout: number): Descriptor | undefined {
  const { hasPeerNames } = rulesOf(listener.family)
  const fd = native.accept(listener.open('accept'), listener.isShared, hasPeerNames, timeout)
  if (listener.settle(fd, 'accept', timeout) === undefined) return undefined
  const descriptor = own(fd, listener.family, listener.type, listener.protocol)
  const address = decodeAddress()
  descriptor.peer = address
  if (accepts.hasSubscribers) {
    accepts.publish({ fd, listenerFd: listener.fd, address } satisfies AcceptMessage)
  }
  // An accepted socket inherits the listener's SO_LINGER and SO_RCVLOWAT.
  if (listener.traits & (LINGERS | SHARED)) descriptor.traits |= LINGERS
  descriptor.traits |= listener.traits & HAS_LOW_WATER_MARK
  return descriptor
}
