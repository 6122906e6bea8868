// A shortage of descriptors: what is established goes on as if there were none.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { succeeds } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'

interface Delays {
  readonly heapMebibytes: number
  readonly p99Ms: number
}

test('serve: without free descriptors and with a large heap, does not stall established connections', {
  skip: uncountable,
}, async (context) => {
  const program = 'bench/endurance/shortage/shortage.js'
  const { berkeley, node } = JSON.parse(await succeeds(context, program, ['--seconds', '2'])) as Record<string, Delays>
  assert.ok(berkeley!.heapMebibytes > 200, `${berkeley!.heapMebibytes} MiB`)
  // One garbage collection of such a heap takes 250 ms on an idle machine. A busy machine delays both servers.
  const limitMs = 3 * node!.p99Ms + 100
  assert.ok(berkeley!.p99Ms < limitMs, `an echo took ${berkeley!.p99Ms} ms, more than ${limitMs}`)
})
