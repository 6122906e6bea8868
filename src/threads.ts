// Stopping other threads.

import { checkInteger } from './addresses.js'
import { native } from './native.js'

/**
 * Interrupts the wait of another thread, which throws InterruptedError with `reason: 'thread'`; nothing that it has
 * received is lost. If that thread does not wait now, its next wait is interrupted; several calls count as one.
 * @param threadId `worker.threadId`, or 0 for the main thread
 * @returns false where no thread with this id has loaded the package
 * @example
 * interruptThread(worker.threadId)
 */
export function interruptThread(threadId: number): boolean {
  checkInteger(threadId, 'threadId', 0, 0xffffffff)
  return native.interruptThread(threadId)
}
