// accept(2) that a firewall rule forbids, EPERM: a server reports it once and goes on accepting; a verb throws it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { Preload } from '../support/preload.js'

const rule = new Preload('deny-accept')
const skip = rule.missing()

for (const [scenario, title, count, stdout] of [
  ['handlers', 'serve: reports a forbidden accept once, and goes on', 3, 'accept EPERM; good day,good day\n'],
  ['threads', 'serveBlocking: reports a forbidden accept once, and goes on', 3, 'accept EPERM; good day,good day\n'],
  ['verb', 'Socket.accept: throws EPERM for each forbidden accept', 2, 'accept EPERM,accept EPERM\n'],
] as const) {
  test(title, { skip }, async (context) => {
    const env = rule.environment({ FORBIDDEN_ACCEPTS: String(count) })
    assert.equal(await succeeds(context, fixture('serve/denied-accepts'), [scenario], { env }), stdout)
  })
}
