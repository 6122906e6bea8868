// How long the main thread was blocked, so that it could not run anything else. The total is the time in which its event
// loop did not wait for events, by Node's own count. The longest stretch is the longest turn of the loop, from the first
// code of the mode in this turn to the end of the turn. A timer that ticks during the run is not used: a thousand ticks
// a second would take most of the processor time of a mode that waits.

import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface BlockedTime {
  readonly longestMs: number
  readonly totalMs: number
}

/** Measures how long the event loop of this thread is blocked. */
export class BlockedTimeMonitor {
  #busyBeforeMs = 0
  #longestMs = 0
  #turnBegan = 0
  #inTurn = false

  /** Begins the measurement; earlier time does not count. */
  begin(): void {
    this.#busyBeforeMs = busyMs()
    this.#longestMs = 0
    this.#turnBegan = performance.now()
    this.mark()
  }

  /** Notes that code of the mode runs. It may be called several times in a turn; the first call counts. */
  mark(): void {
    if (this.#inTurn) return
    this.#inTurn = true
    this.#turnBegan = performance.now()
    setImmediate(this.#endTurn)
  }

  /** Ends the measurement, after this turn of the event loop. */
  async end(): Promise<BlockedTime> {
    const totalMs = busyMs() - this.#busyBeforeMs
    await nextTurn()
    return { longestMs: this.#longestMs, totalMs }
  }

  readonly #endTurn = (): void => {
    this.#inTurn = false
    this.#longestMs = Math.max(this.#longestMs, performance.now() - this.#turnBegan)
  }
}

/** The time so far in which this thread did not wait for events, including the time before its event loop started. */
function busyMs(): number {
  return performance.now() - performance.nodeTiming.idleTime
}
