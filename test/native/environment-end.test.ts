// Workers that block in a verb: terminate() ends them, and they do not keep their process from exiting. Lookups have
// tests of their own in resolve/.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { blockingVerbNames } from '../support/blocking-verbs.js'
import { Child, fixture } from '../support/child.js'
import { openDescriptors } from '../support/descriptors.js'
import { asleep, noThreadStates, startWorker } from '../support/threads.js'

const verbs = blockingVerbNames.filter((verb) => verb !== 'resolve')
// The sanitized addon takes its time to start and to end.
const LIMIT_MS = process.env['BERKELEY_ADDON'] === undefined ? 300 : 1500

/** The shortest of up to five attempts: another program may use the processor during one. */
async function shortest(attempt: () => Promise<number>): Promise<number> {
  let least = await attempt()
  for (let count = 1; count < 5 && least > LIMIT_MS; count++) least = Math.min(least, await attempt())
  return least
}

async function terminated(verb: string): Promise<number> {
  const { worker, next } = startWorker('native/blocked-worker', { workerData: verb })
  await asleep(await next())
  const start = performance.now()
  const code = await worker.terminate()
  assert.equal(code, 1)
  return performance.now() - start
}

async function exited(context: TestContext, verb: string): Promise<number> {
  const child = new Child(context, fixture('native/blocked-worker'), [verb])
  const exitedAt = BigInt(await child.line())
  const { code, signal, stderr, at } = await child.ended()
  assert.deepEqual([code, signal], [7, null], stderr)
  return Number(at - exitedAt) / 1e6
}

for (const verb of verbs) {
  test(`terminate: ends a worker that blocks in ${verb}`, { skip: noThreadStates }, async () => {
    const before = openDescriptors()
    const took = await shortest(() => terminated(verb))
    assert.ok(took <= LIMIT_MS, `it took ${took} ms`)
    assert.equal(openDescriptors(), before, 'descriptors were left open')
  })

  test(`process.exit: ends a process whose worker blocks in ${verb}`, { skip: noThreadStates }, async (context) => {
    const took = await shortest(() => exited(context, verb))
    assert.ok(took <= LIMIT_MS, `it took ${took} ms`)
  })
}
