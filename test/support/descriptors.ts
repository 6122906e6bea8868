// How many descriptors this process has open: what a leak would show.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'

/** Why descriptors cannot be counted here, as `skip` takes it; false where they can. */
export const uncountable = process.platform === 'linux' ? false : 'descriptors are counted in /proc/self/fd'

/** The open descriptors of this process; the one that the counting itself takes is always among them. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Runs `act`, after which as many descriptors must be open as before it. */
export function leakingNothing<Result>(act: () => Result): Result {
  const before = openDescriptors()
  const result = act()
  assert.equal(openDescriptors(), before, 'descriptors were left open')
  return result
}
