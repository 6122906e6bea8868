// berkeley compare --report: every way has its calls and its requests in one picture, whatever ends it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PageData } from '../../src/cli/report/data.js'
import { noBrowser, openFile } from '../support/browser.js'
import { Child, type Ended, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { tcpServer } from '../support/node-servers.js'

const limits = { timeout: 120_000 }
const WAYS = ['blocking', 'threads', 'selector', 'async', 'handlers', 'node:net']
/** How long a reply takes at least, in milliseconds: Node's timers are up to one early. */
const REPLY = 19
const SMALL = ['--connections', '4', '--requests', '2', '--latency', '20ms', '--threads', '2', '--no-strace']

function compared(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', ['compare', ...SMALL, ...args])
}

function temporaryFile(): string {
  return join(temporaryFolder(), 'report.html')
}

function dataOf(report: string): PageData {
  const json = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(readFileSync(report, 'utf8'))![1]!
  return JSON.parse(json) as PageData
}

test('every way has its requests and, but for node:net, its calls, on one axis', limits, async (context) => {
  const report = temporaryFile()
  const { code, stderr } = await compared(context, '--report', report)
  assert.equal(code, 0, stderr)
  const { sections, strings, figures } = dataOf(report)
  assert.deepEqual(
    sections.map(({ label }) => label),
    WAYS,
  )
  assert.deepEqual(figures!.heads, ['', ...WAYS])
  for (const { label, threads } of sections) {
    const spans = threads.flatMap((thread) => thread.spans)
    const named = (name: string) => spans.filter(([place]) => strings[place] === name)
    assert.equal(named('request').length, 8, label)
    assert.ok(named('request').every(([, , start, duration]) => start >= 0 && duration >= REPLY))
    if (label !== 'node:net') assert.ok(named('send').length >= 8, label)
  }
  const end = ({ threads }: PageData['sections'][number]): number =>
    Math.max(...threads.flatMap(({ spans }) => spans.map(([, , start, duration]) => start + duration)))
  // One after the other.
  assert.ok(end(sections[0]!) >= 8 * REPLY)
})

test('in a browser there are bars for each way', { ...limits, skip: noBrowser }, async (context) => {
  const report = temporaryFile()
  assert.equal((await compared(context, '--report', report)).code, 0)
  const viewport = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const
  const { page, complaints, requests } = await openFile(context, report, viewport)
  const drawn = await page.evaluate<string[]>('berkeleyReport.drawn.map(({ section }) => section)')
  assert.deepEqual([...new Set(drawn)], WAYS)
  assert.deepEqual(complaints, [])
  assert.equal(requests.length, 1)
})

test('a report that cannot be written is told before anything runs', limits, async (context) => {
  const { code, stderr, stdout } = await compared(context, '--report', '/nonexistent/report.html')
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: cannot write \/nonexistent\/report\.html: no such file or directory\n$/)
  assert.equal(stdout.length, 0)
})

test('Ctrl-C in the middle leaves a report of what was done', limits, async (context) => {
  const report = temporaryFile()
  const args = ['compare', '--connections', '20', '--requests', '20', '--latency', '100ms', '--report', report]
  const child = new Child(context, 'src/cli/main.js', args)
  await child.prints(/it answers after/)
  child.signal('SIGINT')
  assert.equal((await child.ended()).code, 130)
  assert.ok(dataOf(report).facts.some((fact) => fact.includes('interrupted')))
})

test('Ctrl-C before anything runs leaves no empty report', limits, async (context) => {
  const report = temporaryFile()
  let asked: () => void = () => {}
  const probed = new Promise<void>((resolve) => {
    asked = resolve
  })
  const port = await tcpServer(context, () => asked())
  const child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), '--report', report])
  await probed
  child.signal('SIGINT')
  assert.equal((await child.ended()).signal, 'SIGINT')
  assert.equal(existsSync(report), false)
})

test('a target that refuses leaves no empty report', limits, async (context) => {
  const report = temporaryFile()
  const args = ['compare', '127.0.0.1', '1', '--report', report]
  const { code } = await run(context, 'src/cli/main.js', args)
  assert.equal(code, 1)
  assert.equal(existsSync(report), false)
})
