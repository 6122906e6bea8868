// The system's own figures of this process: peak memory and number of threads.

import { readFileSync } from 'node:fs'

/** A number in /proc/self/status; `null` on systems without it. */
function statusField(name: string): number | null {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'latin1'))
    return match === null ? null : Number(match[1])
  } catch {
    return null
  }
}

/** The peak memory of this process, in bytes. */
export function peakMemoryBytes(): number {
  // `maxRSS` is only the fallback: on Linux it includes the peak of the process that started this one.
  return (statusField('VmHWM') ?? process.resourceUsage().maxRSS) * 1024
}

/** The number of threads, including those of the runtime; `null` where the system does not report it. */
export function threadCount(): number | null {
  return statusField('Threads')
}
