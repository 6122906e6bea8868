// How long the main thread could not run anything else. The total is the time that its event loop did not spend waiting,
// by node's own count. The longest stretch is the longest turn of the loop: from the first of our code that runs in it to
// the end of it. No timer that ticks beside the work is used: a thousand ticks a second would be most of the processor
// time of a way that waits.

import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'

/** In milliseconds. */
export interface Standstill {
  readonly longestMs: number
  readonly totalMs: number
}

/** Watches the event loop of this thread. */
export class StandstillWatch {
  #busyBefore = 0
  #longest = 0
  #since = 0
  #marked = false

  /** The work begins; what was before does not count. */
  begin(): void {
    this.#busyBefore = busy()
    this.#longest = 0
    this.#since = performance.now()
    this.mark()
  }

  /** Our code runs: called as soon as it does, any number of times in a turn. */
  mark(): void {
    if (this.#marked) return
    this.#marked = true
    this.#since = performance.now()
    setImmediate(this.#turned)
  }

  /** Ends the watch, and this turn. */
  async end(): Promise<Standstill> {
    const totalMs = busy() - this.#busyBefore
    await turn()
    return { longestMs: this.#longest, totalMs }
  }

  readonly #turned = (): void => {
    this.#marked = false
    this.#longest = Math.max(this.#longest, performance.now() - this.#since)
  }
}

/** All the time until now in which this thread did not wait for events: also before its event loop first turned. */
function busy(): number {
  return performance.now() - performance.nodeTiming.idleTime
}
