// The benchmark program: it runs, and its JSON has every field. No test depends on a speed.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Machine } from '../../bench/machine.js'
import type { Plan } from '../../bench/measure.js'
import type { Measured, Result } from '../../bench/result.js'
import { ratios, type Spread, slope, spread } from '../../bench/statistics.js'
import { inUnit } from '../../bench/unit.js'
import { run, succeeds } from '../support/child.js'

interface Run {
  readonly machine: Machine
  readonly plan: Plan
  readonly results: readonly Result[]
}

const PROGRAM = 'bench/main.js'

async function measure(context: TestContext, ...args: string[]): Promise<Run> {
  return JSON.parse(await succeeds(context, PROGRAM, ['--json', '--quick', ...args]))
}

function assertSpread({ min, q1, median, q3, max }: Spread): void {
  assert.ok(0 < min && min <= q1 && q1 <= median && median <= q3 && q3 <= max)
}

function assertMeasured({ peer, trials, seconds, cpu, ratio }: Measured, referenceRan: boolean): void {
  assert.equal(trials.length, 2, peer)
  for (const trial of trials) {
    assert.deepEqual(Object.keys(trial).sort(), ['bytes', 'cpu', 'operations', 'seconds'])
    assert.ok(trial.seconds > 0)
    assert.equal(trial.operations, 2000)
    assert.equal(trial.bytes, 2000 * 64)
  }
  assertSpread(seconds)
  assert.ok(cpu.min >= 0)
  assert.equal(ratio !== null, referenceRan)
  if (ratio) assertSpread(ratio)
}

test('bench: a quick run prints JSON with every field', async (context) => {
  const { machine, plan, results } = await measure(context, '--trials', '2', '--only', 'pair-64')
  for (const field of ['date', 'cpu', 'kernel', 'node', 'berkeley'] as const)
    assert.ok(machine[field].length > 0, field)
  assert.deepEqual(plan, { trials: 2, scale: 0.01 })
  assert.equal(results.length, 1)
  const { scenario, peers, claims } = results[0]!
  assert.equal(scenario.name, 'pair-64')
  assert.deepEqual(
    peers.map(({ peer }) => peer),
    ['C blocking', 'C same system calls', 'berkeley recvInto', 'berkeley recv', 'CPython recv_into', 'CPython recv'],
  )
  // Without a C compiler or python3, the peers that need it are left out and say so.
  const hasC = machine.compiler !== null
  for (const peer of peers) {
    if ('trials' in peer) assertMeasured(peer, hasC)
    else assert.match('leftOut' in peer ? peer.leftOut : peer.failed, /^no C compiler|^python3 not found/)
  }
  assert.equal(peers.filter((peer) => 'trials' in peer && peer.peer.startsWith('berkeley')).length, 2)
  for (const { atMost, ratio, holds } of claims) {
    assert.ok(atMost > 0)
    assert.equal(holds, ratio && ratio.median <= atMost)
  }
})

test('bench: a peer that serves is measured by its load', async (context) => {
  const { machine, results } = await measure(context, '--trials', '1', '--only', 'serve-64', 'accept')
  assert.deepEqual(
    results.map(({ scenario }) => [scenario.name, scenario.unit, scenario.reference]),
    [
      ['serve-64', 'cpu µs', 'node:net'],
      ['accept', 'cpu µs', 'node:net'],
    ],
  )
  for (const { scenario, peers } of results) {
    for (const peer of peers) {
      if (!('trials' in peer)) {
        assert.equal(machine.compiler, null)
        continue
      }
      const [trial] = peer.trials
      assert.equal(trial!.operations, scenario.operations / 100)
      assert.equal(trial!.bytes, scenario.name === 'accept' ? 0 : trial!.operations * 128)
      assert.deepEqual(peer.cost, peer.cpu)
      assertSpread(peer.cpu)
      assertSpread(peer.seconds)
    }
  }
})

test('inUnit: converts a cost to the unit of its scenario', () => {
  const trial = { seconds: 2, operations: 1000, bytes: 4e6, cpu: 0.5 }
  assert.equal(inUnit('µs', 0.002, trial), 2000)
  assert.equal(inUnit('cpu µs', 0.0005, trial), 500)
  assert.equal(inUnit('MB/s', 0.002, trial), 2)
  assert.equal(inUnit('MB/cpu s', 0.0005, trial), 8)
  assert.equal(inUnit('B', 4000, trial), 4000)
})

test('spread, ratios: quartiles, and ratios pair by pair', () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { min: 1, q1: 1.75, median: 2.5, q3: 3.25, max: 4 })
  assert.deepEqual(ratios([2, 40, 9], [1, 10, 3]), { min: 2, q1: 2.5, median: 3, q3: 3.5, max: 4 })
})

test('slope: is that of the line through the points', () => {
  assert.equal(
    slope([
      [1, 10],
      [2, 13],
      [3, 16],
    ]),
    3,
  )
  assert.equal(
    slope([
      [0, 5],
      [1, 4],
      [2, 5],
    ]),
    0,
  )
})

test('bench: the error for an unknown scenario lists those that exist', async (context) => {
  const { code, stderr } = await run(context, PROGRAM, ['--only', 'nonesuch'])
  assert.notEqual(code, 0)
  assert.match(stderr, /nonesuch.*pair-64/)
})

test('bench: --list names every scenario', async (context) => {
  const stdout = await succeeds(context, PROGRAM, ['--list'])
  for (const name of ['pair-64', 'round-trip', 'blocks-send', 'blocks-receive'])
    assert.match(stdout, new RegExp(`^${name} `, 'm'))
})
