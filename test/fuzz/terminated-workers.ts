// Terminates workers in the middle of calls of the addon, a few at a time, each after a number of calls that the seed
// determines. Where exactly a worker is then, chance decides.
//   node terminated-workers.js COUNT SEED
//
// The process survives, and the environments of the workers leave no descriptor open.

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { native } from '../../src/native/addon.js'
import { descriptorsAre, openDescriptors } from '../support/descriptors.js'
import { until } from '../support/timing.js'
import { folder, World } from './addon-world.js'
import { ByteSource } from './byte-source.js'
import { Random } from './random.js'
import { callAddon } from './targets/addon.js'
import { tlsMaterial } from './tls-world.js'

const WORKERS_AT_ONCE = 4
const MAX_CALLS = 400
const INPUT_BYTES = 1024

interface WorkerData {
  readonly folder: string
  readonly seed: number
  readonly run: number
  /** How many calls the worker has made. */
  readonly calls: SharedArrayBuffer
}

/** Calls the addon until the end of the environment. */
function callForEver({ seed, run, calls }: WorkerData): never {
  const counter = new Int32Array(calls)
  const random = new Random(seed, run)
  for (;;) {
    const world = new World()
    const source = new ByteSource(random.bytes(INPUT_BYTES))
    while (!source.ended) {
      // What is disowned would stay open.
      callAddon(source, world, 'disown')
      Atomics.add(counter, 0, 1)
    }
    world.end()
  }
}

/** Returns how many calls the worker has made. */
async function runOne(seed: number, run: number): Promise<number> {
  const calls = new SharedArrayBuffer(4)
  const counter = new Int32Array(calls)
  const wanted = 1 + new Random(seed, -run).below(MAX_CALLS)
  const data: WorkerData = { folder, seed, run, calls }
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data })
  let failure: Error | undefined
  worker.once('error', (error) => {
    failure = error
  })
  await until(
    `worker ${run} has made ${wanted} calls`,
    () => failure !== undefined || Atomics.load(counter, 0) >= wanted,
  )
  await worker.terminate()
  assert.equal(failure, undefined, `worker ${run} of seed ${seed}: ${failure?.stack}`)
  return Atomics.load(counter, 0)
}

async function main(count: number, seed: number): Promise<void> {
  tlsMaterial(folder)
  await runOne(seed, count)
  const before = openDescriptors()
  let next = 0
  let calls = 0
  const series = async (): Promise<void> => {
    while (next < count) calls += await runOne(seed, next++)
  }
  await Promise.all(Array.from({ length: WORKERS_AT_ONCE }, series))
  native.sweep()
  await descriptorsAre(before)
  process.stdout.write(`no fault in ${calls} calls of ${count} workers\n`)
}

if (isMainThread) await main(Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 1))
else callForEver(workerData as WorkerData)
