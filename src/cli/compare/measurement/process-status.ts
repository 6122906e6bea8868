// What the system says of this process.

import { readFileSync } from 'node:fs'

/** A number of /proc/self/status, where there is such a thing. */
function statusField(name: string): number | null {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'latin1'))
    return match === null ? null : Number(match[1])
  } catch {
    return null
  }
}

/** The most memory that this process had in use, in bytes. */
export function peakMemory(): number {
  // Not `maxRSS` where it can be helped: on Linux that knows the process that started this one.
  return (statusField('VmHWM') ?? process.resourceUsage().maxRSS) * 1024
}

/** How many threads it has, those of the runtime included; `null` where the system does not tell. */
export function threadsOfProcess(): number | null {
  return statusField('Threads')
}
