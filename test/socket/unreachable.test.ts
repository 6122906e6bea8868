// Connecting to addresses that cannot be reached, in a network namespace that the test makes.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'

/** Scenarios of fixtures/socket/connect-to-nowhere, and what they show. */
const scenarios: Record<string, string> = {
  'no reply': 'connect: sleeps until its timeout when there is no reply',
  TCP_USER_TIMEOUT: 'connect: throws ETIMEDOUT when the kernel gives up before the timeout',
  'no route': 'connect, sendTo: throw EHOSTUNREACH, ENETUNREACH or EACCES for routes that refuse',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(title, { skip: noNetwork }, async (context) => {
    await succeeds(context, fixture('socket/connect-to-nowhere'), [scenario], { prefix: inOwnNetwork })
  })
}
