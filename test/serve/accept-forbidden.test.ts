// accept(2) that a firewall rule forbids, EPERM: a server reports it once and goes on accepting; a verb throws it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Preload } from '../support/preload.js'
import { runProgram } from '../support/programs.js'

const rule = new Preload('forbidding-accept')
const skip = rule.missing()

for (const [scenario, title, count, stdout] of [
  ['handlers', 'serve: reports a forbidden accept once, and goes on', 3, 'accept EPERM; good day,good day\n'],
  ['threads', 'serveBlocking: reports a forbidden accept once, and goes on', 3, 'accept EPERM; good day,good day\n'],
  ['verb', 'Socket.accept: throws EPERM for each forbidden accept', 2, 'accept EPERM,accept EPERM\n'],
] as const) {
  test(title, { skip }, () => {
    const env = rule.environment({ FORBIDDEN_ACCEPTS: String(count) })
    const run = runProgram('forbidden-accepts', [scenario], { env })
    assert.deepEqual([run.status, run.stdout], [0, stdout], run.stderr)
  })
}
