// Connecting, by address and by name, in every mode.
//
// A name has to be looked up, and getaddrinfo(3) blocks: so a lookup runs in a native thread, which also calls connect(2)
// on a duplicate of the descriptor; the connect starts even while JavaScript computes. Until the lookup has ended,
// transfers would block, or wait for it. From then on the kernel knows how the connect stands, and the address that was
// found takes the place of the name.

import type { HostName } from '../addresses/codec.js'
import { decodeAddress, encodeAddress, errorTarget, rulesOf } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { Deadline, FOREVER } from '../core/deadline.js'
import { failure, misuse, type ResolveError, type SocketError, wouldBlock } from '../core/errors.js'
import { CLOSED_MEANWHILE, type Lookup, native, TIMED_OUT } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import { lookupFailure } from '../resolve/lookup.js'
import { hostText, isNumeric, resolve } from '../resolve/resolve.js'
import { CONNECTED, cancelLookup, targetOf, UNCONNECTED } from './connect-state.js'
import { type Descriptor, LOOKING_UP } from './descriptor.js'
import { type ConnectMessage, connects, errors } from './diagnostics.js'

/** What `admit` returns where the verb would have to wait, and may not. */
export const WOULD_BLOCK = -2

/** Begins to connect, or continues: 0, or a negative native result. @throws ResolveError; TypeError, RangeError */
export function connect(descriptor: Descriptor, address: AddressInput, timeout: number): number {
  const result = proceed(descriptor, address, timeout)
  if (result === 0) {
    descriptor.connecting = CONNECTED
    if (connects.hasSubscribers) connects.publish({ fd: descriptor.fd, address } satisfies ConnectMessage)
  } else if (errors.hasSubscribers && !isUnfinished(result)) {
    descriptor.published(failure(result, 'connect', errorTarget(address)))
  }
  return result
}

/** As `connect`, with the outcome as 0 or a positive errno. */
export function connectEx(descriptor: Descriptor, address: AddressInput): number {
  const result = connect(descriptor, address, descriptor.timeout)
  if (result === TIMED_OUT) return errno.EAGAIN
  if (result === CLOSED_MEANWHILE) throw failure(result, 'connect')
  return -result || 0
}

/**
 * Begins to connect, or continues, without waiting: whether it is connected.
 * @param again whether a socket that is connected already counts as success, and not as EISCONN
 */
export function tryConnect(descriptor: Descriptor, address: AddressInput, again: boolean): boolean {
  const { name } = descriptor.connecting
  const hasBegun = name === 'looking-up' || name === 'in-progress' || (again && name === 'connected')
  const result = connect(descriptor, address, 0)
  if (result === 0 || (result === -errno.EISCONN && hasBegun)) return true
  // EAGAIN is a full backlog where readiness may be false, and worth another try; elsewhere no local port is free.
  const isHopeless = result === -errno.EAGAIN && !rulesOf(descriptor.family).hasFalseWritability
  if (wouldBlock(result) && !isHopeless) return false
  throw failure(result, 'connect', errorTarget(address))
}

/** connect(2) with AF_UNSPEC. */
export function disconnect(descriptor: Descriptor): void {
  const fd = descriptor.open('connect')
  abandonConnect(descriptor)
  const result = native.disconnect(fd)
  if (result < 0) throw failure(result, 'connect')
}

/**
 * The pending error, once.
 * @param socketError reads SO_ERROR
 */
export function takeError(descriptor: Descriptor, socketError: () => number): SocketError | ResolveError | null {
  descriptor.open('getsockopt')
  if (descriptor.connecting.name === 'looking-up') {
    const { lookup, target } = descriptor.connecting
    if (native.lookupWait(lookup, 0) < 0) return null
    const outcome = endLookup(descriptor)
    if (typeof outcome !== 'number') return outcome
    if (outcome < 0 && !wouldBlock(outcome)) return failure(outcome, 'connect', target)
  }
  const pending = socketError()
  if (pending === 0) return null
  const target = targetOf(descriptor.connecting)
  abandonConnect(descriptor)
  return target === null ? failure(-pending, 'getsockopt') : failure(-pending, 'connect', target)
}

function proceed(descriptor: Descriptor, address: AddressInput, timeout: number): number {
  descriptor.open('connect')
  const { connecting } = descriptor
  if (connecting.name === 'looking-up') return waitForLookup(descriptor, connecting.lookup, timeout)
  if (connecting.name === 'established') return 0
  const goal = (connecting.name === 'in-progress' ? connecting.found : null) ?? address
  const { moves } = descriptor
  const name = encodeAddress(goal, descriptor.family)
  // A getter of the caller's may have closed the socket meanwhile, or given it away.
  descriptor.stillOpen(moves, 'connect')
  if (name !== null) return startLookup(descriptor, name, timeout)
  return connectEncoded(descriptor, goal, timeout)
}

/** connect(2) to the address that is in the addon's memory. */
function connectEncoded(descriptor: Descriptor, address: AddressInput, timeout: number): number {
  const result = native.connect(descriptor.fd, descriptor.isShared, timeout)
  descriptor.reportAttempt(result, 'connect')
  const { connecting } = descriptor
  const found = connecting.name === 'in-progress' ? connecting.found : null
  if (isUnfinished(result)) descriptor.connecting = { name: 'in-progress', found, target: errorTarget(address) }
  else if (result !== -errno.EISCONN) descriptor.connecting = UNCONNECTED
  return result
}

function isUnfinished(result: number): boolean {
  return wouldBlock(result) || result === TIMED_OUT || result === -errno.EINTR
}

