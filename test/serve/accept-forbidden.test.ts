// accept(2) that fails although a connection is there. A firewall rule forbids it, EPERM: a server reports that once and
// goes on accepting; a verb throws it. The connection has failed before it was accepted, ECONNABORTED: the next one is tried.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errno } from 'berkeley'
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

for (const [count, title, stdout] of [
  [1000, 'serve: accepts the connections behind a thousand that failed before', '; good day,good day\n'],
  [70_000, 'serve: reports connections that fail without end, and goes on', 'accept ECONNABORTED; good day,good day\n'],
] as const) {
  test(title, { skip }, async (context) => {
    const env = rule.environment({ FORBIDDEN_ACCEPTS: String(count), FORBIDDEN_ERROR: String(errno.ECONNABORTED) })
    assert.equal(await succeeds(context, fixture('serve/denied-accepts'), ['handlers'], { env }), stdout)
  })
}
