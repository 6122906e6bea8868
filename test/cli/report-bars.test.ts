// The bars of the timeline represent every call in range, however short.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { barsOf } from '../../report/bars.js'
import type { Span, Thread } from '../../report/model.js'
import { rowsOf } from '../../report/rows.js'

const span = (start: number, length: number, waiting = 0, outcome = 'done'): Span => ({
  ...{ section: '', thread: 'main thread', name: 'recv', socket: 'fd 1', bytes: -1, outcome, error: '' },
  ...{ start, end: start + length, waitStart: start, waiting, systemCalls: '', isRequest: false },
})

const thread = (spans: readonly Span[]): Thread => ({
  ...{ section: '', name: 'main thread', dropped: 0, systemCalls: '' },
  spans: [...spans].sort((one, other) => one.start - other.start),
})

const rowOf = (spans: readonly Span[]) => rowsOf([thread(spans)], 'threads', () => true)[0]!

const spans = fc.array(
  fc
    .tuple(fc.nat(1000), fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([start, length, part]) => span(start, length, length * part, part > 0.9 ? 'failed' : 'done')),
  { minLength: 1, maxLength: 200 },
)

test('bars: every call in range is in one bar, with its time and its failure', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 2000 }), (given, width) => {
      const bars = barsOf(rowOf(given), { from: 0, to: 2000 }, width)
      const sum = (read: (bar: (typeof bars)[number]) => number): number =>
        bars.reduce((total, bar) => total + read(bar), 0)
      assert.equal(
        sum(({ count }) => count),
        given.length,
      )
      assert.equal(
        sum(({ trouble }) => trouble),
        given.filter(({ outcome }) => outcome === 'failed').length,
      )
      const waiting = given.reduce((total, one) => total + one.waiting, 0)
      assert.ok(Math.abs(sum((bar) => bar.waiting) - waiting) < 1e-6)
    }),
  )
})

test('bars: the bars of a lane do not overlap', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const row = rowOf(given)
      const bars = barsOf(row, { from: 0, to: 2000 }, 500)
      for (let lane = 0; lane < row.laneCount; lane++) {
        const own = bars.filter((bar) => bar.lane === lane)
        for (let index = 1; index < own.length; index++) assert.ok(own[index]!.start >= own[index - 1]!.end)
      }
    }),
  )
})

test('bars: there are never more bars than pixels', () => {
  const many = Array.from({ length: 50_000 }, (_, index) => span(index * 0.02, 0.01))
  assert.ok(barsOf(rowOf(many), { from: 0, to: 1000 }, 800).length <= 800)
  const near = barsOf(rowOf(many), { from: 500, to: 500.2 }, 800)
  assert.equal(near.length, 11)
  assert.ok(near.every(({ count }) => count === 1))
})
