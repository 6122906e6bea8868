// What threads share, while workers end: with libuv's notifier, and with the thread of the event loop.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'

const hasLibuv = !('bun' in process.versions || 'deno' in process.versions)

for (const notifier of hasLibuv ? ['uv', 'thread'] : ['thread']) {
  test(`teardown: workers end in the middle of every shared thing (${notifier})`, {
    skip: uncountable,
  }, async (context) => {
    await succeeds(context, fixture('native/teardown-loops'), ['3'], { env: { BERKELEY_REACTOR: notifier } })
  })
}
