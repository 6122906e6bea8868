// Runs the compiled tests with Node's own runner. A name is a part of a test's path: `reader`, `socket/`.
//   node scripts/test.mjs [--asan] [name ...]
// BERKELEY_ADDON chooses another addon, by its path from the current folder.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const asan = words.includes('--asan')
const names = words.filter((word) => !word.startsWith('--'))
const folder = join(root, 'dist', 'test')
// The compiler leaves the products of sources that were moved or removed.
const hasSource = (file) => existsSync(join(root, 'test', file.replace(/\.js$/, '.ts')))
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.test.js') && hasSource(file))
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
  .sort()
  .map((file) => join(folder, file))

if (files.length === 0) {
  process.stderr.write(`berkeley: no test is called ${names.join(' or ')}\n`)
  process.exit(1)
}

const env = { ...process.env }
if (env.BERKELEY_ADDON) env.BERKELEY_ADDON = resolve(env.BERKELEY_ADDON)
if (asan) {
  const library = (name) => spawnSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim()
  const preload = ['libasan.so', 'libubsan.so'].map(library)
  const missing = preload.find((path) => !existsSync(path))
  if (missing) {
    process.stderr.write(`berkeley: ${missing} not found: apt-get install libasan8 libubsan1\n`)
    process.exit(1)
  }
  env.LD_PRELOAD = [env.LD_PRELOAD, ...preload].filter(Boolean).join(':')
  env.ASAN_OPTIONS = 'detect_leaks=0:halt_on_error=1:allocator_may_return_null=1'
  env.UBSAN_OPTIONS = 'print_stacktrace=1:halt_on_error=1'
  env.BERKELEY_ADDON = join(root, 'native', 'bin', 'berkeley-asan.node')
}
const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files]
const run = spawnSync(process.execPath, args, { stdio: 'inherit', env, cwd: root })
process.exit(run.status ?? 1)
