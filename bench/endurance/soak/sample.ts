// What a process holds after a collection of garbage.

import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory in bytes. */
export interface Held {
  readonly descriptors: number
  readonly resident: number
  /** In V8's heap and beside it: what objects of JavaScript keep alive. */
  readonly reachable: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects, and looks. Finalizers have their turn in between, and free what a second collection finds. */
export async function held(): Promise<Held> {
  collect()
  await setImmediate()
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  // The folder's own descriptor is one of them, each time.
  return { descriptors: readdirSync('/proc/self/fd').length, resident: rss, reachable: heapUsed + external }
}
