// Accepting that a rule forbids, EPERM: a server goes on, without asking again and again, and a verb tells it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { Preload } from '../support/preload.js'

const rule = new Preload('deny-accept')
const skip = rule.missing()

for (const [server, count, stdout] of [
  ['handlers', 3, 'accept EPERM; good day,good day\n'],
  ['threads', 3, 'accept EPERM; good day,good day\n'],
  ['verb', 2, 'accept EPERM,accept EPERM\n'],
] as const) {
  test(`a rule that forbids to accept: ${server}`, { skip }, async (context) => {
    const env = rule.environment({ FORBIDDEN_ACCEPTS: String(count) })
    assert.equal(await succeeds(context, fixture('serve/denied-accepts'), [server], { env }), stdout)
  })
}