function startLookup(descriptor: Descriptor, { host, port }: HostName, timeout: number): number {
  // The kernel would refuse any address; a lookup would only keep the connection from being used meanwhile.
  if (descriptor.hasEnd && native.getPeerName(descriptor.fd) === 0) return -errno.EISCONN
  if (isNumeric(host)) return connectNumeric(descriptor, host, port, timeout)
  // Only the address is wanted: getaddrinfo(3) knows no type and protocol but the commonest (no MPTCP, raw ICMP, ...).
  const fd = descriptor.open('connect')
  const lookup = native.lookup(hostText(host), String(port), descriptor.family, SOCK_STREAM, 0, 0, fd, timeout !== 0)
  if (typeof lookup === 'number') return lookup
  descriptor.connecting = { name: 'looking-up', lookup, host, target: { address: host, port } }
  descriptor.gate |= LOOKING_UP
  descriptor.reportMove()
  return timeout === 0 ? -errno.EINPROGRESS : waitForLookup(descriptor, lookup, timeout)
}

/** Connects to a number in another form than the codec's, such as full-width digits. One of another family has no address. */
function connectNumeric(descriptor: Descriptor, host: string, port: number, timeout: number): number {
  const [first] = resolve(host, port, { family: descriptor.family, type: SOCK_STREAM })
  encodeAddress(first!.address, descriptor.family)
  descriptor.open('connect')
  return connectEncoded(descriptor, first!.address, timeout)
}

function waitForLookup(descriptor: Descriptor, lookup: Lookup, timeout: number): number {
  const deadline = new Deadline(timeout)
  const waited = native.lookupWait(lookup, timeout)
  if (waited < 0) return waited === -errno.EAGAIN ? -errno.EALREADY : waited
  const outcome = endLookup(descriptor)
  if (typeof outcome !== 'number') throw outcome
  if (outcome !== -errno.EINPROGRESS || descriptor.connecting.name !== 'in-progress') return outcome
  const found = descriptor.connecting.found!
  encodeAddress(found, descriptor.family)
  return connectEncoded(descriptor, found, deadline.remaining)
}

/** What connect(2) returned in the thread of a lookup that has ended, or why the name did not resolve. */
function endLookup(descriptor: Descriptor): number | ResolveError | SocketError {
  const { connecting } = descriptor
  if (connecting.name !== 'looking-up') return 0
  const { lookup, host, target } = connecting
  descriptor.connecting = UNCONNECTED
  descriptor.gate &= ~LOOKING_UP
  try {
    const error = lookupFailure(lookup, 'getaddrinfo', host, target)
    if (error !== null) return error
    const outcome = native.lookupConnected(lookup)
    native.lookupAddress(lookup, 0)
    const found = outcome === -errno.EINPROGRESS ? decodeAddress() : null
    if (found !== null) descriptor.connecting = { name: 'in-progress', found, target }
    else if (outcome === 0) descriptor.connecting = { name: 'established', target }
    return outcome
  } finally {
    descriptor.reportMove()
    native.lookupCancel(lookup)
  }
}

/** A connect in progress no longer concerns this socket. */
function abandonConnect(descriptor: Descriptor): void {
  const { connecting } = descriptor
  descriptor.connecting = UNCONNECTED
  if (connecting.name !== 'looking-up') return
  descriptor.gate &= ~LOOKING_UP
  descriptor.reportMove()
  cancelLookup(connecting)
}

/**
 * For a watcher that found the lookup's descriptor ready: whether the lookup failed, which the next `tryConnect` or
 * `takeError` reports. Otherwise the socket's own descriptor is the one to watch from now on.
 */
export function lookupHasFailed(descriptor: Descriptor): boolean {
  const { connecting } = descriptor
  if (connecting.name !== 'looking-up') return false
  const { lookup } = connecting
  const connected = native.lookupError(lookup) === 0 ? native.lookupConnected(lookup) : -1
  if (connected !== 0 && connected !== -errno.EINPROGRESS) return true
  endLookup(descriptor)
  return false
}

/**
 * Admits a verb that found `gate` set: after the end of a lookup, for which it waits if it may.
 * @returns the time that is left to the verb, or WOULD_BLOCK
 */
export function admit(descriptor: Descriptor, syscall: string, timeout: number): number {
  descriptor.open(syscall)
  if (descriptor.connecting.name !== 'looking-up') return timeout
  const { lookup, target } = descriptor.connecting
  const deadline = new Deadline(timeout)
  const waited = native.lookupWait(lookup, timeout)
  if (waited === -errno.EAGAIN) return WOULD_BLOCK
  if (waited < 0) throw descriptor.failed(waited, syscall, timeout, target)
  const outcome = endLookup(descriptor)
  if (typeof outcome !== 'number') throw outcome
  if (outcome < 0 && !wouldBlock(outcome)) throw failure(outcome, 'connect', target)
  return deadline.remaining
}

/**
 * Puts an address into the addon's memory for the next call, looking a name up if the verb may wait.
 * @returns the time that is left to the verb
 */
export function encodeOrResolve(
  descriptor: Descriptor,
  address: AddressInput,
  timeout: number,
  syscall: string,
  flags = 0,
): number {
  const { family, moves } = descriptor
  const name = encodeAddress(address, family)
  descriptor.stillOpen(moves, syscall)
  if (name === null) return timeout
  const { host, port } = name
  if (timeout === 0 && !isNumeric(host)) {
    const message = `address.host must be numeric where nothing may wait: '${host}' has to be looked up`
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', message)
  }
  const deadline = new Deadline(timeout)
  const wait = timeout === FOREVER ? null : timeout
  const [first] = resolve(host, port, { family, type: SOCK_STREAM, flags, timeout: wait })
  encodeAddress(first!.address, family)
  return deadline.remaining
}
