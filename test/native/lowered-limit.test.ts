// poll(2) takes no more descriptors than RLIMIT_NOFILE allows, a limit that may be lowered while they are open.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { environment, runProgram } from '../support/programs.js'

const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : 'the limit is lowered by prlimit(1)'

const scenarios = {
  awaited: 'sockets of the event loop beyond the limit are watched in slices, and cost little',
  selected: 'sockets of a selector beyond the limit are watched in slices, and cost little',
  none: 'a limit of 0 is reported by select, and costs the event loop little',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(`poll: ${title}`, { skip }, () => {
    const run = runProgram('lowered-limit', [scenario], { env: environment({ BERKELEY_REACTOR: 'poll' }) })
    assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
  })
}
