// Builds the addon into native/bin/, or says in one line what is missing.
//   node scripts/build-native.mjs [--asan | --posix] [--force]
// --asan builds berkeley-asan.node, with the sanitizers; --posix builds berkeley-posix.node, which uses the calls of POSIX
// alone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nativeValues } from './generate/constants.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const native = join(root, 'native')
const VARIANTS = {
  '--asan': { suffix: '-asan', definition: '-Dsanitize=1', what: 'the sanitized addon' },
  '--posix': { suffix: '-posix', definition: '-Dposix=1', what: 'the addon for POSIX' },
}
const variant = Object.entries(VARIANTS).find(([flag]) => process.argv.includes(flag))?.[1]
const product = join(native, 'bin', `berkeley${variant?.suffix ?? ''}.node`)

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

// Everything that the product is made from. With the same inputs, nothing is built again.
function stamp() {
  const hash = createHash('sha256').update(`${process.version} ${process.arch} ${process.platform}`)
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

// Node's own headers, beside the running binary or where distributions put them; only then would node-gyp download.
function headersFolder() {
  const candidates = [resolve(dirname(process.execPath), '..'), '/usr', '/usr/local']
  return candidates.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
}

mkdirSync(join(native, 'generated'), { recursive: true })
const valuesFile = join(native, 'generated', 'constants.inc')
const values = nativeValues(root)
if (!existsSync(valuesFile) || readFileSync(valuesFile, 'utf8') !== values) writeFileSync(valuesFile, values)

const wanted = stamp()
const stampFile = `${product}.stamp`
if (!process.argv.includes('--force') && existsSync(product) && existsSync(stampFile)) {
  if (readFileSync(stampFile, 'utf8') === wanted) process.exit(0)
}

requireTool(process.env.CXX ?? 'g++', 'a C++17 compiler', 'g++')
requireTool('make', 'make', 'make')
requireTool(process.env.PYTHON ?? 'python3', 'Python 3 for node-gyp', 'python3')

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
const headers = headersFolder()
const args = [nodeGyp, 'rebuild', '--jobs=2', '-C', native, ...(headers ? [`--nodedir=${headers}`] : [])]
if (variant) args.push('--', variant.definition)
process.stderr.write(`berkeley: building ${variant?.what ?? 'the addon'} (once)...\n`)
const built = spawnSync(process.execPath, args, { encoding: 'utf8' })
if (built.status !== 0) {
  process.stderr.write(built.stdout + built.stderr)
  fail(
    headers
      ? 'the addon did not compile; the compiler says why above'
      : 'no Node headers found: apt-get install libnode-dev, or install Node from nodejs.org',
  )
}
// -Werror stops the project's own warnings; what is left to print would be node-gyp's chatter.
mkdirSync(dirname(product), { recursive: true })
copyFileSync(join(native, 'build', 'Release', 'berkeley.node'), product)
writeFileSync(stampFile, wanted)
