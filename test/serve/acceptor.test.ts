import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const noDescriptors = process.platform === 'linux' ? false : 'descriptors are counted in /proc/self/fd'

async function program(name: string, ...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
  const path = fileURLToPath(new URL(`../../bench/serving/${name}.js`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args])
  return JSON.parse(stdout)
}

test('resets, half-closes and want of descriptors cost no request and no descriptor', {
  skip: noDescriptors,
}, async () => {
  const { client, server } = await program('storm', '--connects', '5000')
  assert.deepEqual(client.failures, {})
  assert.deepEqual([client.requests, client.good], [5000, 5000])
  assert.ok(client.slowestMs < 5000)
  assert.equal(server.finished, server.started)
  assert.equal(server.leaked, 0)
  assert.ok(server.exhausted >= 1, 'descriptors ran out')
  assert.ok(server.exhausted <= 3, `it was told ${server.exhausted} times`)
  assert.deepEqual(Object.keys(server.errors), ['ECONNRESET'])
})

test('threads that are killed under load are replaced, and every request settles', async () => {
  const { load, replaced } = await program('kill-threads', '--seconds', '3', '--kills', '3')
  assert.equal(replaced, 3)
  assert.ok(load.good > 0)
  assert.ok(load.slowestMs < 5000)
  // Each death ends the one connection that its thread was serving.
  const failed = load.requests - load.good
  assert.ok(failed <= 3, `${failed} requests failed: ${JSON.stringify(load.failures)}`)
})

test('without descriptors the acceptor waits, says so once, and goes on when there are some', {
  skip: noDescriptors,
}, async () => {
  const path = fileURLToPath(new URL('../fixtures/serve-blocking/serve-without-descriptors.js', import.meta.url))
  const limited = ['-c', 'ulimit -n 128 && exec "$0" "$1"', process.execPath, path]
  const { stdout } = await promisify(execFile)('sh', limited)
  const { load, errors, greetings } = JSON.parse(stdout)
  assert.ok(load < 0.05, `${load} of a processor while it could not accept`)
  assert.deepEqual(errors, ['EMFILE'])
  assert.deepEqual(greetings, ['good day', 'good day'])
})
