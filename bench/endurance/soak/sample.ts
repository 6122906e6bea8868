// The descriptors and the memory of this process after a garbage collection.
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory in bytes. */
export interface ResourceSample {
  readonly descriptors: number
  readonly resident: number
  /** In V8's heap and outside of it: memory that JavaScript objects keep alive. */
  readonly reachable: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects garbage twice: finalizers run in between, and the second collection finds the objects that they free. */
export async function sampleResources(): Promise<ResourceSample> {
  collect()
  await setImmediate()
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  // The descriptor that reads the folder is counted too, in every sample.
  return { descriptors: readdirSync('/proc/self/fd').length, resident: rss, reachable: heapUsed + external }
}
