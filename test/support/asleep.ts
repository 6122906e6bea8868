// Whether a thread sleeps, as the system sees it: what tells a test that a call blocks.

import { readFileSync, readlinkSync } from 'node:fs'

/** Why that cannot be seen here, as `skip` takes it; false where it can. */
export const unseeable = process.platform === 'linux' ? false : 'threads are looked at in /proc'

/** The folder of the calling thread: `123/task/456`. */
export function thisThread(): string {
  return readlinkSync('/proc/thread-self')
}

function state(thread: string): string {
  const text = readFileSync(`/proc/${thread}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2)[0]!
}

/** Looks until the thread has been seen asleep several times in a row. */
export async function asleep(thread: string): Promise<void> {
  const deadline = performance.now() + 10_000
  for (let seen = 0; seen < 5; ) {
    seen = state(thread) === 'S' ? seen + 1 : 0
    if (performance.now() > deadline) throw new Error(`thread ${thread} does not sleep`)
    await new Promise((next) => setTimeout(next, 1))
  }
}
