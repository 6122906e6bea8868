// A program is traced from outside by an environment variable, and what it recorded survives any end of it.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readTraces } from 'berkeley'
import { environment, runProgram, startProgram } from '../support/programs.js'

const noMaps = !existsSync('/proc/self/maps') && 'this system has no /proc/self/maps'

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-trace-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`all threads of a program that ${signal} ended, with the calls that they were making`, async (context) => {
    const folder = temporaryFolder(context)
    using program = startProgram('stands-still', [], { env: environment({ BERKELEY_TRACE: folder }) })
    assert.equal(await program.line(), 'standing')
    const standing = () => readTraces(folder)[0]?.threads.every(({ calls }) => calls.at(-1)!.waitStart > 0)
    while (!standing()) await new Promise((resolve) => setImmediate(resolve))
    program.child.kill(signal)
    assert.equal((await program.ended).signal, signal)
    const [trace, ...others] = readTraces(folder)
    assert.deepEqual(others, [])
    assert.equal(trace!.process, program.child.pid)
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

test('the variable for the limit', (context) => {
  const folder = temporaryFolder(context)
  const env = environment({ BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: '3' })
  assert.equal(runProgram('makes-pairs', [], { env }).status, 0)
  const { calls, dropped } = readTraces(folder)[0]!.threads[0]!
  assert.deepEqual([calls.length, dropped], [3, 7])
})

test('the file of a thread that has ended is no longer than what it recorded', (context) => {
  const folder = temporaryFolder(context)
  assert.equal(runProgram('makes-pairs', [], { env: environment({ BERKELEY_TRACE: folder }) }).status, 0)
  const [file] = readdirSync(folder)
  assert.ok(statSync(join(folder, file!)).size < 4096)
  assert.equal(readTraces(folder)[0]!.threads[0]!.calls.length, 10)
})

test('a folder that is not there is told, and the program runs', () => {
  const run = runProgram('makes-pairs', [], { env: environment({ BERKELEY_TRACE: '/nonexistent' }) })
  assert.equal(run.status, 0)
  assert.match(run.stderr, /cannot trace into \/nonexistent: no such file or directory/)
})

test('the folder is that which the variable named at the beginning', (context) => {
  const folder = temporaryFolder(context)
  const env = environment({ BERKELEY_TRACE: '.' })
  // It goes to another folder, and removes the variable, before its worker makes calls.
  const run = runProgram('moved-trace', [], { env, cwd: folder })
  assert.equal(run.status, 0, run.stderr)
  assert.deepEqual(
    readTraces(folder)[0]!.threads.map(({ id, calls }) => [id, calls.map(({ verb }) => verb)]),
    [
      [0, ['pair', 'close', 'close']],
      [1, ['pair', 'close', 'close']],
    ],
  )
})

test('a name of a folder that is too long is reported, and the program runs', () => {
  const run = runProgram('makes-pairs', [], { env: environment({ BERKELEY_TRACE: `/${'x'.repeat(5000)}` }) })
  assert.equal(run.status, 0, run.stderr)
  assert.match(run.stderr, /cannot trace into \/x+: name too long/)
})

test('a thread that has ended keeps no memory', { skip: noMaps }, (context) => {
  const env = environment({ BERKELEY_TRACE: temporaryFolder(context) })
  const run = runProgram('ended-threads', [], { env })
  assert.deepEqual([run.status, run.stdout], [0, '20 files, 1 mapped\n'], run.stderr)
})

test('reading: a program that runs, and overwrites its records', { timeout: 60_000 }, async (context) => {
  const folder = temporaryFolder(context)
  const env = environment({ BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: '50' })
  using program = startProgram('never-ends', [], { env })
  await program.line()
  for (let round = 0; round < 500; round++) {
    const [trace, ...others] = readTraces(folder)
    assert.deepEqual(others, [])
    const { calls } = trace!.threads[0]!
    assert.ok(calls.length > 40 && calls.length <= 50)
    for (const { start } of calls) assert.ok(start >= 0)
  }
})

test('reading: other files are passed over, and a folder that is not there is not', (context) => {
  const folder = temporaryFolder(context)
  writeFileSync(join(folder, 'other'), 'x')
  assert.deepEqual(readTraces(folder), [])
  assert.throws(() => readTraces(join(folder, 'none')), { code: 'ENOENT' })
})
