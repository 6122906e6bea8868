// Stopping other threads.

import { native } from '../native/addon.js'
import { checkInteger } from './validate.js'

/**
 * Interrupts the wait of another thread, which throws InterruptedError with `reason: 'thread'`; nothing that it has
 * received is lost. If that thread does not wait now, its next wait is interrupted; several calls count as one.
 * @param threadId `worker.threadId`, or 0 for the main thread
 * @returns false where no thread with this id has loaded the package, or it has ended
 * @throws RangeError `ERR_OUT_OF_RANGE`, TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * interruptThread(worker.threadId)
 */
export function interruptThread(threadId: number): boolean {
  // A Worker that has ended has the number -1.
  checkInteger(threadId, 'threadId', -1, 0xffffffff)
  if (threadId === -1) return false
  return native.interruptThread(threadId)
}
