// BERKELEY_TRACE: a program is traced from outside, into files that survive however it ends.
import assert from 'node:assert/strict'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTraces } from 'berkeley'
import { Child, fixture, run, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { until } from '../support/timing.js'

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

test('readTraces: skips files that are not recordings', () => {
  const folder = temporaryFolder()
  for (const text of ['', 'x', 'berktrc1'.padEnd(5000, 'x')]) {
    writeFileSync(join(folder, `berkeley-1-${text.length}-0.trace`), text)
  }
  writeFileSync(join(folder, 'other'), 'x')
  assert.deepEqual(readTraces(folder), [])
  assert.throws(() => readTraces(join(folder, 'none')), { code: 'ENOENT' })
})
