// Runs the compiled tests with Node's own runner. A name is a part of a test's path: `reader`, `socket/`.
//   node scripts/test.mjs [--asan | --tsan] [name ...]
// --asan leaves out, unless names are given, what compiles, bundles and prints: other tests make the same native calls.
// --tsan runs the tests of what threads share, unless names are given, and fails for any report of ThreadSanitizer, of a
// child process as well.
// BERKELEY_ADDON chooses another addon, by its path from the current folder.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sanitized } from './sanitizers.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const asan = words.includes('--asan')
const tsan = words.includes('--tsan')
/**
 * The tests of what threads share: wake descriptors, wakers, signals, lookups, traces, the event loop's thread, the ends of
 * environments. Others lower limits or preload libraries, under which ThreadSanitizer itself does not run.
 */
const SHARED_STATE = [
  'async/async-socket',
  'async/stopping',
  'native/addon-safety',
  'native/environment-end',
  'native/interrupt-thread',
  'native/signals',
  'native/teardown',
  'resolve/numeric',
  'serve/serve.test',
  'trace/trace.test',
]
/** Folders whose tests run compilers, bundlers, browsers, the command line and other servers, and make no native call of their own. */
const ABOVE_NATIVE = ['bench/', 'cli/', 'http/', 'interop/', 'package/', 'pyodide/', 'web/']
const given = words.filter((word) => !word.startsWith('--'))
const names = tsan && given.length === 0 ? SHARED_STATE : given
const omitted = asan && given.length === 0 ? ABOVE_NATIVE : []
const folder = join(root, 'dist', 'test')
// The compiler leaves the products of sources that were moved or removed.
const hasSource = (file) => existsSync(join(root, 'test', file.replace(/\.js$/, '.ts')))
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.test.js') && hasSource(file))
  .filter((file) => !omitted.some((name) => file.startsWith(name)))
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
  .sort()
  .map((file) => join(folder, file))

if (files.length === 0) {
  process.stderr.write(`berkeley: no test is called ${names.join(' or ')}\n`)
  process.exit(1)
}

let env = { ...process.env }
if (env.BERKELEY_ADDON) env.BERKELEY_ADDON = resolve(env.BERKELEY_ADDON)
if (asan) env = sanitized('asan', env)
// The reports are files: a child process that writes one may have an end or an output of which its test sees nothing.
const reports = join(root, 'native', 'build', 'tsan')
if (tsan) {
  env = sanitized('tsan', env)
  // The event loop's thread exists only where libuv's watcher is not used.
  env.BERKELEY_REACTOR ??= 'thread'
  env.TSAN_OPTIONS += `:log_path=${join(reports, 'report')}`
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
}
// More than two cores have: a test mostly waits.
const args = ['--test', '--test-reporter=spec', '--test-concurrency=3', ...files]
const run = spawnSync(process.execPath, args, { stdio: 'inherit', env, cwd: root })
const found = tsan ? readdirSync(reports) : []
for (const name of found) process.stderr.write(readFileSync(join(reports, name), 'utf8'))
process.exit(found.length > 0 ? 1 : (run.status ?? 1))
