// The example program echo-threads, run as its own process.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnection } from '../../src/connect/create-connection.js'
import { Child } from '../support/child.js'

test('echo-threads: echoes to four clients at once, and ends on SIGTERM', async (context) => {
  const child = new Child(context, 'examples/echo-threads.js', ['0'])
  const [, digits] = await child.prints(/:(\d+)\n$/)
  const port = Number(digits)
  const clients = [1, 2, 3, 4].map(() => createConnection({ host: '127.0.0.1', port }, { timeout: 10_000 }))
  for (const [index, client] of clients.entries()) client.sendAll(`line ${index}\n`)
  assert.deepEqual(
    clients.map((client) => client.reader().readLine()),
    ['line 0', 'line 1', 'line 2', 'line 3'],
  )
  for (const client of clients) client.close()
  child.signal('SIGTERM')
  const { code, signal, stderr } = await child.ended()
  assert.deepEqual([code, signal], [0, null], stderr)
})
