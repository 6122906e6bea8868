// System calls of a wait that fail, or read, where they must not: no wait goes on for ever, and none blocks outside of the
// wait loop.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture, run, succeeds } from '../support/child.js'
import { Preload } from '../support/preload.js'

const interruption = new Preload('interrupt-poll')

test('waits: polls that are interrupted for ever end them, at low load', {
  skip: interruption.missing(),
}, async (context) => {
  const start = { env: interruption.environment({}), prefix: ['timeout', '60'] }
  const { load } = JSON.parse(await succeeds(context, fixture('native/interrupted-polls'), [], start))
  assert.ok(load < 0.3, `${load} of a processor`)
})

test('wakerDrain: does not block on a descriptor that is another file’s by now', async (context) => {
  const { code, stderr } = await run(context, fixture('native/drain-blocking-file'), [], { prefix: ['timeout', '60'] })
  assert.deepEqual([code, stderr], [0, ''])
})
