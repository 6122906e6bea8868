// The modes, as rows of a table.

import type { ComparedMode } from '../client/mode.js'
import type { ModeName } from '../workload/mode-names.js'
import { awaited } from './async.js'
import { blocking } from './blocking.js'
import { handlers } from './handlers.js'
import { nodeNet } from './node-net.js'
import { selector } from './selector.js'
import { threads } from './threads.js'

export const comparedModes: Readonly<Record<ModeName, ComparedMode>> = {
  blocking,
  threads,
  selector,
  async: awaited,
  handlers,
  'node:net': nodeNet,
}
