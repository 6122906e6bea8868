// The descriptors, the threads and the memory of this process after a garbage collection.
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory in bytes. */
export interface ResourceSample {
  readonly descriptors: number
  readonly threads: number
  readonly resident: number
  /** The part of the resident memory that V8's heap has reserved. The rest is malloc's, the stacks' and the programs'. */
  readonly heap: number
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
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  return {
    // The descriptor that reads the folder is counted too, in every sample.
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    resident: rss,
    heap: heapTotal,
    reachable: heapUsed + external,
  }
}
