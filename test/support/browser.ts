// Debian's Chromium, driven without a window.
//
// The driver's own types need those of browsers, which must not be visible to the rest of this package. So the members
// in use are declared here.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'

interface Locator {
  first(): Locator
  click(): Promise<void>
  press(key: string): Promise<void>
  waitFor(): Promise<void>
  innerText(): Promise<string>
  textContent(): Promise<string | null>
  count(): Promise<number>
}

/** The members in use of playwright's Page. */
interface Page {
  readonly mouse: {
    move(x: number, y: number): Promise<void>
    click(x: number, y: number): Promise<void>
    wheel(x: number, y: number): Promise<void>
  }
  readonly keyboard: { down(key: string): Promise<void>; up(key: string): Promise<void> }
  goto(url: string): Promise<unknown>
  locator(selector: string): Locator
  getByRole(role: string, options: { readonly name: string }): Locator
  selectOption(selector: string, value: string): Promise<unknown>
  fill(selector: string, value: string): Promise<void>
  evaluate<Result>(work: string | (() => Result | Promise<Result>)): Promise<Result>
  screenshot(options: { readonly path: string }): Promise<unknown>
  waitForFunction(expression: string): Promise<unknown>
  on(event: 'console', listener: (message: { text(): string; type(): string }) => void): void
  on(event: 'pageerror', listener: (error: Error) => void): void
  on(event: 'request', listener: (request: { url(): string }) => void): void
}

interface Browser {
  newPage(options: PageOptions): Promise<Page>
  close(): Promise<void>
}

/** How a page is opened. */
export interface PageOptions {
  readonly viewport: { readonly width: number; readonly height: number }
  readonly colorScheme: 'light' | 'dark'
}

const { chromium } = createRequire(import.meta.url)('playwright-core') as {
  chromium: { launch(options: { executablePath: string; args: string[]; env: NodeJS.ProcessEnv }): Promise<Browser> }
}

const EXECUTABLE = '/usr/bin/chromium'

/** Why there is no browser here, as `skip` takes it; false where there is one. */
export const noBrowser: string | false = !existsSync(EXECUTABLE) && 'chromium is not installed'

export interface OpenPage {
  readonly page: Page
  /** Errors and warnings of its console, and uncaught errors. */
  readonly complaints: readonly string[]
  /** Everything that it printed on its console. */
  readonly printed: readonly string[]
  /** The URLs that it requested, its own included. */
  readonly requests: readonly string[]
}

/** Opens a file; the browser is closed when the test is over. */
export async function openFile(context: TestContext, file: string, options: PageOptions): Promise<OpenPage> {
  // Libraries preloaded into this process, such as a sanitizer, are not meant for the browser.
  const env = { ...process.env, LD_PRELOAD: '' }
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'], env })
  context.after(() => browser.close())
  const page = await browser.newPage(options)
  const complaints: string[] = []
  const printed: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    printed.push(message.text())
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  const [path, fragment = ''] = file.split('#')
  await page.goto(pathToFileURL(path!).href + (fragment && `#${fragment}`))
  return { page, complaints, printed, requests }
}
