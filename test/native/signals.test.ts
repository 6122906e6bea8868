// Signals: which of them interrupt, when and how often, and that one without a listener keeps its default effect.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Child, fixture, succeeds } from '../support/child.js'
import { root, temporaryFolder } from '../support/folders.js'
import { asleep, noThreadStates } from '../support/threads.js'

/** Scenarios of fixtures/native/signal-scenarios, and what they show. */
const scenarios: Record<string, string> = {
  'a signal just before each of many waits': 'signal: just before a wait it ends the wait; of a thousand none is lost',
  'a transfer that never waits': 'signal: it ends a loop of transfers that never wait',
  'a child that exits, and a signal without a listener':
    'signal: a child’s exit and signals without a listener interrupt nothing',
  'a signal whose listener has run': 'signal: it does not interrupt a wait after its listener has run',
  'one wait after the signal, and another': 'signal: it interrupts one wait only',
  'two signals': 'signal: two interrupt twice, each under its name',
  'recv again': 'recv: an interrupted call can be repeated, and loses no bytes',
  'MSG_WAITALL with a part received': 'MSG_WAITALL: an interrupted call returns its bytes, and the next one throws',
  'MSG_WAITALL with a part received, then the listener':
    'MSG_WAITALL: the next call does not throw if the listener ran in between',
  'readLine again': 'readLine: an interrupted call continues where it was',
  'sendAll, and the rest': 'sendAll: an interrupted call reports how much was sent, and the rest can follow',
  'a listener added and removed': 'signal: it interrupts whenever a listener has been added again',
  'one of two listeners removed': 'signal: it interrupts while one of two listeners remains',
  'a wait inside the listener': 'listener: a wait inside of it is interrupted once at most',
  SIGPIPE: 'SIGPIPE: a broken pipe neither kills nor calls a listener, whether or not there is one',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(title, async (context) => {
    await succeeds(context, fixture('native/signal-scenarios'), [scenario])
  })
}

test('listener: one added before the import of the package interrupts as well', async (context) => {
  await succeeds(context, fixture('native/listener-before-import'))
})

for (const scenario of [
  'never a listener',
  'listener removed',
  'all listeners removed',
  'once listener that has run',
]) {
  test(`SIGINT: kills a blocked program, ${scenario}`, { skip: noThreadStates }, async (context) => {
    const child = new Child(context, fixture('native/signal-scenarios'), [scenario])
    const { thread } = JSON.parse(await child.line()) as { thread: string }
    await asleep(thread)
    child.signal('SIGINT')
    const { code, signal, stderr } = await child.ended()
    assert.deepEqual([code, signal], [null, 'SIGINT'], stderr)
  })
}

test('two copies of the package: in one process, each leaves listeners to the other', async (context) => {
  const folder = temporaryFolder()
  const addon = process.env['BERKELEY_ADDON'] ?? join(root, 'native', 'bin', 'berkeley.node')
  mkdirSync(join(folder, 'native', 'bin'), { recursive: true })
  cpSync(join(root, 'dist', 'src'), join(folder, 'dist', 'src'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  cpSync(addon, join(folder, 'native', 'bin', 'berkeley.node'))
  const copy = `file://${join(folder, 'dist', 'src', 'index.js')}`
  // Each copy has to load the addon beside it.
  const env = { BERKELEY_ADDON: undefined }
  assert.equal(await succeeds(context, fixture('native/import-two-copies'), [copy], { env }), 'one\ntwo\n')
})
