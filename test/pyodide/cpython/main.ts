// CPython's own tests of sockets, in WebAssembly on this library's sockets, compared with CPython.
//   node dist/test/pyodide/cpython/main.js [--all]
// It needs Debian's libpython3.11-testsuite, and python3.11 of the same version. The exit status is 0 where at least 90 % of
// the tests pass that pass in CPython without threads and processes; `--all` lists every test that does not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { interruptThread } from 'berkeley'
import { root } from '../../support/folders.js'
import { exclusionOf } from './exclusions.js'
import type { SuiteRun } from './thread.js'

const SUITE = '/usr/lib/python3.11'
const PYTHON = '/usr/bin/python3.11'
const MODULES = [
  'test_socket',
  'test_select',
  'test_poll',
  'test_selectors',
  'test_socketserver',
  'test_httpservers',
  'test_asyncio.test_sock_lowlevel',
  'test_asyncio.test_selector_events',
  'test_asyncio.test_streams',
  'test_httplib',
  'test_smtplib',
  'test_ftplib',
  'test_urllib2_localnet',
  'test_xmlrpc',
]
const LIMIT_MS = 20_000
const REQUIRED_PERCENT = 90

interface Report {
  readonly outcomes: Readonly<Record<string, readonly [outcome: string, text: string]>>
  readonly imports: Readonly<Record<string, string>>
}

const runner = join(root, 'test/pyodide/cpython/runner.py')

async function inCPython(): Promise<Report> {
  const child = spawn(PYTHON, [runner, SUITE, ...MODULES], { stdio: ['ignore', 'pipe', 'ignore'] })
  return JSON.parse(await text(child.stdout)) as Report
}

async function inWasm(): Promise<Report> {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const indexURL = join(root, 'node_modules/pyodide-0.25/')
  const workerData: SuiteRun = { indexURL, suite: SUITE, runner, modules: MODULES, shared }
  const worker = new Worker(new URL('thread.js', import.meta.url), { workerData })
  const watch = setInterval(() => {
    const began = Atomics.load(shared, 1)
    if (began === 0 || (Math.trunc(Date.now() / 100) | 0) - began < LIMIT_MS / 100) return
    Atomics.store(shared, 0, 2)
    interruptThread(worker.threadId)
  }, 1000)
  try {
    const [report] = (await once(worker, 'message')) as [string]
    return JSON.parse(report) as Report
  } finally {
    clearInterval(watch)
    await worker.terminate()
  }
}

const moduleOf = (id: string): string => MODULES.find((name) => id.startsWith(`test.${name}.`)) ?? id

function report(cpython: Report, wasm: Report): number {
  const rows = new Map(MODULES.map((name) => [name, { compared: 0, passed: 0, excluded: 0 }]))
  const reasons = new Map<string, number>()
  const failures: string[] = []
  for (const [id, [outcome]] of Object.entries(cpython.outcomes)) {
    const row = rows.get(moduleOf(id))
    if (outcome !== 'passed' || row === undefined) continue
    const [own, said] = wasm.outcomes[id] ?? ['absent', wasm.imports[moduleOf(id)] ?? 'the test is not defined']
    const reason = own === 'passed' ? null : exclusionOf(id, said)
    if (reason !== null) {
      row.excluded++
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      continue
    }
    row.compared++
    if (own === 'passed') row.passed++
    else failures.push(`${id}: ${own}: ${process.argv.includes('--all') ? said : said.trim().split('\n').at(-1)}`)
  }
  for (const [name, { compared, passed, excluded }] of rows) {
    console.log(`${name.padEnd(36)} ${passed} of ${compared} passed, ${excluded} excluded`)
  }
  for (const [reason, count] of reasons) console.log(`excluded: ${count} ${reason}`)
  for (const failure of failures) console.log(`failed: ${failure}`)
  const all = [...rows.values()]
  const [compared, passed] = [
    all.reduce((sum, row) => sum + row.compared, 0),
    all.reduce((sum, row) => sum + row.passed, 0),
  ]
  const percent = (100 * passed) / compared
  console.log(`${passed} of ${compared} passed: ${percent.toFixed(1)} %`)
  return percent
}

if (!existsSync(join(SUITE, 'test/test_socket.py'))) {
  console.error('CPython’s tests are not installed (Debian: libpython3.11-testsuite)')
  process.exit(1)
}
const [cpython, wasm] = await Promise.all([inCPython(), inWasm()])
process.exitCode = report(cpython, wasm) >= REQUIRED_PERCENT ? 0 : 1
