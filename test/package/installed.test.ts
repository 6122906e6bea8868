// The package as users get it: packed, unpacked into node_modules, and used with nothing else: no compiler, no script, no
// other package.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { addonPreload, Child, fixture } from '../support/child.js'
import { packageFolder, root, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const project = temporaryFolder()
const installed = join(project, 'node_modules', 'berkeley')
/** Nothing can be found by its name. */
const bareEnvironment: NodeJS.ProcessEnv = { ...addonPreload, PATH: '' }

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies?: unknown
  readonly scripts?: unknown
}
const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

function run(command: string, ...args: string[]): string {
  // Libraries preloaded into this process, such as a sanitizer, are not meant for these programs.
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: project,
    env: { ...process.env, LD_PRELOAD: '' },
  })
  assert.equal(status, 0, stderr)
  return stdout
}

before(() => {
  mkdirSync(installed, { recursive: true })
  const tarball = run('npm', 'pack', '--silent', packageFolder).trim()
  run('tar', 'xzf', tarball, '--strip-components=1', '-C', installed)
  copyFileSync(fixture('package/every-way'), join(project, 'every-way.mjs'))
  writeFileSync(join(project, 'handler.mjs'), 'export default (socket) => { socket.sendAll(socket.recv(10)) }\n')
})

const EXCHANGES = [
  'blocking: hello',
  'non-blocking: true',
  'selector: client',
  'option: true',
  'trace: 1',
  'proxy header: 1',
  'tls: ECONNREFUSED',
  'serve and openConnection: echo',
]

test('installed package: every way to wait works, in a worker too', limits, async (context) => {
  const child = new Child(context, process.execPath, ['every-way.mjs'], { cwd: project, env: bareEnvironment })
  const { code, stdout, stderr } = await child.ended()
  assert.equal(code, 0, stderr)
  assert.deepEqual(stdout.toString().trim().split('\n'), [
    ...EXCHANGES.map((line) => `main thread: ${line}`),
    'main thread: serveBlocking: thread',
    ...EXCHANGES.map((line) => `worker: ${line}`),
  ])
})

test('installed package: an uncaught error is shown by the name of its class', limits, async (context) => {
  const program = "import { Socket } from 'berkeley'; new Socket().recv(1)"
  const args = ['--input-type=module', '--eval', program]
  const { code, stderr } = await new Child(context, process.execPath, args, { cwd: project }).ended()
  assert.equal(code, 1)
  assert.match(stderr, /^SocketError: recv ENOTCONN: the socket is not connected$/m)
})

test('installed package: the command line runs', limits, async (context) => {
  const main = join(installed, manifestIn(installed).bin['berkeley']!)
  const start = { cwd: project, env: bareEnvironment }
  const modes = await new Child(context, process.execPath, [main, 'modes', '--json'], start).ended()
  assert.equal(modes.code, 0, modes.stderr)
  assert.ok(JSON.parse(modes.stdout.toString()))
  const report = join(project, 'report.html')
  const compare = [main, 'compare', '--requests', '10', '--no-strace', '--report', report]
  const compared = await new Child(context, process.execPath, compare, start).ended()
  assert.equal(compared.code, 0, compared.stderr)
  assert.match(readFileSync(report, 'utf8'), /^<!doctype html>/i)
  // Its program is found, which then looks for what the user has to install.
  const python = await new Child(context, process.execPath, [main, 'python', main], start).ended()
  assert.deepEqual([python.code, python.stdout.length], [1, 0])
  assert.match(python.stderr, /^berkeley: the package pyodide is not installed: /)
})

test('installed package: a program that does not import trace is traced', limits, async (context) => {
  const main = join(installed, manifestIn(installed).bin['berkeley']!)
  const report = join(project, 'trace.html')
  writeFileSync(join(project, 'pair.mjs'), "import { Socket } from 'berkeley'; Socket.pair()[0].sendAll('hello')\n")
  const args = [main, 'trace', '--out', report, 'pair.mjs']
  const { code, stderr } = await new Child(context, process.execPath, args, { cwd: project }).ended()
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^berkeley: 2 calls of 1 thread: /)
  assert.match(readFileSync(report, 'utf8'), /^<!doctype html>/i)
})

