// Interrupting the wait of another thread.

import { native } from '../native/addon.js'
import { checkInteger } from './validate.js'

/**
 * Interrupts the wait of another thread, which throws InterruptedError with `reason: 'thread'`.
 * That thread loses no data. If it does not wait now, its next wait is interrupted; several calls count as one.
 * @param threadId `worker.threadId`, or 0 for the main thread
 * @returns false if no thread with this id has loaded the package, or if the thread has ended
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the id is no number
 * @throws RangeError `ERR_OUT_OF_RANGE` when the id is no integer from -1 to 2 ** 32 - 1
 * @example
 * interruptThread(worker.threadId)
 */
export function interruptThread(threadId: number): boolean {
  // The threadId of a Worker that has ended is -1.
  checkInteger(threadId, 'threadId', -1, 0xffffffff)
  if (threadId === -1) return false
  return native.interruptThread(threadId)
}
