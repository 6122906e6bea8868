// The error of a timeout has the limit that the caller gave, wherever in an operation the time ended.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

const PROGRAM = fixture('resolve/limits-of-lookups')

/** Scenarios, and the milliseconds that a lookup takes in each. */
const scenarios: [name: string, ms: number][] = [
  ['the time ends in the lookup', 20_000],
  ['the time ends after the lookup', 200],
]

for (const [name, ms] of scenarios) {
  test(`SocketTimeoutError: has the whole limit where ${name}`, { skip: slowResolverMissing() }, async (context) => {
    await succeeds(context, PROGRAM, [name], { env: slowResolver(ms) })
  })
}
