// Interruptions that come together, and handlers of signals that come to stand in front of each other.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InterruptedError, Socket } from 'berkeley'
import { temporaryFolder } from '../support/pairs.js'

const index = import.meta.resolve('berkeley')

// The signal first, which wakes the main thread, then the interruption while it wakes.
const BOTH = `
const { parentPort, workerData: flags } = require('node:worker_threads')
import(${JSON.stringify(index)}).then(({ interruptThread }) => {
  parentPort.postMessage('here')
  for (;;) {
    Atomics.store(flags, 0, 1)
    Atomics.notify(flags, 0)
    Atomics.wait(flags, 1, 0)
    if (Atomics.exchange(flags, 1, 0) === 2) return
    process.kill(process.pid, 'SIGUSR2')
    interruptThread(0)
  }
})`

test('a signal and an interruption by a thread at the same time both interrupt', async () => {
  const ignore = (): void => {}
  process.on('SIGUSR2', ignore)
  const flags = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(BOTH, { eval: true, workerData: flags })
  await new Promise((resolve) => worker.once('message', resolve))
  const [a, b] = Socket.pair()
  const reason = (): string => {
    try {
      a.recv(1, { timeout: 2000 })
    } catch (error) {
      if (error instanceof InterruptedError) return error.reason
      throw error
    }
    return 'nothing'
  }
  for (let round = 0; round < 100; round++) {
    Atomics.wait(flags, 0, 0)
    Atomics.store(flags, 0, 0)
    Atomics.store(flags, 1, 1)
    Atomics.notify(flags, 1)
    assert.deepEqual([reason(), reason()].sort(), ['signal', 'thread'])
  }
  Atomics.wait(flags, 0, 0)
  Atomics.store(flags, 1, 2)
  Atomics.notify(flags, 1)
  await new Promise((resolve) => worker.once('exit', resolve))
  process.off('SIGUSR2', ignore)
  a.close()
  b.close()
})

test('two copies of the package in one process leave signals as they are', () => {
  const folder = temporaryFolder()
  const root = fileURLToPath(new URL('../..', index))
  const addon = process.env['BERKELEY_ADDON'] ?? join(root, 'native', 'bin', 'berkeley.node')
  mkdirSync(join(folder, 'native', 'bin'), { recursive: true })
  cpSync(join(root, 'dist', 'src'), join(folder, 'dist', 'src'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  cpSync(addon, join(folder, 'native', 'bin', 'berkeley.node'))
  const program = `
    import ${JSON.stringify(index)}
    import ${JSON.stringify(`file://${join(folder, 'dist', 'src', 'index.js')}`)}
    process.on('SIGUSR2', () => console.log('one'))
    process.on('SIGUSR2', () => { console.log('two'); clearInterval(timer) })
    const timer = setInterval(() => {}, 1000)
    process.kill(process.pid, 'SIGUSR2')`
  const { BERKELEY_ADDON: _, ...env } = process.env
  const args = ['--input-type=module', '--eval', program]
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', env, timeout: 20_000, killSignal: 'SIGKILL' })
  assert.equal(run.stdout, 'one\ntwo\n')
  assert.equal(run.status, 0)
})
