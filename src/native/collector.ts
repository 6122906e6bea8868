// Collecting garbage at once, for a shortage of descriptors: dropped sockets hold theirs until they are collected.
//
// Facts: Node collects when Node-API reports more memory in use than any heap may hold (napi_adjust_external_memory). Bun
// and Deno note the report and do not collect: 250 dropped sockets under `ulimit -n 256` ended in EMFILE. Bun has a
// function that collects. Deno has V8's, which V8 gives to a new context while its flag --expose-gc is set.

import { nodeV8, nodeVm } from './node-modules.js'

/** A function that collects all garbage of this thread; undefined where the addon does so itself. */
export const collectGarbage: (() => void) | undefined = collectorOfRuntime()

function collectorOfRuntime(): (() => void) | undefined {
  if ('bun' in process.versions) return collectorOfBun()
  return 'deno' in process.versions ? collectorOfDeno() : undefined
}

function collectorOfBun(): () => void {
  const { gc } = (globalThis as unknown as { Bun: { gc(atOnce: boolean): unknown } }).Bun
  return () => {
    gc(true)
  }
}

// Made at the first shortage: a context takes some milliseconds.
function collectorOfDeno(): () => void {
  let gc: (() => void) | undefined
  return () => {
    gc ??= exposedByV8()
    gc()
  }
}

function exposedByV8(): () => void {
  const { setFlagsFromString } = nodeV8()
  setFlagsFromString('--expose-gc')
  const gc = nodeVm().runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  return gc
}
