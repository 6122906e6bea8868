// Descriptors that ran out: those of dropped sockets are found for whatever asks for one.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const index = import.meta.resolve('berkeley')

const EXHAUST = `
import { Selector, Socket } from ${JSON.stringify(index)}
// The kernel gives the lowest number that is free: after the highest, none is.
function exhaust() {
  while (new Socket().fd < 199) {}
}
exhaust()
const selector = new Selector()
exhaust()
selector.waker`

test('a selector and its waker find the descriptors of dropped sockets', () => {
  const args = ['-c', 'ulimit -n 200 && exec "$0" --input-type=module --eval "$1"', process.execPath, EXHAUST]
  const run = spawnSync('sh', args, { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' })
  assert.equal(run.stderr, '')
  assert.equal(run.status, 0)
})
