// berkeley compare --report: the report has the calls and requests of every mode, however the command ends.
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
const MODES = ['blocking', 'threads', 'readiness', 'await', 'handlers', 'node:net']
/** The shortest reply: Node's timers fire up to a millisecond early. */
const MIN_REPLY_MS = 19
const SMALL_WORKLOAD = ['--connections', '4', '--requests', '2', '--latency', '20ms', '--threads', '2', '--no-strace']

function compared(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', ['compare', ...SMALL_WORKLOAD, ...args])
}

function temporaryFile(): string {
  return join(temporaryFolder(), 'report.html')
}

function dataOf(report: string): PageData {
  const json = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(readFileSync(report, 'utf8'))![1]!
  return JSON.parse(json) as PageData
}

test(
  'compare report: has the requests of every mode, and the calls of all but node:net, on one axis',
  limits,
  async (context) => {
    const report = temporaryFile()
    const { code, stderr } = await compared(context, '--report', report)
    assert.equal(code, 0, stderr)
    const { sections, strings, figures } = dataOf(report)
    assert.deepEqual(
      sections.map(({ label }) => label),
      MODES,
    )
    assert.deepEqual(figures!.heads, ['', ...MODES])
    for (const { label, threads } of sections) {
      const spans = threads.flatMap((thread) => thread.spans)
      const named = (name: string) => spans.filter(([index]) => strings[index] === name)
      assert.equal(named('request').length, 8, label)
      assert.ok(named('request').every(([, , start, duration]) => start >= 0 && duration >= MIN_REPLY_MS))
      if (label !== 'node:net') assert.ok(named('send').length >= 8, label)
    }
    const end = ({ threads }: PageData['sections'][number]): number =>
      Math.max(...threads.flatMap(({ spans }) => spans.map(([, , start, duration]) => start + duration)))
    // Mode `blocking` waits for one reply after the other.
    assert.ok(end(sections[0]!) >= 8 * MIN_REPLY_MS)
  },
)

test('compare report: draws bars for each mode in a browser', { ...limits, skip: noBrowser }, async (context) => {
  const report = temporaryFile()
  assert.equal((await compared(context, '--report', report)).code, 0)
  const viewport = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const
  const { page, complaints, requests } = await openFile(context, report, viewport)
  const drawn = await page.evaluate<string[]>('berkeleyReport.drawn.map(({ section }) => section)')
  assert.deepEqual([...new Set(drawn)], MODES)
  assert.deepEqual(complaints, [])
  assert.equal(requests.length, 1)
})

test('compare report: a file that cannot be written is reported before anything runs', limits, async (context) => {
  const { code, stderr, stdout } = await compared(context, '--report', '/nonexistent/report.html')
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: cannot write \/nonexistent\/report\.html: no such file or directory\n$/)
  assert.equal(stdout.length, 0)
})

test('compare report: Ctrl-C during the run leaves a report of the results until then', limits, async (context) => {
  const report = temporaryFile()
  const args = ['compare', '--connections', '20', '--requests', '20', '--latency', '100ms', '--report', report]
  const child = new Child(context, 'src/cli/main.js', args)
  await child.prints(/replies after/)
  child.signal('SIGINT')
  assert.equal((await child.ended()).code, 130)
  assert.ok(dataOf(report).facts.some((fact) => fact.includes('interrupted')))
})

test('compare report: Ctrl-C before anything runs leaves no empty report', limits, async (context) => {
  const report = temporaryFile()
  let onProbe: () => void = () => {}
  const probed = new Promise<void>((resolve) => {
    onProbe = resolve
  })
  const port = await tcpServer(context, () => onProbe())
  const child = new Child(context, 'src/cli/main.js', ['compare', '127.0.0.1', String(port), '--report', report])
  await probed
  child.signal('SIGINT')
  assert.equal((await child.ended()).signal, 'SIGINT')
  assert.equal(existsSync(report), false)
})

test('compare report: a refused connection leaves no empty report', limits, async (context) => {
  const report = temporaryFile()
  const args = ['compare', '127.0.0.1', '1', '--report', report]
  const { code } = await run(context, 'src/cli/main.js', args)
  assert.equal(code, 1)
  assert.equal(existsSync(report), false)
})