test('installed package: where no descriptor is left, loading a part fails as a system call does', async (context) => {
  const program = `import { openSync } from 'node:fs'
    import { openConnection, Selector } from 'berkeley'
    const opened = []
    try { for (;;) opened.push(openSync('/dev/null')) } catch {}
    const ofPromise = await openConnection({ host: '127.0.0.1', port: 1 }).catch((error) => error)
    let thrown
    try { new Selector() } catch (error) { thrown = error }
    console.log(JSON.stringify([ofPromise, thrown].map(({ name, code, message }) => [name, code, message])))`
  writeFileSync(join(project, 'shortage.mjs'), program)
  const args = ['-c', 'ulimit -n 100; exec "$0" shortage.mjs', process.execPath]
  const { code, stdout, stderr } = await new Child(context, '/bin/sh', args, { cwd: project }).ended()
  assert.equal(code, 0, stderr)
  const message = 'open EMFILE: the process has as many descriptors open as its limit allows (ulimit -n)'
  const failure = ['SocketError', 'EMFILE', message]
  assert.deepEqual(JSON.parse(stdout.toString()), [failure, failure])
})

/** The error of an import of the package in another folder, whose addon is replaced. */
async function failureWith(context: TestContext, addon: string | null): Promise<string> {
  const folder = temporaryFolder()
  cpSync(join(installed, 'lib'), join(folder, 'lib'), { recursive: true })
  copyFileSync(join(installed, 'package.json'), join(folder, 'package.json'))
  for (const target of readdirSync(join(installed, 'native', 'bin'))) {
    mkdirSync(join(folder, 'native', 'bin', target), { recursive: true })
    if (addon !== null) writeFileSync(join(folder, 'native', 'bin', target, 'berkeley.node'), addon)
  }
  const env = { ...bareEnvironment, BERKELEY_ADDON: undefined }
  const child = new Child(context, process.execPath, [join(folder, 'lib', 'index.js')], { env })
  const { code, stderr } = await child.ended()
  assert.equal(code, 1)
  return /^Error: (.*)$/m.exec(stderr)?.[1] ?? stderr
}

test(
  'installed package: where it has no addon, or none that loads, one line says what to do',
  limits,
  async (context) => {
    const advice = /: npm ci && npm run build:native in a clone of berkeley builds .*; copy it to .*berkeley\.node$/
    const missing = await failureWith(context, null)
    assert.match(missing, /^berkeley: there is no addon for [\w-]+ \(looked for /)
    assert.match(missing, advice)
    const broken = await failureWith(context, 'no library')
    assert.match(broken, /^berkeley: the addon for [\w-]+ does not load \(.*berkeley\.node/)
    assert.match(broken, advice)
  },
)

test('installed package: it exports what the repository exports, and depends on nothing', () => {
  const manifest = manifestIn(installed)
  assert.deepEqual(Object.keys(manifest.exports), Object.keys(manifestIn(root).exports))
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? target : [target.types, target.default],
  )
  assert.deepEqual(
    targets.filter((file) => !existsSync(join(installed, file))),
    [],
  )
  assert.equal(manifest.dependencies, undefined)
  assert.equal(manifest.scripts, undefined)
})

test('installed package: each value that is declared is there', limits, async (context) => {
  const declared = readFileSync(join(installed, 'lib', 'index.d.ts'), 'utf8')
  const names = /^export \{ ([^}]*) \};$/m
    .exec(declared)![1]!
    .split(', ')
    .filter((name) => !name.startsWith('type '))
  assert.ok(names.length > 100)
  const program = `import * as all from 'berkeley'
    console.log(JSON.stringify(${JSON.stringify(names)}.filter((name) => !(name in all))))`
  const args = ['--input-type=module', '--eval', program]
  const { stdout, stderr } = await new Child(context, process.execPath, args, { cwd: project }).ended()
  assert.equal(stdout.toString(), '[]\n', stderr)
})

test('installed package: functions and classes have their names, inside of classes too', limits, async (context) => {
  const program = `import * as all from 'berkeley'
    const refusal = (value) => {
      try {
        value()
      } catch ({ message }) {
        return /^Class constructor (.*) cannot be invoked without 'new'$/.exec(message)?.[1]
      }
    }
    const functions = Object.entries(all).filter(([, value]) => typeof value === 'function')
    const classes = functions.filter(([, value]) => String(value).startsWith('class'))
    const wrong = (entries, nameOf) => entries.filter(([name, value]) => nameOf(value) !== name).map(([name]) => name)
    console.log(JSON.stringify([classes.length > 5, wrong(functions, ({ name }) => name), wrong(classes, refusal)]))`
  const args = ['--input-type=module', '--eval', program]
  const { stdout, stderr } = await new Child(context, process.execPath, args, { cwd: project }).ended()
  assert.equal(stdout.toString(), '[true,[],[]]\n', stderr)
})

test('installed package: it has at most 450 kB without the addons', () => {
  // In the order of npm: the size of an archive depends on it.
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(installed, name))
  const contents = files.filter((file) => statSync(file).isFile() && !file.endsWith('.node'))
  const size = gzipSync(Buffer.concat(contents.map((file) => readFileSync(file))), { level: 9 }).length
  assert.ok(size <= 450_000, `${size} bytes`)
})
