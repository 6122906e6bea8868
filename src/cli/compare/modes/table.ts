// The modes, as rows of a table.

import type { ComparedMode } from '../client/mode.js'
import type { ModeName } from '../workload/mode-names.js'
import { awaited } from './await.js'
import { blocking } from './blocking.js'
import { handlers } from './handlers.js'
import { nodeNet } from './node-net.js'
import { readiness } from './readiness.js'
import { threads } from './threads.js'

export const comparedModes: Readonly<Record<ModeName, ComparedMode>> = {
  blocking,
  threads,
  readiness,
  await: awaited,
  handlers,
  'node:net': nodeNet,
}
