// poll(2) takes no more descriptors than RLIMIT_NOFILE allows, a limit that may be lowered while they are open.

import { test } from 'node:test'
import { failureOf, fixture, succeeds } from '../support/child.js'

const skip = failureOf('prlimit', ['--version']) && 'the limit is lowered by prlimit(1)'

const scenarios = {
  awaited: 'sockets of the event loop beyond the limit are watched in slices, and cost little',
  selected: 'sockets of a selector beyond the limit are watched in slices, and cost little',
  none: 'a limit of 0 is reported by select, and costs the event loop little',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(`poll: ${title}`, { skip }, async (context) => {
    await succeeds(context, fixture('native/lowered-limit'), [scenario], { env: { BERKELEY_REACTOR: 'poll' } })
  })
}
