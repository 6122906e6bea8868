// Ending a selector's wait from any thread.

import { failure, misuse } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'

/** What `wake` ends the wait by: plain data, which can be posted to another thread. */
export interface Waker {
  readonly wakerId: number
}

/** A descriptor that becomes readable when its waker is used; it is closed when `owner` has been collected. */
export function openWaker(owner: object): { fd: number; waker: Waker } {
  const out = new Int32Array(2)
  const answer = native.wakerOpen(new Uint8Array(out.buffer))
  if (answer < 0) throw failure(answer, 'eventfd')
  const [fd, id] = out as unknown as [number, number]
  native.own(fd, owner, '')
  return { fd, waker: Object.freeze({ wakerId: id >>> 0 }) }
}

/**
 * Ends the current or the next `select` of the selector that `waker` belongs to; from any thread. Several calls before
 * it looks count as one.
 * @returns false where the selector is closed
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * parentPort.postMessage(selector.waker) // there: wake(waker)
 */
export function wake(waker: Waker): boolean {
  if (typeof waker !== 'object' || waker === null) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', "waker must be a selector's waker")
  }
  checkInteger(waker.wakerId, 'waker.wakerId', 0, 0xffffffff)
  return native.wakerRaise(waker.wakerId)
}
