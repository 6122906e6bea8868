// A traced program goes on whatever happens to the files of its trace, and touches no others.
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixture, run, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { Preload } from '../support/preload.js'

const PROGRAM = fixture('trace/spoiled-files')

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
  test(`BERKELEY_TRACE: a file is changed while it is written: ${how}`, async (context) => {
    const folder = temporaryFolder()
    assert.equal(await succeeds(context, PROGRAM, [how], { env: { BERKELEY_TRACE: folder } }), 'it goes on\n')
    // No number in a file decides how long the file becomes.
    for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 9_000_000, name)
  })
}

const foreign = new Preload('foreign-fault')
// A sanitizer reports the signal itself, and ends the process with a status.
const sanitized = /asan/.test(process.env['LD_PRELOAD'] ?? '') && 'a sanitizer handles SIGBUS'

test('BERKELEY_TRACE: SIGBUS from a process ends the program', { skip: sanitized }, async (context) => {
  const env = { BERKELEY_TRACE: temporaryFolder() }
  assert.equal((await run(context, PROGRAM, ['a signal'], { env })).signal, 'SIGBUS')
})

test('BERKELEY_TRACE: SIGBUS of other memory', { skip: sanitized || foreign.missing() }, async (context) => {
  const env = foreign.environment({ BERKELEY_TRACE: temporaryFolder() })
  assert.equal((await run(context, PROGRAM, ['a fault elsewhere'], { env })).signal, 'SIGBUS')
  const handled = await run(context, PROGRAM, ['a fault elsewhere'], { env: { ...env, FOREIGN_HANDLER: '1' } })
  assert.equal(handled.code, 7, handled.stderr)
})
