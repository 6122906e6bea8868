// Which signals interrupt, when, how often, and what becomes of those that nobody listens to.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asleep, unseeable } from '../support/asleep.js'
import { runProgram, startProgram } from '../support/programs.js'

const scenarios: Record<string, string> = {
  'just before': 'a signal that came just before the wait ends it: a thousand times, none is lost',
  busy: 'a signal ends a download that never has to wait',
  others: 'a child’s exit, and a signal without a listener that has no effect, interrupt nothing',
  stale: 'a signal whose listener has run does not interrupt a later wait',
  once: 'a signal interrupts once',
  'two signals': 'two signals interrupt twice, each under its name',
  'try again': 'interrupted, tried again, the data arrives',
  'bytes first': 'MSG_WAITALL gives its bytes first, and the next call is interrupted',
  'bytes first, then its listener': 'unless the listener ran in between',
  line: 'an interrupted readLine goes on where it was',
  sendAll: 'an interrupted sendAll says how much was sent, and the rest can follow',
  'a listener that comes again': 'listeners come and go',
  'two listeners, one goes': 'one listener goes, the other stays',
  'inside its listener': 'a wait inside the listener is interrupted once at most',
  SIGPIPE: 'SIGPIPE neither kills nor is heard: before, while and after there is a listener',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(title, () => {
    const run = runProgram('native/signal-scenarios', [scenario])
    assert.deepEqual([run.status, run.signal], [0, null], run.stderr + run.stdout)
  })
}

test('a listener that is older than the package is listened to as well', () => {
  const run = runProgram('native/listener-before-import')
  assert.equal(run.status, 0, run.stderr)
})

const killed = ['no listener', 'a listener that went', 'all listeners that went', 'a listener that ran once']

for (const scenario of killed) {
  test(`${scenario}: SIGINT kills a blocked program`, { skip: unseeable }, async () => {
    using program = startProgram('native/signal-scenarios', [scenario])
    const { thread } = JSON.parse((await program.line())!) as { thread: string }
    await asleep(thread)
    program.child.kill('SIGINT')
    const { status, signal, stderr } = await program.ended
    assert.deepEqual([status, signal], [null, 'SIGINT'], stderr)
  })
}
