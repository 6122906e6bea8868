// Third-party Python clients in WebAssembly against real servers: they run unmodified from Debian's packages.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../support/child.js'
import { find, startRedisOnPort } from '../support/debian.js'
import { root } from '../support/folders.js'
import type { Ports } from '../support/python-wasm.js'
import { startWorker } from '../support/threads.js'

const PACKAGES = '/usr/lib/python3/dist-packages'
const areInstalled = ['redis', 'requests'].every((name) => existsSync(join(PACKAGES, name)))
const skip =
  areInstalled && find('redis-server') !== undefined
    ? false
    : 'redis-py, requests or redis-server are not installed (Debian: python3-redis python3-requests redis-server)'

test('redis-py and requests: commands, pipelines, blocking pops, subscriptions and pages', {
  timeout: 120_000,
  skip,
}, async (context) => {
  const { port } = await startRedisOnPort(context)
  const { next } = startWorker('pyodide/servers', { context })
  const { http } = await next<Ports>()
  // Debian's packages are for Python 3.11, which this Pyodide has.
  const pyodide = join(root, 'node_modules/pyodide-0.25')
  const program = join(root, 'test/fixtures/pyodide/clients.py')
  const args = ['python', '--loopback-only', '--pyodide', pyodide, program, String(port), String(http)]
  const { code, stdout, stderr } = await run(context, 'src/cli/main.js', args, { env: { PYTHONPATH: PACKAGES } })
  assert.deepEqual([code, String(stdout), stderr], [0, 'done\n', ''])
})
