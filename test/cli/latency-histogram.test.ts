// The distribution of the latencies of `berkeley compare`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LatencyHistogram } from '../../src/cli/compare/measurement/latency-histogram.js'

const PERCENTS = [0, 10, 50, 90, 99, 100]
/** From nanoseconds to an hour, small values as often as large ones. */
const values = fc.array(
  fc.nat({ max: 41 }).chain((bit) => fc.integer({ min: 2 ** bit, max: 2 ** (bit + 1) - 1 })),
  { minLength: 1, maxLength: 200 },
)

/** The smallest of the values that so many percent of them do not exceed. */
function percentileOf(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1]!
}

function histogramOf(latencies: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const latency of latencies) histogram.record(latency)
  return histogram
}

test('latency histogram: percentiles are those of the values, at most 0.1 % too large', () => {
  fc.assert(
    fc.property(values, (latencies) => {
      const histogram = histogramOf(latencies)
      const sorted = [...latencies].sort((a, b) => a - b)
      for (const percent of PERCENTS) {
        const exact = percentileOf(sorted, percent)
        const found = histogram.percentile(percent)
        assert.ok(found >= exact && found <= exact * 1.001, `${percent} %: ${found} for ${exact}`)
      }
      assert.deepEqual([histogram.count, histogram.max], [latencies.length, sorted.at(-1)])
    }),
  )
})

test('latency histogram: one that threads have posted has the values of all of them', () => {
  fc.assert(
    fc.property(values, values, (some, others) => {
      const together = histogramOf(some)
      together.add(structuredClone(histogramOf(others).toCounts()))
      const expected = histogramOf([...some, ...others])
      assert.deepEqual(together.toCounts(), expected.toCounts())
      assert.deepEqual([together.count, together.mean], [expected.count, expected.mean])
    }),
    { numRuns: 30 },
  )
})

test('latency histogram: larger values than it knows, and none', () => {
  const histogram = new LatencyHistogram()
  assert.deepEqual([histogram.count, histogram.percentile(50)], [0, 0])
  histogram.record(2 ** 45)
  assert.deepEqual([histogram.count, histogram.max, histogram.percentile(100)], [1, 2 ** 45, 2 ** 42 - 1])
})
