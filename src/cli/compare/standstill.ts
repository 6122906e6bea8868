// How long the main thread could not run anything else. Two measures of node's own, as what stands still cannot look at
// the clock: the longest stretch is the longest time that a timer of one millisecond came late, the total is the time
// that the event loop did not spend waiting.

import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { duration } from '../terminal.js'

const TICK = 1
const A_FEW_TICKS = 5

/** In milliseconds. */
export interface Standstill {
  readonly longestMs: number
  readonly totalMs: number
}

/** The longest standstill in words: the timer that measures it is not exact to the millisecond. */
export function standstillText(ms: number): string {
  return ms < 2 ? '< 2 ms' : duration(ms)
}

/** Watches the event loop of this thread, from `begin` to `end`. */
export class StandstillWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: TICK })
  #begin: EventLoopUtilization | undefined

  async begin(): Promise<void> {
    this.#delay.enable()
    // The timer knows how late it is only once it has come before.
    await sleep(A_FEW_TICKS)
    this.#begin = performance.eventLoopUtilization()
  }

  async end(): Promise<Standstill> {
    const { active } = performance.eventLoopUtilization(this.#begin)
    await sleep(A_FEW_TICKS)
    this.#delay.disable()
    const longest = this.#delay.max / 1e6 - TICK
    return { longestMs: Math.max(0, longest), totalMs: active }
  }
}
