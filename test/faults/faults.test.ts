// Every verb and server, with each of its system calls failing in every way that the manual pages name. The whole product
// of subjects, calls and errors is `npm run test:faults`; here slow subjects get a part of it, another one for each call.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/folders.js'
import { KNOWN_FAULTS } from './known.js'
import { sweep } from './sweeping.js'

const isSanitized = process.env['BERKELEY_ADDON']?.includes('-asan') === true
const addon = join(root, 'native', 'bin', `berkeley${isSanitized ? '-asan' : ''}-faults.node`)
const skip = existsSync(addon) ? false : `${addon} is not built: node scripts/build-native.mjs --faults`

/** A sweep that tries fewer has skipped subjects. */
const MIN_TRIALS = 5000

test('faults: no verb or server hangs, spins, leaks or ends the process', { skip }, async (context) => {
  const summary = await sweep(addon)
  const { trials, struck, subjects, cpuMs, problems, known } = summary
  context.diagnostic(
    `${trials} trials of ${subjects} subjects, a call failed in ${struck}; ${Math.round(cpuMs / 1000)} s of processor time`,
  )
  assert.deepEqual(problems, [])
  assert.ok(struck >= MIN_TRIALS, `a call failed in ${struck} trials only`)
  assert.deepEqual(
    [...known].sort(),
    KNOWN_FAULTS.map(({ what }) => what).sort(),
    'known faults that are none any more',
  )
})
