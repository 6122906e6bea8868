// How long nothing comes at all, for the ways that an event loop calls back. A limit for each connection would blame the
// server for what this thread does: a reply that has come lies there while the thread computes for other connections.

import type { Workload } from '../workload/workload.js'
import { TooLate } from './mode.js'

/** The longest that a timer of Node's can run. */
const LONGEST = 2 ** 31 - 1

/** Ends what has heard nothing for as long as a reply, or a connect, may take. */
export class Silence {
  readonly #workload: Workload
  #timer: NodeJS.Timeout | undefined
  #heard = 0

  constructor(workload: Workload) {
    this.#workload = workload
  }

  /** Something came. */
  heard(): void {
    this.#heard++
    this.#timer?.refresh()
  }

  /**
   * Waits for `work`.
   * @throws TooLate
   */
  async limit(work: Promise<unknown>): Promise<void> {
    const broken = new Promise<never>((_, reject) => {
      this.#timer = setTimeout(() => this.#expire(reject), Math.min(this.#workload.timeoutMs, LONGEST))
    })
    try {
      await Promise.race([work, broken])
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /** What came while the thread was busy is heard in this turn of the loop, but after its timers. */
  #expire(reject: (error: Error) => void): void {
    const before = this.#heard
    setImmediate(() => {
      if (this.#heard === before) reject(new TooLate(this.#workload))
    })
  }
}
