// The documentation site, as a reader sees it: no broken link, nothing from the network, nothing wider than the screen, a
// search that works without a server.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { before, test } from 'node:test'
import { noBrowser, openFile } from '../support/browser.js'
import { root, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 600_000 }
const site = temporaryFolder()
const order = (
  JSON.parse(readFileSync(join(root, 'docs/guide/contents.json'), 'utf8')) as { pages: string[] }[]
).flatMap(({ pages }) => pages)

before(() => {
  const program = join(root, 'node_modules/typedoc/bin/typedoc')
  // Libraries preloaded into this process, such as a sanitizer, are not meant for the generator.
  const env = { ...process.env, LD_PRELOAD: '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--out', site], { cwd: root, env })
  assert.equal(status, 0, `${stdout}${stderr}`)
})

function pagesOfSite(): string[] {
  return readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
}

test('site: no link or image leads to a file or an anchor that is missing', limits, () => {
  const texts = new Map(pagesOfSite().map((file) => [file, readFileSync(join(site, file), 'utf8')]))
  const anchors = new Map(
    [...texts].map(([file, text]) => [file, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!))]),
  )
  const broken = [...texts].flatMap(([file, text]) => {
    const targets = [...text.matchAll(/ (?:href|src)="(?!https?:|data:|mailto:)([^"]*)"/g)].map(([, target]) => target!)
    return [...new Set(targets)].filter((target) => isBroken(file, target, anchors)).map((to) => `${file}: ${to}`)
  })
  assert.ok(texts.size > 300)
  assert.deepEqual(broken, [])
})

test('site: the reference has a module for each entry point of the package, and its names are in one', limits, () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object }
  const entries = Object.keys(exports).filter((name) => name !== './package.json')
  const modules = entries.map((name) => (name === '.' ? 'index' : name.slice('./'.length)))
  assert.deepEqual(readdirSync(join(site, 'modules')).sort(), modules.map((name) => `${name}.html`).sort())
  for (const [module, name] of [
    ['emscripten', 'functions/withSockets.html'],
    ['pyodide', 'functions/loadPyodideWithSockets.html'],
    ['wasi', 'classes/SocketWasi.html'],
  ]) {
    const text = readFileSync(join(site, 'modules', `${module}.html`), 'utf8')
    assert.ok(text.includes(`href="../${name}"`), `berkeley/${module} leads to ${name}`)
  }
})

function isBroken(file: string, target: string, anchors: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [path, anchor] = decodeURIComponent(target.replaceAll('&amp;', '&')).split('#')
  const to = path === '' ? file : normalize(join(dirname(file), path!))
  if (!existsSync(join(site, to))) return true
  return anchor !== undefined && anchor !== '' && anchors.has(to) && !anchors.get(to)!.has(anchor)
}

test('site: each page of the guide leads to the previous and the next one', limits, () => {
  for (const [index, name] of order.entries()) {
    const text = readFileSync(join(site, 'guide', `${name}.html`), 'utf8')
    const link = (rel: string): string | undefined => new RegExp(`href="([^"]+)" class="${rel}"`).exec(text)?.[1]
    assert.equal(link('prev'), index === 0 ? undefined : `${order[index - 1]}.html`, name)
    if (index < order.length - 1) assert.equal(link('next'), `${order[index + 1]}.html`, name)
  }
})

const opened = ['index.html', ...order.map((name) => `guide/${name}.html`), 'classes/Socket.html', 'modules/index.html']

for (const width of [400, 1280]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`site: fits a screen of ${width} pixels and loads nothing from elsewhere, ${colorScheme}`, {
      ...limits,
      skip: noBrowser,
    }, async (context) => {
      const options = { viewport: { width, height: 900 }, colorScheme }
      const { page, complaints, requests } = await openFile(context, join(site, opened[0]!), options)
      for (const name of opened) {
        await page.goto(`file://${join(site, name)}`)
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
        assert.ok(wide <= width, `${name} is ${wide} pixels wide`)
      }
      // A script draws the icons where a browser refuses to take them from another file.
      const others = complaints.filter((text) => !text.includes('assets/icons.svg'))
      assert.deepEqual(others, [])
      assert.deepEqual(
        requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
        [],
      )
    })
  }
}

test('site: the search finds pages of the guide and functions, without a server', {
  ...limits,
  skip: noBrowser,
}, async (context) => {
  const options = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const }
  const { page } = await openFile(context, join(site, 'index.html'), options)
  for (const [word, found] of [
    ['backpressure', /Event-driven/],
    ['createConnection', /createConnection/],
    ['SO_KEEPALIVE', /SO_KEEPALIVE/],
  ] as const) {
    await page.locator('#tsd-search-trigger').click()
    await page.fill('#tsd-search-input', word)
    await page.waitForFunction(`document.querySelectorAll('#tsd-search-results li a').length > 0`)
    const results = await page.locator('#tsd-search-results').innerText()
    assert.match(results, found, word)
    await page.goto(`file://${join(site, 'index.html')}`)
  }
})

test('site: the theme can be chosen, and diagrams follow it', { ...limits, skip: noBrowser }, async (context) => {
  const options = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const }
  const { page } = await openFile(context, join(site, 'guide/ways-of-waiting.html'), options)
  const colour = `getComputedStyle(document.querySelector('.diagram text')).fill`
  const light = await page.evaluate<string>(colour)
  await page.locator('.settings summary').click()
  await page.selectOption('#tsd-theme', 'dark')
  assert.notEqual(await page.evaluate<string>(colour), light)
})
