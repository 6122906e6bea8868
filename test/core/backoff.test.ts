// The pause before a call that keeps failing is made again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs, MAX_BACKOFF_MS } from '../../src/core/backoff.js'

const pauses = (count: number, ...range: [firstMs?: number, maxMs?: number]): number[] =>
  Array.from({ length: count }, (_, failures) => backoffMs(failures, ...range))

test('backoff: no pause without a failure, then 1, 2, 4, 8 and at most 10 ms', () => {
  assert.deepEqual(pauses(8), [0, 1, 2, 4, 8, 10, 10, 10])
  assert.equal(MAX_BACKOFF_MS, 10)
})

test('backoff: a count below 0 is a tolerated failure', () => {
  assert.equal(backoffMs(-1), 0)
})

test('backoff: other first and longest pauses', () => {
  assert.deepEqual(pauses(10, 50, 5000), [0, 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
})

test('backoff: however many failures, the pause is finite', () => {
  assert.equal(backoffMs(100_000), 10)
})
