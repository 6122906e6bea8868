// Builds the addon into native/bin/, and compiles only what has changed. If a tool is missing, one line names it.
//   node scripts/build-native.mjs [--asan | --tsan] [--posix] [--faults] [--force]
// --asan builds berkeley-asan.node, with AddressSanitizer and UBSan. --tsan builds berkeley-tsan.node, with
// ThreadSanitizer. --posix builds berkeley-posix.node, which uses the calls of POSIX instead of Linux's own: see
// native/platform/. --faults builds berkeley-faults.node, whose calls tests can make fail: see native/faults/. Together they
// build one addon: berkeley-asan-faults.node.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nativeValues } from './generate/constants.mjs'
import { headersFolder } from './node-headers.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const native = join(root, 'native')
const VARIANTS = {
  '--asan': { suffix: '-asan', define: 'sanitize=1', what: 'with the sanitizers' },
  '--tsan': { suffix: '-tsan', define: 'threads=1', what: 'with ThreadSanitizer' },
  '--posix': { suffix: '-posix', define: 'posix=1', what: 'for POSIX' },
  '--faults': { suffix: '-faults', define: 'faults=1', what: 'with the fault switch' },
}
const flags = Object.keys(VARIANTS).filter((name) => process.argv.includes(name))
const together = (key, separator) => flags.map((flag) => VARIANTS[flag][key]).join(separator)
const suffix = together('suffix', '')
const define = together('define', ' ')
const what = ['the addon', ...flags.map((flag) => VARIANTS[flag].what)].join(' ')
const product = join(native, 'bin', `berkeley${suffix}.node`)

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

const target = `${process.version} ${process.arch} ${process.platform}`

// A hash of everything that the product is made from: the same inputs give the same stamp, and nothing is built.
function stamp() {
  const hash = createHash('sha256').update(target)
  for (const file of readdirSync(native, { recursive: true }).sort()) {
    const isSource = /\.(cc|h|inc|gyp)$/.test(file) && !/^(bin|build)\b/.test(file)
    if (isSource) hash.update(file).update(readFileSync(join(native, file)))
  }
  return hash.digest('hex')
}

function requireTool(command, what, debianPackage) {
  const found = spawnSync(command, ['--version'], { stdio: 'ignore' })
  if (found.error || found.status !== 0) {
    fail(`building the addon needs ${what} (tried "${command}"): on Debian, apt-get install ${debianPackage}`)
  }
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
mkdirSync(join(native, 'generated'), { recursive: true })
const valuesFile = join(native, 'generated', 'constants.inc')
const values = nativeValues(root)
if (read(valuesFile) !== values) writeFileSync(valuesFile, values)

const wanted = stamp()
const stampFile = `${product}.stamp`
const isForced = process.argv.includes('--force')
if (!isForced && existsSync(product) && read(stampFile) === wanted) process.exit(0)
// make compiles what has changed, or everything if the compiler's options have. It does not notice other headers of Node.
const targetFile = join(native, 'build', 'target.txt')
const commands = !isForced && read(targetFile) === target ? ['configure', 'build'] : ['rebuild']

requireTool(process.env.CXX ?? 'g++', 'a C++17 compiler', 'g++')
requireTool('make', 'make', 'make')
requireTool(process.env.PYTHON ?? 'python3', 'Python 3 for node-gyp', 'python3')

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
// Without headers node-gyp would download them.
const headers = headersFolder()
const args = [nodeGyp, ...commands, '--jobs=2', '-C', native, ...(headers ? [`--nodedir=${headers}`] : [])]
const env = { ...process.env, GYP_DEFINES: `${process.env.GYP_DEFINES ?? ''} ${define}` }
process.stderr.write(`berkeley: building ${what}...\n`)
const built = spawnSync(process.execPath, args, { encoding: 'utf8', env })
if (built.status !== 0) {
  process.stderr.write(built.stdout + built.stderr)
  fail(
    headers
      ? 'the addon did not compile; the compiler says why above'
      : 'no Node headers found: apt-get install libnode-dev, or install Node from nodejs.org',
  )
}
// The compiler's output is not printed: warnings of the project's own code are errors, and the rest is node-gyp's.
writeFileSync(targetFile, target)
mkdirSync(dirname(product), { recursive: true })
copyFileSync(join(native, 'build', 'Release', 'berkeley.node'), product)
writeFileSync(stampFile, wanted)
