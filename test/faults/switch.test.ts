// The fault switch itself: it is armed by a variable, and the package's own addon has none.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { root } from '../support/folders.js'
import { addon, notBuilt } from './addon.js'

const own = join(root, 'native', 'bin', 'berkeley.node')
const missing = existsSync(own) ? false : `${own} is not built`

/** What the program prints that receives once. */
function received(context: Parameters<typeof succeeds>[0], fault: string): Promise<string> {
  return succeeds(context, fixture('faults/first-receive'), [], {
    env: { BERKELEY_ADDON: addon, BERKELEY_FAULT: fault },
  })
}

test('BERKELEY_FAULT: makes the N-th call fail', { skip: notBuilt }, async (context) => {
  assert.equal(await received(context, 'recv:ECONNRESET:1'), 'ECONNRESET')
  assert.equal(await received(context, 'recv:ECONNRESET:2'), 'received')
  assert.equal(await received(context, 'recv:EINTR:1x20'), 'received')
  assert.equal(await received(context, 'socketpair:EMFILE:2+'), 'received')
})

test('the fault switch: the addon of the package has none', { skip: missing }, () => {
  const bytes = readFileSync(own)
  for (const word of ['BERKELEY_FAULT', 'armFault', '__wrap_', 'Strike']) assert.ok(!bytes.includes(word), word)
})
