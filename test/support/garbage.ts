// Collecting garbage at once, in a process that was started without --expose-gc.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Collects all garbage. Finalizers run in a later turn of the event loop. */
export const collectGarbage = runInNewContext('gc') as () => void
