// What threads share, while workers end: with libuv's notifier, and with the thread of the event loop.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'

for (const notifier of ['uv', 'thread']) {
  test(`teardown: workers end in the middle of every shared thing (${notifier})`, {
    skip: uncountable,
  }, async (context) => {
    await succeeds(context, fixture('native/teardown-loops'), ['3'], { env: { BERKELEY_REACTOR: notifier } })
  })
}
