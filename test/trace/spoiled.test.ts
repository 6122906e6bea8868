// A traced program goes on whatever happens to the files of its trace, and touches no others.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Preload } from '../support/preload.js'
import { environment, runProgram } from '../support/programs.js'

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-trace-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const HARMLESS = [
  'cut to nothing',
  'cut inside the header',
  'cut after some records',
  'filled with zeros',
  'filled with 0x7f',
  'filled with 0xff',
  'removed',
  'another file in its place',
]

for (const how of HARMLESS) {
  test(`a trace file is changed while it is written: ${how}`, (context) => {
    const folder = temporaryFolder(context)
    const run = runProgram('spoiled-trace', [how], { env: environment({ BERKELEY_TRACE: folder }) })
    assert.deepEqual([run.status, run.signal, run.stdout], [0, null, 'it goes on\n'], run.stderr)
    // No number in a file decides how long the file becomes.
    for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 9_000_000, name)
  })
}

const foreign = new Preload('foreign-fault')
// A sanitizer reports the signal itself, and ends the process with a status.
const sanitized = /asan/.test(process.env['LD_PRELOAD'] ?? '') && 'a sanitizer handles SIGBUS'

test('SIGBUS that a process sends ends a traced program', { skip: sanitized }, (context) => {
  const env = environment({ BERKELEY_TRACE: temporaryFolder(context) })
  assert.equal(runProgram('spoiled-trace', ['a signal'], { env }).signal, 'SIGBUS')
})

test('SIGBUS of memory that is no trace', { skip: sanitized || foreign.missing() }, (context) => {
  const env = foreign.environment({ BERKELEY_TRACE: temporaryFolder(context) })
  assert.equal(runProgram('spoiled-trace', ['a fault elsewhere'], { env }).signal, 'SIGBUS')
  const handled = runProgram('spoiled-trace', ['a fault elsewhere'], { env: { ...env, FOREIGN_HANDLER: '1' } })
  assert.equal(handled.status, 7, handled.stderr)
})
