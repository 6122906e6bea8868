// berkeley trace: the program runs as it would alone, and its calls are written however it ends.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readTraces } from 'berkeley'
import type { PageData } from '../../src/cli/report/data.js'
import { Child, type Ended, fixture, run, type Start } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'

const limits = { timeout: 60_000 }

function traced(context: TestContext, args: readonly string[], start: Start = {}): Promise<Ended> {
  return run(context, 'src/cli/main.js', ['trace', ...args], start)
}

function dataOf(report: string): PageData {
  const text = readFileSync(report, 'utf8')
  const json = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(text)![1]!
  return JSON.parse(json) as PageData
}

/** The verbs of a thread in a report. */
function verbs({ sections, strings }: PageData, thread: string): string[] {
  const found = sections.flatMap(({ threads }) => threads).find(({ name }) => name === thread)
  return found!.spans.map(([name]) => strings[name]!)
}

function program(folder: string, text: string, name = 'program.mjs'): string {
  const file = join(folder, name)
  writeFileSync(file, text.replace("'berkeley'", `'${import.meta.resolve('berkeley')}'`))
  return file
}

test(
  'trace command: arguments, output and exit status are the program’s, and all its calls are reported',
  limits,
  async (context) => {
    const folder = temporaryFolder()
    const [out, json] = [join(folder, 'report.html'), join(folder, 'trace.json')]
    const script = program(
      folder,
      `import { Socket } from 'berkeley'
    const [a, b] = Socket.pair()
    a.send('x'); b.recv(1)
    console.log(process.argv.slice(2).join('|'))
    process.exitCode = 7`,
    )
    const { code, stdout, stderr } = await traced(context, ['-o', out, '--json', json, script, '--json', '-o', 'a b'])
    assert.equal(code, 7)
    assert.equal(stdout.toString(), '--json|-o|a b\n')
    const passed = '--json was passed to the program: options of berkeley trace come before the script'
    assert.equal(stderr, `berkeley: 3 calls of 1 thread: ${out}, ${json}\nberkeley: ${passed}\n`)
    assert.deepEqual(verbs(dataOf(out), 'main thread'), ['pair', 'send', 'recv'])
    const { traceEvents } = JSON.parse(readFileSync(json, 'utf8')) as { traceEvents: { ph: string; name: string }[] }
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name),
      ['pair', 'send', 'recv'],
    )
  },
)

/** Whether all threads of the program wait, by its recording in this folder. */
function allThreadsWait(folder: string): boolean {
  const [recording] = readdirSync(folder).filter((name) => name.startsWith('berkeley-trace-'))
  const [trace] = readTraces(join(folder, recording!))
  return trace!.threads.every(({ calls }) => calls.length === 4 && calls[3]!.systemCalls['poll'] !== undefined)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`trace command: ${signal} leaves a complete report, with the unfinished calls`, limits, async (context) => {
    const folder = temporaryFolder()
    const out = join(folder, 'report.html')
    const start = { env: { TMPDIR: folder } }
    const child = new Child(context, 'src/cli/main.js', ['trace', '-o', out, fixture('trace/blocked-threads')], start)
    await child.prints(/blocked/)
    while (!allThreadsWait(folder)) await new Promise((resolve) => setImmediate(resolve))
    child.signal(signal)
    const { code, stderr } = await child.ended()
    assert.equal(code, signal === 'SIGINT' ? 130 : 143, stderr)
    const data = dataOf(out)
    assert.deepEqual(verbs(data, 'worker 1'), ['pair', 'send', 'recv', 'recv'])
    const unfinished = data.strings.indexOf('unfinished')
    assert.ok(data.sections[0]!.threads.every(({ spans }) => spans.at(-1)![7] === unfinished))
    assert.deepEqual(readdirSync(folder), ['report.html'])
  })
}

test('trace command: a failure is reported in one line before anything runs', limits, async (context) => {
  const folder = temporaryFolder()
  const witness = join(folder, 'ran')
  const script = program(folder, `import { writeFileSync } from 'node:fs'; writeFileSync('${witness}', '')`)
  const out = join(folder, 'report.html')
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['-o', join(folder, 'none', 'x.html'), script], /cannot write .*none\/x\.html: no such file or directory/],
    [['-o', folder, script], /cannot write .*: illegal operation on a directory/],
    [['-o', out, '--json', '/nonexistent/x', script], /cannot write \/nonexistent\/x/],
    [['-o', out, join(folder, 'missing.js')], /there is no script .*missing\.js/],
    [['-o', out, '--from', join(folder, 'missing')], /there is no folder .*missing/],
    [['-o', out, '--from', folder], /there is no recording in /],
  ]
  for (const [args, message] of cases) {
    const { code, stderr } = await traced(context, args)
    assert.equal(code, 1)
    assert.match(stderr, /^berkeley: [^\n]+\n$/)
    assert.match(stderr, message)
    assert.ok(!existsSync(witness))
    assert.ok(!existsSync(out), 'an empty file is left')
  }
})

test('trace command: wrong usage has exit status 2', limits, async (context) => {
  for (const args of [[], ['--limit', '0', 'x.js'], ['--limit', 'many', 'x.js'], ['--from', '.', 'x.js']]) {
    assert.equal((await traced(context, args)).code, 2, args.join(' '))
  }
})

test('trace command: reports existing recordings, and a program that makes no call', limits, async (context) => {
  const folder = temporaryFolder()
  const out = join(folder, 'report.html')
  for (let round = 0; round < 2; round++) {
    await run(context, 'test/fixtures/trace/ten-calls.js', [], { env: { BERKELEY_TRACE: folder } })
  }
  const { code, stderr } = await traced(context, ['--from', folder, '-o', out])
  assert.equal(code, 0, stderr)
  assert.equal(dataOf(out).sections.length, 2)
  const unused = join(folder, 'unused.html')
  const idle = await traced(context, ['-o', unused, program(folder, '')])
  assert.equal(idle.code, 0)
  assert.match(idle.stderr, /no berkeley call was recorded, so .*unused\.html was not written/)
  assert.ok(!existsSync(unused))
})

test('trace command: --limit keeps the last calls and counts the dropped ones', limits, async (context) => {
  const out = join(temporaryFolder(), 'report.html')
  const { stderr } = await traced(context, ['-o', out, '--limit', '4', fixture('trace/ten-calls')])
  assert.match(stderr, /4 calls of 1 thread \(--limit dropped 6 earlier ones\)/)
  assert.equal(dataOf(out).sections[0]!.threads[0]!.dropped, 6)
})

test(
  'trace command: runs TypeScript where Node does, and otherwise reports what is needed',
  limits,
  async (context) => {
    const folder = temporaryFolder()
    const out = join(folder, 'report.html')
    const script = program(
      folder,
      `import { Socket } from 'berkeley'\nconst s: Socket = new Socket(); s.close()`,
      'x.mts',
    )
    const { code, stderr } = await traced(context, ['-o', out, script])
    if (code === 0) assert.deepEqual(verbs(dataOf(out), 'main thread'), ['socket', 'close'])
    else
      assert.match(
        stderr,
        /^berkeley: Node .* does not run TypeScript: use Node 22\.6 or newer, install tsx, or compile/,
      )
  },
)
