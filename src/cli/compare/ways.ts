// The ways to wait, as rows of a table.

import type { Way } from './way.js'
import { awaited } from './way-async.js'
import { blocking } from './way-blocking.js'
import { handlers } from './way-handlers.js'
import type { WayName } from './way-names.js'
import { nodeNet } from './way-node-net.js'
import { selector } from './way-selector.js'
import { threads } from './way-threads.js'

export const ways: Readonly<Record<WayName, Way>> = {
  blocking,
  threads,
  selector,
  async: awaited,
  handlers,
  'node:net': nodeNet,
}
