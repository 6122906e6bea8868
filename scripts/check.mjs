// The inner loop: checks a change in seconds. It checks format, lint, generated files and types, builds what has changed,
// and runs the tests of the folders that the change touches.
//   node scripts/check.mjs [--base REV]
// The change is the difference between REV (HEAD unless given) and the working tree, untracked files included.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

// The tests of a changed file, named as scripts/test.mjs takes them. The first row whose text begins the file's path
// counts; * is the name of one folder.
const TESTS = [
  ['src/addresses/', 'core/addresses socket/ package/layers'],
  ['src/readiness/', 'selector/ reactor/ package/layers'],
  ['src/reactor/', 'reactor/ async/ package/layers'],
  ['src/index.ts', 'package/'],
  ['src/*/', '*/ package/layers'],
  ['native/faults/', 'faults/ package/layers'],
  ['native/lookup/', 'native/ resolve/'],
  ['native/platform/sockaddr', 'core/addresses socket/'],
  ['native/readiness/', 'native/ selector/ reactor/'],
  ['native/trace/', 'native/ trace/'],
  ['native/constants.def', 'native/constants'],
  ['native/', 'native/ socket/'],
  ['test/*/', '*/'],
  ['bench/', 'bench/'],
  ['report/', 'cli/report'],
  ['examples/', 'examples echo-threads package/layers'],
  ['docs/', 'package/documentation package/running'],
  ['scripts/site/', 'package/site'],
  ['typedoc.json', 'package/site'],
  ['README.md', 'package/documentation package/running'],
  ['CONTRIBUTING.md', 'package/documentation package/layers'],
  ['package.json', 'package/'],
  ['tsconfig.json', 'package/'],
]

/** The width of a step's title in the output. */
const TITLE_WIDTH = 24

const { base } = parseArgs({ options: { base: { type: 'string', default: 'HEAD' } } }).values

function fail(message) {
  process.stderr.write(`check: ${message}\n`)
  process.exit(1)
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) fail(stderr.trim())
  return stdout.split('\0').filter((path) => path !== '')
}

function changedFiles() {
  const tracked = git('diff', '--name-only', '--no-renames', '-z', base)
  return [...tracked, ...git('ls-files', '--others', '--exclude-standard', '-z')].sort()
}

/** The test files that use a file of test/support/ or test/fixtures/, by name, directly or through other such files. */
function testsThatUse(file) {
  const folder = join(root, 'test')
  const sources = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.ts'))
  const texts = new Map(sources.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const found = new Set([file.slice('test/'.length)])
  for (const used of found) {
    const name = basename(used).replace(/\.\w+$/, '')
    const mention = new RegExp(`[/'"\`]${name}(\\.js)?['"\`]`)
    for (const [path, text] of texts) if (mention.test(text)) found.add(path)
  }
  return [...found].filter((path) => path.endsWith('.test.ts')).map((path) => path.replace(/\.ts$/, ''))
}

function testsOf(file) {
  if (/^test\/(support|fixtures)\//.test(file)) return testsThatUse(file)
  for (const [start, tests] of TESTS) {
    const match = new RegExp(`^${start.replaceAll('.', '\\.').replace('*', '([^/]+)')}`).exec(file)
    if (match !== null) return tests.replace('*', match[1]).split(' ')
  }
  return []
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const failed = []

/** Runs a command, and prints how long it took. Its output is shown only if it fails, and of tests only the failures. */
async function run(title, command, ...args) {
  const start = performance.now()
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const [status] = await once(child, 'close')
  const passed = /^ℹ pass (\d+)$/m.exec(output)
  const note = status !== 0 ? '  FAILED' : passed ? `  ${passed[1]} passed` : ''
  process.stdout.write(`  ${title.padEnd(TITLE_WIDTH)} ${seconds(start).padStart(7)}${note}\n`)
  if (status === 0) return
  failed.push(title)
  process.stdout.write(`${output.slice(Math.max(0, output.indexOf('✖ failing tests:'))).trim()}\n`)
}

const tool = (name) => join(root, 'node_modules', '.bin', name)
const script = (name, ...args) => [process.execPath, join('scripts', name), ...args]

const began = performance.now()
const files = changedFiles()
const touches = (...folders) => files.some((file) => folders.some((folder) => file.startsWith(folder)))
const tests = [...new Set(files.flatMap(testsOf))].sort()
process.stdout.write(`check: files that differ from ${base}: ${files.length}; tests: ${tests.join(' ') || 'none'}\n`)

const steps = [
  run('format and lint', tool('biome'), 'check', '.'),
  run('generated files', ...script('generate.mjs', '--check')),
  run('addon', ...script('build-native.mjs')),
  run('types, compile', tool('tsc'), '-p', 'tsconfig.json'),
]
if (touches('report/', 'src/cli/report/'))
  steps.push(run("the report's types", tool('tsc'), '-p', 'report/tsconfig.json'))
if (touches('report/') || !existsSync(join(root, 'dist/report/page.html.br'))) {
  steps.push(run("the report's page", ...script('build-report.mjs')))
}
await Promise.all(steps)
if (failed.length === 0 && tests.some((name) => name.startsWith('package/'))) {
  await run('the package', ...script('build-package.mjs'))
}
if (failed.length === 0 && tests.length > 0) await run('tests', ...script('test.mjs', ...tests))

if (failed.length > 0) fail(`failed: ${failed.join(', ')} (${seconds(began)})`)
process.stdout.write(`check: passed in ${seconds(began)}\n`)
