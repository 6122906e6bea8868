// The example program echo-threads, run as its own process.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createConnection } from '../../src/connect/create-connection.js'

test('echo-threads: echoes to four clients at once, and ends on SIGTERM', async () => {
  const program = fileURLToPath(new URL('../../examples/echo-threads.js', import.meta.url))
  const child = spawn(process.execPath, [program, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const [line] = await once(child.stdout, 'data')
  const port = Number(/:(\d+)\n$/.exec(String(line))?.[1])
  const clients = [1, 2, 3, 4].map(() => createConnection({ host: '127.0.0.1', port }, { timeout: 10_000 }))
  for (const [index, client] of clients.entries()) client.sendAll(`line ${index}\n`)
  assert.deepEqual(
    clients.map((client) => client.reader().readLine()),
    ['line 0', 'line 1', 'line 2', 'line 3'],
  )
  for (const client of clients) client.close()
  child.kill('SIGTERM')
  assert.deepEqual(await closed, [0, null])
})
