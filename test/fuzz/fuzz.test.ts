// Each fuzz target with a fixed seed, for some seconds: `npm run fuzz -- TARGET --minutes N --seed S` runs one for longer.
// And the fuzzer itself, with faults that are planted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run, succeeds } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'
import { rejection } from '../support/promises.js'
import { FaultError, fuzz } from './engine.js'
import { targets } from './table.js'
import type { Target } from './target.js'
import { functionsWithoutSignature } from './targets/addon.js'

/** How many inputs each target runs in about three seconds. */
const RUNS: Readonly<Record<string, number>> = {
  'proxy-header': 15_000,
  reader: 10_000,
  'trace-file': 15_000,
  'http-reply': 15_000,
  'http-response': 6000,
  addresses: 30_000,
  options: 50_000,
  'public-interface': 2000,
  awaited: 1500,
  addon: 2000,
  'addon-tls': 100,
  messages: 1500,
}

test('targets: each has a number of runs', () => {
  assert.deepEqual(targets.map(({ name }) => name).toSorted(), Object.keys(RUNS).toSorted())
})

for (const [name, runs] of Object.entries(RUNS)) {
  test(`${name}: no input has a fault`, { skip: uncountable }, async (context) => {
    assert.match(await succeeds(context, 'test/fuzz/main.js', [name, '--runs', String(runs)]), /no fault in/)
  })
}

test('addon: workers that are terminated in the middle of calls', { skip: uncountable }, async (context) => {
  assert.match(await succeeds(context, 'test/fuzz/terminated-workers.js', ['40', '1']), /no fault in/)
})

test('addon: every function has a signature', () => {
  assert.deepEqual(functionsWithoutSignature(), [])
})

/** A target with a fault for inputs that contain the bytes. */
function planted(bytes: string): Target {
  return {
    name: 'planted',
    covers: /\/test\/fuzz\/fuzz\.test/,
    dictionary: [],
    maxBytes: 64,
    run(input) {
      if (Buffer.from(input).includes(bytes)) throw new Error('the planted fault')
      return 1
    },
  }
}

test('fuzz: finds a fault again by its seed, and reports the smallest input', async () => {
  const messages: string[] = []
  for (let count = 0; count < 2; count++) {
    const error = await rejection(fuzz(planted('\x01\x02'), { seed: 5, corpus: [], runs: 1_000_000 }))
    assert.ok(error instanceof FaultError)
    messages.push(error.message)
  }
  assert.match(
    messages[0]!,
    /of seed 5 found a fault.*\n {2}npm run fuzz -- planted --input 0102\n.*the planted fault/s,
  )
  const [first, second] = messages.map((message) => message.split('\n', 2).join('\n'))
  assert.equal(first, second)
})

/** A fault behind four comparisons, each of which is a block of its own. */
const nested: Target = {
  ...planted(''),
  run([a, b, c, d]) {
    if (a === 0xba) {
      if (b === 0xdc) {
        if (c === 0x0f) {
          if (d === 0xfe) throw new Error('the nested fault')
          return 4
        }
        return 3
      }
      return 2
    }
    return 1
  },
}

test('fuzz: inputs that reach new code lead it to faults behind several conditions', async () => {
  const plan = { seed: 1, corpus: [], runs: 300_000 }
  await assert.rejects(fuzz(nested, { ...plan, guided: true }), /the nested fault/)
})

test('main: a target that does not exist, and an input', async (context) => {
  const unknown = await run(context, 'test/fuzz/main.js', ['no-such-target'])
  assert.equal(unknown.code, 1)
  assert.match(unknown.stderr, /the targets are proxy-header, reader/)
  const replayed = await succeeds(context, 'test/fuzz/main.js', ['proxy-header', '--input', '00'])
  assert.match(replayed, /no fault in 3 calls/)
})
