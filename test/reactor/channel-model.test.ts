// The faces of the event loop's channel against a plain model: connections of serve and attach, AsyncSocket and toDuplex
// send, receive, pause, end, close and reset, their peers do the same and send urgent data, handlers do any of it or
// throw, and descriptors run out, in every order. Each byte is delivered once and in order, each connection opens first
// and closes once, and nothing follows its close.
//
// BERKELEY_SEED repeats a run, BERKELEY_STEPS makes it longer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { succeeds } from '../support/child.js'
import { limitedTo, uncountable } from '../support/descriptors.js'

const STEPS = Number(process.env['BERKELEY_STEPS'] ?? 30_000)
const SEED = Number(process.env['BERKELEY_SEED'] ?? 20_261_128)
/** Runs have random lengths. */
const MIN_SHARE = 0.7

/** The share of the steps with each notifier, as BERKELEY_REACTOR names it; by default the platform's own. */
const NOTIFIERS = { default: 1, poll: 0.1, thread: 0.1 }

for (const [notifier, share] of Object.entries(NOTIFIERS)) {
  const count = Math.ceil(STEPS * share)
  test(`channel: ${count} random steps match the model (${notifier} notifier)`, {
    skip: uncountable,
  }, async (context) => {
    const env = notifier === 'default' ? {} : { BERKELEY_REACTOR: notifier }
    const program = 'test/fixtures/reactor/channel-model.js'
    const output = await succeeds(context, program, [String(count), String(SEED)], { prefix: limitedTo(160), env })
    const { steps, descriptors } = JSON.parse(output) as { steps: number; descriptors: number }
    context.diagnostic(`${steps} steps, seed ${SEED}`)
    assert.ok(steps >= count * MIN_SHARE, `${steps} steps only`)
    assert.equal(descriptors, 0, 'descriptors were left open')
  })
}
