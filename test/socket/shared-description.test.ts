// O_NONBLOCK belongs to the open file description, which duplicates, workers and children share. Another process that
// clears it does not make a verb block.

import { test } from 'node:test'
import { createServer } from 'berkeley'
import { fixture, run, succeeds } from '../support/child.js'
import { failsAfter } from '../support/timing.js'

const skip = process.platform === 'linux' ? false : 'flags are read from /proc'

/** Scenarios of fixtures/socket/shared-description, and what they show. */
const scenarios: Record<string, string> = {
  accept: 'accept: does not block beyond its timeout when O_NONBLOCK was cleared',
  'connect (TCP)': 'connect: to TCP, does not block beyond its timeout when O_NONBLOCK was cleared',
  'connect (unix)': 'connect: to a unix socket, does not block beyond its timeout when O_NONBLOCK was cleared',
  'recv and send': 'recv, send: do not block beyond their timeout when O_NONBLOCK was cleared',
  sendFile: 'sendFile: does not block beyond its timeout when O_NONBLOCK was cleared',
  'standard input': 'trySendFile: does not block for a socket that a child has had as standard input',
  'a duplicate': 'dup: a flag cleared through the copy does not block the first',
  'close and detach of an adopted socket': 'fromFd: close and detach restore the flag that was found',
}

for (const [scenario, title] of Object.entries(scenarios)) {
  test(title, { skip }, async (context) => {
    await succeeds(context, fixture('socket/shared-description'), [scenario])
  })
}

// libuv clears the flag of the descriptors that a child inherits as 0 to 2.
test('accept: does not block for a listener that a child has had as standard input', async (context) => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  await run(context, process.execPath, ['--version'], { input: listener.fd })
  failsAfter(50, () => listener.accept({ timeout: 50 }), { code: 'ERR_SOCKET_TIMEOUT' })
})
