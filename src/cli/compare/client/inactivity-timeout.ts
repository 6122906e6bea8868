// The timeout of the modes that the event loop calls back: no activity in any connection. A timeout for each connection
// would blame the server for this thread's computation: a received reply stays in its socket while the thread computes
// for other connections.

import type { Workload } from '../workload/workload.js'
import { TargetTimeoutError } from './target.js'

/** The maximum delay of a Node timer. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Fails a step once there was no activity for the workload's timeout. */
export class InactivityTimeout {
  readonly #workload: Workload
  #timer: NodeJS.Timeout | undefined
  #activity = 0

  constructor(workload: Workload) {
    this.#workload = workload
  }

  /** Restarts the timeout: a connection was made, or bytes were received. */
  refresh(): void {
    this.#activity++
    this.#timer?.refresh()
  }

  /**
   * Waits for `step`.
   * @throws TargetTimeoutError
   */
  async guard(step: Promise<unknown>): Promise<void> {
    const expired = new Promise<never>((_, reject) => {
      this.#timer = setTimeout(() => this.#expire(reject), Math.min(this.#workload.timeoutMs, MAX_TIMER_MS))
    })
    try {
      await Promise.race([step, expired])
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /** Bytes that arrived while the thread was busy are received in this turn of the event loop, but after its timers. */
  #expire(reject: (error: Error) => void): void {
    const before = this.#activity
    setImmediate(() => {
      if (this.#activity === before) reject(new TargetTimeoutError(this.#workload))
    })
  }
}
