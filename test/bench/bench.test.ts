// The benchmark program runs to its end, and its JSON has every field. No test asserts a speed.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Checkout } from '../../bench/base/checkout.js'
import { judge, type ScenarioComparison } from '../../bench/base/comparison.js'
import type { Machine } from '../../bench/machine.js'
import type { PeerResult, Result } from '../../bench/result.js'
import type { Plan } from '../../bench/run-scenario.js'
import { ratios, type Spread, slope, spread } from '../../bench/statistics.js'
import { inUnit } from '../../bench/unit.js'
import { run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'

interface Run {
  readonly machine: Machine
  readonly plan: Plan
  readonly results: readonly Result[]
}

async function bench(context: TestContext, ...args: string[]) {
  const { code, stdout, stderr } = await run(context, 'bench/main.js', args)
  return { code, stdout: stdout.toString(), stderr }
}

function assertSpread({ min, q1, median, q3, max }: Spread): void {
  assert.ok(0 < min && min <= q1 && q1 <= median && median <= q3 && q3 <= max)
}

function assertMeasured({ peer, trials, seconds, cpu, ratio }: PeerResult, referenceRan: boolean): void {
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

test('--json: a smoke run prints every field', async (context) => {
  const { code, stdout, stderr } = await bench(context, '--json', '--smoke', '--trials', '2', '--only', 'pair-64')
  assert.equal(code, 0, stderr)
  const { machine, plan, results } = JSON.parse(stdout) as Run
  for (const field of ['date', 'cpu', 'kernel', 'node', 'berkeley'] as const)
    assert.ok(machine[field].length > 0, field)
  assert.deepEqual(plan, { trials: 2, scale: 0.01 })
  assert.equal(results.length, 1)
  const { scenario, peers, claims } = results[0]!
  assert.equal(scenario.name, 'pair-64')
  assert.deepEqual(
    peers.map(({ peer }) => peer),
    [
      'C blocking',
      'C, idle thread',
      'C same system calls',
      'berkeley recvInto',
      'berkeley recv',
      'CPython recv_into',
      'CPython recv',
    ],
  )
  // Without a C compiler or python3 their peers are skipped with the reason. No peer may fail.
  const hasC = machine.compiler !== null
  for (const peer of peers) {
    if ('trials' in peer) assertMeasured(peer, hasC)
    else assert.match('skipped' in peer ? peer.skipped : peer.failed, /^no C compiler|^python3 not found/)
  }
  assert.equal(peers.filter((peer) => 'trials' in peer && peer.peer.startsWith('berkeley')).length, 2)
  for (const { maxRatio, ratio, holds } of claims) {
    assert.ok(maxRatio > 0)
    assert.equal(holds, ratio && ratio.median <= maxRatio)
  }
})

test('server peers: the load measures them', async (context) => {
  const { code, stdout, stderr } = await bench(
    context,
    '--json',
    '--smoke',
    '--trials',
    '1',
    '--only',
    'serve-64',
    'accept',
  )
  assert.equal(code, 0, stderr)
  const { machine, results } = JSON.parse(stdout) as Run
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
        // Bun, Deno and uvloop may not be there.
        assert.ok('skipped' in peer, JSON.stringify(peer))
        assert.ok(machine.compiler === null || / not found$/.test(peer.skipped), peer.skipped)
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

test('server programs: peers of HTTP run, over TLS too', async (context) => {
  const only = ['--only', 'http-request', 'https-connection']
  const { code, stdout, stderr } = await bench(context, '--json', '--smoke', '--trials', '1', ...only)
  assert.equal(code, 0, stderr)
  for (const { peers } of (JSON.parse(stdout) as Run).results) {
    for (const peer of peers) {
      if ('trials' in peer) assert.ok(peer.trials[0]!.seconds > 0)
      else assert.match('skipped' in peer ? peer.skipped : peer.failed, / not found$/)
    }
  }
})

interface BaseRun extends Pick<Run, 'machine' | 'plan'> {
  readonly own: Checkout
  readonly base: Checkout
  readonly comparisons: readonly ScenarioComparison[]
}

test('--base: each berkeley program runs on both builds', async (context) => {
  const folder = temporaryFolder()
  const loads = join(folder, 'loads')
  const library = JSON.stringify(import.meta.resolve('berkeley'))
  const record = `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(loads)}, 'load\\n')\n`
  const manifest = { name: 'berkeley', version: '0.0.1', type: 'module', exports: './index.js' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'index.js'), `${record}export * from ${library}\n`)
  const { code, stdout, stderr } = await bench(
    context,
    '--base',
    folder,
    '--json',
    '--smoke',
    '--trials',
    '2',
    '--only',
    'pair-64',
  )
  assert.equal(code, 0, stderr)
  const { own, base, comparisons } = JSON.parse(stdout) as BaseRun
  assert.deepEqual([base.folder, base.version], [folder, '0.0.1'])
  assert.notEqual(own.folder, folder)
  assert.deepEqual(
    comparisons.map(({ scenario, unit }) => [scenario, unit]),
    [['pair-64', 'µs']],
  )
  const { peers } = comparisons[0]!
  assert.deepEqual(
    peers.map(({ peer }) => peer),
    ['berkeley recvInto', 'berkeley recv'],
  )
  for (const peer of peers) {
    assert.ok('verdict' in peer)
    assert.deepEqual([peer.trials.length, peer.baseTrials.length], [2, 2])
    assert.equal(peer.verdict, 'too few trials')
    for (const values of [peer.cost, peer.baseCost, peer.ratio]) assertSpread(values)
  }
  // Two programs, two trials each on the base.
  assert.equal(readFileSync(loads, 'utf8'), 'load\n'.repeat(4))
})

test('--base: a folder that is not a built checkout is refused', async (context) => {
  const folder = temporaryFolder()
  const refusal = async (): Promise<string> => {
    const { code, stderr } = await bench(context, '--base', folder, '--only', 'pair-64')
    assert.equal(code, 1)
    return stderr
  }
  assert.match(await refusal(), /Expected the folder of a built checkout: ENOENT/)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'other' }))
  assert.match(await refusal(), /the package is called "other"/)
  const manifest = { name: 'berkeley', version: '0.0.1', type: 'module', exports: './index.js' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  assert.match(await refusal(), /Cannot find module '.*index\.js'/)
})

test('judge: the builds differ if both quartiles are on the same side of 1', () => {
  const verdict = (q1: number, q3: number, trials = 5) =>
    judge({ min: 0.5, q1, median: (q1 + q3) / 2, q3, max: 2 }, trials)
  assert.equal(verdict(1.01, 1.2), 'worse')
  assert.equal(verdict(1, 1.2), 'no difference')
  assert.equal(verdict(0.9, 1.1), 'no difference')
  assert.equal(verdict(0.9, 0.99), 'better')
  assert.equal(verdict(1.01, 1.2, 4), 'too few trials')
})

test('inUnit: converts a cost to the unit of its scenario', () => {
  const trial = { seconds: 2, operations: 1000, bytes: 4e6, cpu: 0.5 }
  assert.equal(inUnit('µs', 0.002, trial), 2000)
  assert.equal(inUnit('cpu µs', 0.0005, trial), 500)
  assert.equal(inUnit('MB/s', 0.002, trial), 2)
  assert.equal(inUnit('MB/cpu s', 0.0005, trial), 8)
  assert.equal(inUnit('B', 4000, trial), 4000)
})

test('ratios: computed pair by pair', () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { min: 1, q1: 1.75, median: 2.5, q3: 3.25, max: 4 })
  assert.deepEqual(ratios([2, 40, 9], [1, 10, 3]), { min: 2, q1: 2.5, median: 3, q3: 3.5, max: 4 })
})

test('slope: of the least-squares line through the points', () => {
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

test('--only: an unknown scenario is reported with the names of the known ones', async (context) => {
  const { code, stderr } = await bench(context, '--only', 'nonesuch')
  assert.notEqual(code, 0)
  assert.match(stderr, /nonesuch.*pair-64/)
})

test('--list: names every scenario', async (context) => {
  const { code, stdout } = await bench(context, '--list')
  assert.equal(code, 0)
  for (const name of ['pair-64', 'round-trip', 'blocks-send', 'blocks-receive'])
    assert.match(stdout, new RegExp(`^${name} `, 'm'))
})
