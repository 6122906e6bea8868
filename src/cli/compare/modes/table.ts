// The ways to wait, as rows of a table.

import type { Way } from '../client/mode.js'
import type { WayName } from '../workload/mode-names.js'
import { awaited } from './async.js'
import { blocking } from './blocking.js'
import { handlers } from './handlers.js'
import { nodeNet } from './node-net.js'
import { selector } from './selector.js'
import { threads } from './threads.js'

export const ways: Readonly<Record<WayName, Way>> = {
  blocking,
  threads,
  selector,
  async: awaited,
  handlers,
  'node:net': nodeNet,
}
