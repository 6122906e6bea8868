// serveBlocking under faults: connection storms, threads that are killed, and no free descriptors.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { limitedTo, uncountable } from '../support/descriptors.js'

/** Runs a program of bench/endurance; returns the JSON that it prints. */
async function runBench(context: TestContext, name: string, ...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await succeeds(context, `bench/endurance/${name}/${name}.js`, args))
}

test('serveBlocking: resets, half-closes and a shortage of descriptors lose no request and no descriptor', {
  skip: uncountable,
}, async (context) => {
  const { client, server } = await runBench(context, 'storm', '--connects', '5000')
  assert.deepEqual(client.failures, {})
  assert.deepEqual([client.requests, client.good], [5000, 5000])
  assert.ok(client.slowestMs < 5000)
  assert.equal(server.finished, server.started)
  assert.equal(server.leaked, 0)
  assert.ok(server.exhausted >= 1, 'descriptors ran out')
  assert.ok(server.exhausted <= 3, `exhausted was emitted ${server.exhausted} times`)
  assert.deepEqual(Object.keys(server.errors), ['ECONNRESET'])
})

test('serveBlocking: threads that are killed under load are replaced, and every request settles', async (context) => {
  const { load, replaced } = await runBench(context, 'kill-threads', '--seconds', '3', '--kills', '3')
  assert.equal(replaced, 3)
  assert.ok(load.good > 0)
  assert.ok(load.slowestMs < 5000)
  // Each death ends the one connection that its thread was serving.
  const failed = load.requests - load.good
  assert.ok(failed <= 3, `${failed} requests failed: ${JSON.stringify(load.failures)}`)
})

test('serveBlocking: without free descriptors, waits at low load, reports EMFILE once, and goes on later', {
  skip: uncountable,
}, async (context) => {
  const printed = await succeeds(context, fixture('serve-blocking/serve-without-descriptors'), [], {
    prefix: limitedTo(128),
  })
  const { load, errors, greetings } = JSON.parse(printed)
  assert.ok(load < 0.05, `${load} of a processor while it could not accept`)
  assert.deepEqual(errors, ['EMFILE'])
  assert.deepEqual(greetings, ['good day', 'good day'])
})
