// Every verb and server, with each of its system calls failing in every way that the manual pages name. The whole product
// of subjects, calls and errors is `npm run test:faults`; here slow subjects get a part of it, another one for each call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSanitized } from '../support/sanitizer.js'
import { addon, notBuilt } from './addon.js'
import { KNOWN_FAULTS } from './known.js'
import { sweep } from './sweeping.js'

/** A sweep that tries fewer has skipped subjects. A busy machine makes more of them slow. */
const MIN_TRIALS = 3000

/** A leak of 5 KiB a trial would be more. */
const MAX_GROWTH_BYTES = 40 << 20

test('faults: no verb or server hangs, spins, leaks or ends the process', { skip: notBuilt }, async (context) => {
  const summary = await sweep(addon)
  const { trials, struck, subjects, cpuMs, problems, known, grown } = summary
  context.diagnostic(
    `${trials} trials of ${subjects} subjects, a call failed in ${struck}; ${Math.round(cpuMs / 1000)} s of processor time; ` +
      `memory grew by ${Math.round(grown / 1024)} KiB`,
  )
  assert.deepEqual(problems, [])
  // A sanitizer keeps freed memory.
  if (!isSanitized) assert.ok(grown < MAX_GROWTH_BYTES, `memory grew by ${grown} bytes`)
  assert.ok(struck >= MIN_TRIALS, `a call failed in ${struck} trials only`)
  assert.deepEqual(
    [...known].sort(),
    KNOWN_FAULTS.map(({ what }) => what).sort(),
    'known faults that are none any more',
  )
})
