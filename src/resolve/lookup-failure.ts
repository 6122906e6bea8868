// What a lookup that has ended says, for all who start one.

import { ResolveError } from '../core/errors.js'
import { type Lookup, native } from '../native/addon.js'
import { errnoMessage, errnoName, gaiErrorName, gaiErrors } from '../native/errno.js'

/** The error with which an ended lookup failed, or null. */
export function lookupFailure(lookup: Lookup, syscall: string, hostname: string | null): ResolveError | null {
  const error = native.lookupError(lookup)
  if (error === 0) return null
  if (error !== gaiErrors.EAI_SYSTEM) {
    return new ResolveError(gaiErrorName(error), error, syscall, hostname, native.gaiMessage(error))
  }
  const cause = native.lookupErrno(lookup)
  const explanation = `${errnoName(cause)}, ${errnoMessage(cause)}`
  return new ResolveError('EAI_SYSTEM', -Math.abs(cause), syscall, hostname, explanation)
}
