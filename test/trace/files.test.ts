// BERKELEY_TRACE: a program is traced from outside, into files that survive however it ends.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTraces } from 'berkeley'
import { Child, fixture, run, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { until } from '../support/timing.js'

const noMaps = !existsSync('/proc/self/maps') && 'this system has no /proc/self/maps'

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`BERKELEY_TRACE: all threads of a program that ${signal} ended, with their unfinished calls`, async (context) => {
    const folder = temporaryFolder()
    const child = new Child(context, fixture('trace/blocked-threads'), [], { env: { BERKELEY_TRACE: folder } })
    assert.equal(await child.line(), 'blocked')
    await until('both threads wait', () => {
      const threads = readTraces(folder)[0]?.threads
      return threads?.every(({ calls }) => calls.at(-1)!.waitStart > 0) === true
    })
    child.signal(signal)
    assert.equal((await child.ended()).signal, signal)
    const [trace, ...others] = readTraces(folder)
    assert.deepEqual(others, [])
    assert.equal(trace!.process, child.pid)
    assert.equal(trace!.threads.length, 2)
    for (const { calls } of trace!.threads) {
      assert.deepEqual(
        calls.map(({ verb, outcome }) => [verb, outcome]),
        [
          ['pair', 'done'],
          ['send', 'done'],
          ['recv', 'done'],
          ['recv', 'unfinished'],
        ],
      )
      assert.equal(calls[3]!.systemCalls['recv'], 1)
    }
  })
}

test('BERKELEY_TRACE_LIMIT: limits the calls of a thread', async (context) => {
  const folder = temporaryFolder()
  const env = { BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: '3' }
  await succeeds(context, fixture('trace/ten-calls'), [], { env })
  const { calls, dropped } = readTraces(folder)[0]!.threads[0]!
  assert.deepEqual([calls.length, dropped], [3, 7])
})

test('BERKELEY_TRACE: the file of a thread that has ended is only as long as its records', async (context) => {
  const folder = temporaryFolder()
  await succeeds(context, fixture('trace/ten-calls'), [], { env: { BERKELEY_TRACE: folder } })
  const [file] = readdirSync(folder)
  assert.ok(statSync(join(folder, file!)).size < 4096)
  assert.equal(readTraces(folder)[0]!.threads[0]!.calls.length, 10)
})

test('BERKELEY_TRACE: a missing folder is reported, and the program runs', async (context) => {
  const env = { BERKELEY_TRACE: '/nonexistent' }
  const { code, stderr } = await run(context, fixture('trace/ten-calls'), [], { env })
  assert.equal(code, 0)
  assert.match(stderr, /cannot trace into \/nonexistent: no such file or directory/)
})

test('BERKELEY_TRACE: the folder is that which the variable named at the beginning', async (context) => {
  const folder = temporaryFolder()
  await succeeds(context, fixture('trace/changed-folder'), [], { env: { BERKELEY_TRACE: '.' }, cwd: folder })
  assert.deepEqual(
    readTraces(folder)[0]!.threads.map(({ id, calls }) => [id, calls.map(({ verb }) => verb)]),
    [
      [0, ['pair', 'close', 'close']],
      [1, ['pair', 'close', 'close']],
    ],
  )
})

test('BERKELEY_TRACE: the name of a folder that is too long is reported, and the program runs', async (context) => {
  const env = { BERKELEY_TRACE: `/${'x'.repeat(5000)}` }
  const { code, stderr } = await run(context, fixture('trace/ten-calls'), [], { env })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /cannot trace into \/x+: name too long/)
})

test('BERKELEY_TRACE: a thread that has ended keeps no memory', { skip: noMaps }, async (context) => {
  const env = { BERKELEY_TRACE: temporaryFolder() }
  assert.equal(await succeeds(context, fixture('trace/ended-threads'), [], { env }), '20 files, 1 mapped\n')
})

test('readTraces: a program that runs, and overwrites its records', async (context) => {
  const folder = temporaryFolder()
  const env = { BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: '50' }
  const child = new Child(context, fixture('trace/endless-calls'), [], { env })
  await child.line()
  for (let round = 0; round < 500; round++) {
    const [trace, ...others] = readTraces(folder)
    assert.deepEqual(others, [])
    const { calls } = trace!.threads[0]!
    assert.ok(calls.length > 40 && calls.length <= 50)
    for (const { start } of calls) assert.ok(start >= 0)
  }
})

test('readTraces: passes over other files, and reports a folder that is missing', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'other'), 'x')
  assert.deepEqual(readTraces(folder), [])
  assert.throws(() => readTraces(join(folder, 'none')), { code: 'ENOENT' })
})
