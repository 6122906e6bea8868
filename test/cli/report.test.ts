// The report in a browser: it needs no network, shows every thread, and reacts to hovering, zooming and filters.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Report, ReportSpan, ReportThread } from '../../src/cli/report/data.js'
import { reportPage } from '../../src/cli/report/page.js'
import { noBrowser, type OpenPage, openFile } from '../support/browser.js'
import { temporaryFolder } from '../support/folders.js'

const limits = { skip: noBrowser, timeout: 60_000 }

const WINDOW_HEIGHT = 900

// A name that would break a page that parses it as markup.
const HOSTILE = '</script><img src=x onerror=alert(1)>'

const call = (start: number, more: Partial<ReportSpan> = {}): ReportSpan => ({
  name: 'recv',
  socket: 'fd 20',
  start,
  duration: 10,
  waiting: 8,
  waitStart: start + 1,
  bytes: 5,
  systemCalls: { recv: 2, poll: 1 },
  ...more,
})

const many = (count: number): ReportSpan[] =>
  Array.from({ length: count }, (_, index) => call(index * 0.01, { name: 'send', duration: 0.005, waiting: 0 }))

const thread = (name: string, spans: readonly ReportSpan[]): ReportThread => ({ name, spans, systemCalls: { recv: 3 } })

const REPORT: Report = {
  title: `A report of ${HOSTILE}`,
  facts: ['one fact', HOSTILE],
  conclusion: `Choose ${HOSTILE}`,
  sections: [
    {
      label: 'blocking',
      threads: [
        thread('main thread', [call(0), call(20, { outcome: 'failed', error: 'ECONNRESET' }), call(300)]),
        thread('worker 1', many(20_000)),
      ],
    },
    {
      label: 'async',
      threads: [thread('main thread', [call(5), call(8), call(9, { name: HOSTILE, socket: HOSTILE })])],
    },
  ],
}

interface Drawn {
  readonly section: string
  readonly row: string
  readonly x: number
  readonly y: number
}
interface Handle {
  readonly berkeleyReport: {
    readonly drawn: readonly Drawn[]
    readonly range: { readonly from: number; readonly to: number }
  }
}

interface Opened extends OpenPage {
  drawn(): Promise<readonly Drawn[]>
  range(): Promise<number>
}

async function open(
  context: TestContext,
  report: Report,
  width = 1280,
  dark = false,
): Promise<Opened & { file: string }> {
  const folder = temporaryFolder()
  const file = join(folder, 'report.html')
  writeFileSync(file, reportPage(report))
  const options = { viewport: { width, height: WINDOW_HEIGHT }, colorScheme: dark ? 'dark' : 'light' } as const
  const opened = await openFile(context, file, options)
  return {
    ...opened,
    file,
    drawn: () => opened.page.evaluate(() => (globalThis as unknown as Handle).berkeleyReport.drawn),
    range: () =>
      opened.page.evaluate(() => {
        const { from, to } = (globalThis as unknown as Handle).berkeleyReport.range
        return to - from
      }),
  }
}

/** Waits until the width of the visible range satisfies a condition. */
async function settled({ page, range }: Opened, holds: (width: number) => boolean): Promise<void> {
  while (!holds(await range())) await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)))
}

for (const width of [1280, 400]) {
  for (const dark of [false, true]) {
    test(
      `report: shows everything and requests nothing, ${width} pixels wide, ${dark ? 'dark' : 'light'}`,
      limits,
      async (context) => {
        const opened = await open(context, REPORT, width, dark)
        const { page, complaints, requests, file } = opened
        const drawn = await opened.drawn()
        const rows = new Set(drawn.map(({ section, row }) => `${section} ${row}`))
        assert.deepEqual([...rows].sort(), ['async main thread', 'blocking main thread', 'blocking worker 1'])
        // Twenty thousand calls, but no more bars than pixels.
        assert.ok(drawn.length < width)
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        assert.ok((overflow as number) <= 0, `${overflow} pixels too wide`)
        const background = await page.evaluate('getComputedStyle(document.body).backgroundColor')
        assert.equal(background, dark ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)')
        assert.deepEqual(complaints, [])
        assert.deepEqual(requests, [pathToFileURL(file).href])
        assert.equal(await page.locator('h1').textContent(), REPORT.title)
        assert.equal(await page.locator('img').count(), 0)
      },
    )
  }
}

