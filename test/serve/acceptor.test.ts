import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { limitedTo, uncountable } from '../support/descriptors.js'

async function program(context: TestContext, name: string, ...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await succeeds(context, `bench/serving/${name}.js`, args))
}

test('resets, half-closes and want of descriptors cost no request and no descriptor', {
  skip: uncountable,
}, async (context) => {
  const { client, server } = await program(context, 'storm', '--connects', '5000')
  assert.deepEqual(client.failures, {})
  assert.deepEqual([client.requests, client.good], [5000, 5000])
  assert.ok(client.slowestMs < 5000)
  assert.equal(server.finished, server.started)
  assert.equal(server.leaked, 0)
  assert.ok(server.exhausted >= 1, 'descriptors ran out')
  assert.ok(server.exhausted <= 3, `it was told ${server.exhausted} times`)
  assert.deepEqual(Object.keys(server.errors), ['ECONNRESET'])
})

test('threads that are killed under load are replaced, and every request settles', async (context) => {
  const { load, replaced } = await program(context, 'kill-threads', '--seconds', '3', '--kills', '3')
  assert.equal(replaced, 3)
  assert.ok(load.good > 0)
  assert.ok(load.slowestMs < 5000)
  // Each death ends the one connection that its thread was serving.
  const failed = load.requests - load.good
  assert.ok(failed <= 3, `${failed} requests failed: ${JSON.stringify(load.failures)}`)
})

test('without descriptors the acceptor waits, says so once, and goes on when there are some', {
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
