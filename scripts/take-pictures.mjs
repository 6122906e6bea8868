// Takes the pictures of the guide: runs the commands, opens their reports in Chromium and takes screenshots.
//   node scripts/take-pictures.mjs
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const pictures = join(root, 'docs', 'pictures')
const folder = mkdtempSync(join(tmpdir(), 'berkeley-pictures-'))

const workload = ['--connections', '12', '--requests', '2', '--threads', '4', '--latency', '50ms', '--no-strace']
const subjects = [
  { name: 'compare', option: '--report', command: ['compare', ...workload] },
  {
    name: 'trace',
    option: '--out',
    command: ['trace', '--limit', '300000'],
    program: ['dist/src/cli/main.js', 'modes', '--delay', '60ms'],
  },
]

function writeReport({ command, option, program = [] }, file) {
  const args = [join(root, 'dist/src/cli/main.js'), ...command, option, file, ...program]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command[0]} failed`)
}

async function takeScreenshot(browser, file, name) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, colorScheme: 'light' })
  await page.goto(pathToFileURL(file).href)
  await page.waitForFunction('berkeleyReport.drawn.length > 0')
  // A picture needs no controls.
  await page.addStyleTag({ content: '#filters, #zoom, .hint { display: none !important }' })
  const { y, height } = await page.locator('#chart').boundingBox()
  const clip = { x: 0, y: 0, width: 1000, height: y + height + 8 }
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, clip })
}

mkdirSync(pictures, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  for (const subject of subjects) {
    const file = join(folder, `${subject.name}.html`)
    writeReport(subject, file)
    await takeScreenshot(browser, file, subject.name)
  }
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
