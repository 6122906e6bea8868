// Lookups at once: how many threads run, which lookups queue, and which never delay others. Each scenario is one of
// test/fixtures/resolve/queued-lookups.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

const PROGRAM = fixture('resolve/queued-lookups')

/** Scenarios, and the milliseconds that a slow lookup takes in each. */
const scenarios: [name: string, ms: number][] = [
  ['many lookups share a few threads, and all end', 100],
  ['no lookup begins after its deadline', 500],
  ['queued lookups that are cancelled leave at once, and never begin', 500],
  ['a lookup does not wait for many that were cancelled before it, the oldest first', 4000],
  ['a queued lookup starts when all that run are cancelled', 4000],
  ['a blocking lookup does not queue behind awaited ones', 5000],
  ['an awaited lookup does not queue behind blocking ones', 5000],
  ['lookups that block for a moment count as awaited again', 5000],
  ['a queued lookup that begins to block passes the others', 5000],
  ['lookups that are cancelled while they run make room for others, up to a bound', 5000],
  ['a lookup without a thread of its own waits for one that runs', 500],
  ['a worker that is terminated takes its queued lookups along', 5000],
  ['a worker is terminated between two calls of Node-API', 5000],
  ['a process exits while lookups are queued', 10_000],
  ['a connect by name waits in the queue, and is cancelled there', 300],
  ['lookups started, blocked on and cancelled at random all end', 5],
]

for (const [name, ms] of scenarios) {
  test(`lookup: ${name}`, { skip: slowResolverMissing() }, async (context) => {
    const start = performance.now()
    await succeeds(context, PROGRAM, [name], { env: slowResolver(ms) })
    const took = performance.now() - start
    // In the longest scenario nothing waits for a slow lookup: the program ends before one does.
    if (ms === 10_000) assert.ok(took < ms, `it took ${took} ms`)
  })
}

test('lookup: a wait whose poll(2) is always interrupted ends with its lookup', {
  skip: slowResolverMissing(),
}, async (context) => {
  const env = { ...slowResolver(300), SLOW_RESOLVER_INTERRUPTS: '1' }
  await succeeds(context, PROGRAM, ['an unlimited wait ends'], { env })
})
