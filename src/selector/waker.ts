// Ending a selector's wait from any thread.

import { failure } from '../core/errors.js'
import { checkInteger, checkObject } from '../core/validate.js'
import { native } from '../native/addon.js'
import { POLLIN } from '../native/generated/constants.js'
import type { Watch } from '../readiness/backend.js'

/** Identifies a selector to `wake`: plain data, which can be posted to another thread. */
export interface Waker {
  readonly wakerId: number
}

/** The slot of the waker in the backend's set. It is no registration. */
export const WAKER_SLOT = 0

/** A waker with the descriptor that becomes readable when it is used. */
export class OpenWaker {
  readonly waker: Waker
  readonly watch: Watch

  constructor(fd: number, id: number) {
    this.waker = Object.freeze({ wakerId: id })
    this.watch = { fd, events: POLLIN, slot: WAKER_SLOT, generation: 0, edge: false, oneShot: false }
  }

  /** Makes the descriptor unreadable until the waker is used again. */
  drain(): void {
    native.wakerDrain(this.watch.fd)
  }

  close(): void {
    native.close(this.watch.fd, false, false, 0)
  }
}

/**
 * Opens a waker. Its descriptor is closed when `owner` has been collected.
 * @throws SocketError `EMFILE` or another failure of `eventfd(2)`
 */
export function openWaker(owner: object): OpenWaker {
  const out = new Int32Array(2)
  const result = native.wakerOpen(new Uint8Array(out.buffer))
  if (result < 0) throw failure(result, 'eventfd')
  const [fd, id] = out as unknown as [number, number]
  const waker = new OpenWaker(fd, id >>> 0)
  try {
    native.own(fd, owner, '')
  } catch (error) {
    // For lack of memory: nothing else would close it.
    waker.close()
    throw error
  }
  return waker
}

/**
 * Ends the current or the next `select` of the selector that `waker` belongs to, from any thread. Several calls before
 * that count as one.
 * @returns false where the selector is closed
 * @throws TypeError `ERR_INVALID_ARG_TYPE` if `waker` is no selector's waker
 * @throws RangeError `ERR_OUT_OF_RANGE` for a `wakerId` that cannot be one
 * @example
 * parentPort.postMessage(selector.waker) // in the other thread: wake(waker)
 */
export function wake(waker: Waker): boolean {
  checkObject(waker, 'waker', 'of a selector')
  const { wakerId } = waker
  checkInteger(wakerId, 'waker.wakerId', 0, 0xffffffff)
  return native.wakerRaise(wakerId)
}
