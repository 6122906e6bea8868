// How late timers of this process run.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 5

const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
monitor.enable()

/** The 99th percentile of how late timers ran, in milliseconds, since the last `restart`. */
export function delayP99Ms(): number {
  return Math.max(0, monitor.percentile(99) / 1e6 - RESOLUTION_MS)
}

/** Measures anew. */
export function restart(): void {
  monitor.reset()
}
