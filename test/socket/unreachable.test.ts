// Addresses that lead nowhere, in a network that the test makes itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'
import { runProgram } from '../support/programs.js'

const scenarios = [
  'a connect that nobody answers',
  'the kernel gives up before we do',
  'what the routing table refuses',
]

for (const scenario of scenarios) {
  test(scenario, { skip: noNetwork }, () => {
    const run = runProgram('socket/connect-to-nowhere', [scenario], { prefix: inOwnNetwork })
    assert.equal(run.status, 0, run.stderr + run.stdout)
  })
}