test('report: hovering a bar shows the details of its call, and a click keeps them', limits, async (context) => {
  const opened = await open(context, REPORT)
  const { page } = opened
  const bar = (await opened.drawn()).find(({ section }) => section === 'async')!
  await page.mouse.move(bar.x, bar.y)
  const tooltip = page.locator('#chart dl')
  await tooltip.waitFor()
  const text = await tooltip.innerText()
  for (const part of ['recv', 'fd 20', 'async, main thread', '8.00 ms', '2.00 ms', 'recv × 2, poll × 1']) {
    assert.ok(text.includes(part), `${part} in ${text}`)
  }
  await page.mouse.click(bar.x, bar.y)
  await page.locator('#details dl').waitFor()
  assert.equal(await page.locator('#details dl').innerText(), text.replaceAll(/[ \t]+/g, ' ').trim())
})

test('report: buttons, keys, wheel and tables zoom', limits, async (context) => {
  const opened = await open(context, REPORT)
  const { page } = opened
  const whole = await opened.range()
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await settled(opened, (width) => width < whole * 0.6)
  await page.locator('#chart').press('0')
  await settled(opened, (width) => width === whole)
  const [bar] = await opened.drawn()
  await page.mouse.move(bar!.x + 300, bar!.y)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  await settled(opened, (width) => width < whole)
  await page.locator('#slowest button').first().click()
  await settled(opened, (width) => Math.abs(width - 20) < 0.1)
  const near = await opened.drawn()
  assert.ok(near.length > 0)
  await page.getByRole('button', { name: 'Show all' }).click()
  await settled(opened, (width) => width === whole)
})

test('report: filters apply to the timeline and the tables', limits, async (context) => {
  const opened = await open(context, REPORT)
  const { page } = opened
  const count = page.locator('#count')
  assert.equal(await count.textContent(), '20,006 of 20,006 shown')
  await page.selectOption('[name=outcome]', 'failed')
  assert.equal(await count.textContent(), '1 of 20,006 shown')
  assert.match(await page.locator('#slowest tbody').innerText(), /failed: ECONNRESET/)
  assert.equal((await opened.drawn()).length, 1)
  await page.selectOption('[name=outcome]', '')
  await page.selectOption('[name=section]', 'async')
  assert.equal(await count.textContent(), '3 of 20,006 shown')
  await page.selectOption('[name=section]', '')
  await page.fill('[name=min-duration]', '1')
  assert.equal(await count.textContent(), '6 of 20,006 shown')
  await page.selectOption('[name=rows]', 'sockets')
  const rows = new Set((await opened.drawn()).map(({ row }) => row))
  assert.deepEqual([...rows].sort(), [HOSTILE, 'fd 20', 'main thread, fd 20'].sort())
})

test(
  'report: the timeline of many sockets fits into the window, so that its time axis stays visible',
  limits,
  async (context) => {
    const spans = Array.from({ length: 60 }, (_, index) => call(index, { socket: `fd ${index}` }))
    const report = { title: 'many', facts: [], sections: [{ label: '', threads: [thread('main thread', spans)] }] }
    const opened = await open(context, report)
    await opened.page.selectOption('[name=rows]', 'sockets')
    const heights = (await opened.drawn()).map(({ y }) => y)
    const used = Math.max(...heights) - Math.min(...heights)
    assert.ok(used > WINDOW_HEIGHT / 2 && used < WINDOW_HEIGHT, `${used} pixels`)
  },
)

test('report: says that there are no calls', limits, async (context) => {
  const { page, complaints } = await open(context, { title: 'empty', facts: [], sections: [] })
  assert.deepEqual(complaints, [])
  assert.match(await page.locator('#slowest').innerText(), /No call/)
  assert.equal(await page.evaluate("document.getElementById('conclusion').hidden"), true)
})

test('report: the conclusion is a banner above the facts', limits, async (context) => {
  const { page } = await open(context, { title: 'title', facts: ['a fact'], conclusion: 'Choose async.', sections: [] })
  assert.equal(await page.locator('#conclusion').innerText(), 'Choose async.')
})
