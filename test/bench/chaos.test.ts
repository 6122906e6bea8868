// Every kind of server under chaos: a short run of bench/endurance/chaos, which states what must hold.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'

const CONNECTIONS = 4000

test(`servers: ${CONNECTIONS} chaotic connections close once each and leave nothing`, {
  skip: uncountable,
}, async (context) => {
  const args = ['--connections', String(CONNECTIONS), '--concurrency', '16']
  const { code, stdout, stderr } = await run(context, 'bench/endurance/chaos/chaos.js', args)
  assert.notEqual(stdout.length, 0, stderr)
  const { problems, outcomes } = JSON.parse(stdout.toString()) as { problems: string[]; outcomes: object }
  assert.deepEqual(problems, [])
  assert.deepEqual(outcomes, { 'as expected': CONNECTIONS })
  assert.equal(code, 0, stderr)
})
