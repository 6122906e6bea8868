// The fault switch of the addon: see native/faults/switch.h.
import { native } from '../../src/native/addon.js'

interface FaultSwitch {
  armFault?(fault: string): number
  faultCounts?(): Record<string, number>
}

const faults = native as FaultSwitch

/** Counts the calls, and makes none of them fail. */
export const COUNTING = 'socket:EIO:1000000000'

/** Arms the switch with `call:error:when`, in place of what it was armed with. */
export function arm(fault: string): void {
  faults.armFault!(fault)
}

/** What happened since the switch was armed. */
export interface Made {
  /** How many calls failed. */
  readonly failures: number
  /** How many calls were made, by name. */
  readonly counts: Readonly<Record<string, number>>
}

/** No call fails any more. */
export function disarm(): Made {
  const failures = faults.armFault!('')
  return { failures, counts: faults.faultCounts!() }
}
