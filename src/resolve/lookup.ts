// A lookup from its start to its result. It runs in a native thread, unless only numbers are converted, and its end can be
// waited for like that of any other operation: by blocking, in a selector, or in the event loop.

import { type ErrorTarget, failure, ResolveError, type SocketError } from '../core/errors.js'
import { type Lookup, native, TIMED_OUT } from '../native/addon.js'
import { errno, errnoMessage, errnoName, gaiErrorName, gaiErrors } from '../native/errno.js'

/** The subject of a lookup, for its errors, and how to read its result. */
interface LookupRequest<Result> {
  readonly syscall: 'getaddrinfo' | 'getnameinfo'
  readonly host: string | null
  readonly target: ErrorTarget
  readonly read: (lookup: Lookup) => Result
}

/** A lookup that is running, or has ended and not been read. */
export interface PendingLookup<Result> extends LookupRequest<Result> {
  readonly lookup: Lookup
}

/**
 * Joins a started lookup with its request.
 * @throws SocketError `EMFILE` when no descriptor was left to start it
 */
export function pendingLookup<Result>(lookup: Lookup | number, request: LookupRequest<Result>): PendingLookup<Result> {
  if (typeof lookup === 'number') throw failure(lookup, request.syscall, request.target)
  return { ...request, lookup }
}

/**
 * Returns the result of a lookup, after a wait for its end that returned `waited`. Whatever happens, the lookup is
 * cancelled, and nothing of it stays open.
 * @param timeout how long the wait could last, for the error where it was in vain
 * @throws ResolveError when the lookup failed
 * @throws SocketError when the wait failed, or no descriptor was left
 */
export function finishLookup<Result>(pending: PendingLookup<Result>, waited: number, timeout: number): Result {
  const { lookup, syscall, host, target, read } = pending
  try {
    if (waited < 0) throw failure(waited, syscall, waited === TIMED_OUT ? { ...target, timeout } : target)
    const error = lookupFailure(lookup, syscall, host, target)
    if (error !== null) throw error
    return read(lookup)
  } finally {
    native.lookupCancel(lookup)
  }
}

/** Explanations that the C library's messages lack. */
const CAUSES: Readonly<Record<string, string>> = {
  EAI_ADDRFAMILY: 'it has no address of the family of the socket, or that family or localAddress asks for',
  EAI_FAMILY: "the family must be 'inet' (AF_INET) or 'inet6' (AF_INET6)",
}

/** A shortage of descriptors ends a lookup as it ends any other call, whichever descriptor was the one too many. */
const SHORTAGES: readonly number[] = [errno.EMFILE, errno.ENFILE]

/** The error with which an ended lookup failed, or null. */
export function lookupFailure(
  lookup: Lookup,
  syscall: string,
  hostname: string | null,
  target: ErrorTarget,
): ResolveError | SocketError | null {
  const error = native.lookupError(lookup)
  if (error === 0) return null
  if (error !== gaiErrors.EAI_SYSTEM) {
    const code = gaiErrorName(error)
    const message = native.gaiMessage(error)
    const cause = hostname?.startsWith('[') ? 'an IPv6 address is given without brackets' : CAUSES[code]
    return new ResolveError(code, error, syscall, hostname, cause === undefined ? message : `${message}: ${cause}`)
  }
  const cause = Math.abs(native.lookupErrno(lookup))
  if (SHORTAGES.includes(cause)) return failure(-cause, syscall, target)
  const explanation = `${errnoName(cause)}, ${errnoMessage(cause)}`
  return new ResolveError('EAI_SYSTEM', -cause, syscall, hostname, explanation)
}
