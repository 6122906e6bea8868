// Third-party Python clients in WebAssembly against real servers: they run unmodified from Debian's packages.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { run } from '../support/child.js'
import { find, startMariadb, startMosquitto, startRedisOnPort } from '../support/debian.js'
import { root } from '../support/folders.js'
import type { Ports } from '../support/python-wasm.js'
import { startWorker } from '../support/threads.js'

const PACKAGES = '/usr/lib/python3/dist-packages'

/** The options of a test that requires Debian's packages: a client of Python's each, and the server that it talks to. */
function needsClients(clients: Readonly<Record<string, string>>, server: string, serverPackage = server) {
  const missing = Object.entries(clients).filter(([name]) => !existsSync(join(PACKAGES, name)))
  const packages = missing.map(([, debianPackage]) => debianPackage)
  if (find(server) === undefined) packages.push(serverPackage)
  const skip = packages.length > 0 ? `not installed: ${packages.join(' ')} (packages of Debian)` : false
  return { timeout: 120_000, skip }
}

const LOOPBACK = ['--loopback-only']

/** Runs a program of test/fixtures/pyodide in WebAssembly: it ends with an exception, or prints `done`. */
async function runsToTheEnd(
  context: TestContext,
  program: string,
  ports: readonly number[],
  policy: readonly string[] = LOOPBACK,
): Promise<void> {
  // Debian's packages are for Python 3.11, which this Pyodide has.
  const pyodide = join(root, 'node_modules/pyodide-0.25')
  const path = join(root, 'test/fixtures/pyodide', program)
  const args = ['python', ...policy, '--pyodide', pyodide, path, ...ports.map(String)]
  const { code, stdout, stderr } = await run(context, 'src/cli/main.js', args, { env: { PYTHONPATH: PACKAGES } })
  assert.deepEqual([code, String(stdout), stderr], [0, 'done\n', ''])
}

test(
  'redis-py and requests: commands, pipelines, blocking pops, subscriptions and pages',
  needsClients({ redis: 'python3-redis', requests: 'python3-requests' }, 'redis-server'),
  async (context) => {
    const { port } = await startRedisOnPort(context)
    const { next } = startWorker('pyodide/servers', { context })
    const { http } = await next<Ports>()
    await runsToTheEnd(context, 'clients.py', [port, http])
  },
)

test(
  'PyMySQL: queries, transactions, errors, timeouts, and a row of 1 MB',
  needsClients({ pymysql: 'python3-pymysql' }, 'mariadbd', 'mariadb-server'),
  async (context) => {
    const { port } = await startMariadb(context, [
      'CREATE DATABASE shop CHARACTER SET utf8mb4;',
      "CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'secret';",
      "GRANT ALL ON shop.* TO shop@'127.0.0.1';",
    ])
    await runsToTheEnd(context, 'mysql.py', [port])
  },
)

test(
  'paho-mqtt: publish and subscribe with QoS 0, 1 and 2, retained messages and sessions',
  needsClients({ paho: 'python3-paho-mqtt' }, 'mosquitto'),
  async (context) => {
    const { port } = await startMosquitto(context)
    // It binds each connection to any address of the machine, which `--loopback-only` refuses.
    await runsToTheEnd(context, 'mqtt.py', [port], ['--allow', '127.0.0.1', '--allow', '0.0.0.0'])
  },
)
