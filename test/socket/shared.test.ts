// O_NONBLOCK belongs to the open file description, which others may share: what they make of it changes nothing here.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../support/programs.js'

const scenarios = [
  'accept',
  'connect (TCP)',
  'connect (unix)',
  'transfers',
  'sendFile',
  'standard input',
  'a duplicate',
  'put back',
]

const skip = process.platform === 'linux' ? false : 'flags are looked at in /proc'

for (const scenario of scenarios) {
  test(`the flag of somebody else: ${scenario}`, { skip }, () => {
    const run = runProgram('socket/shared-description', [scenario])
    assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
  })
}
