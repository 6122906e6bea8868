// A large download takes the memory of a chunk, from servers that others wrote. BERKELEY_DOWNLOAD_BYTES=1000000000 downloads
// a gigabyte from each.

import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fetchSync } from 'berkeley/http'
import { noOpenSsl } from '../support/certificates.js'
import { Child } from '../support/child.js'
import { find, needs, startNginx } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'
import { startHttpServer } from '../support/http.js'
import { isSanitized } from '../support/sanitizer.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 120_000 }
const BYTES = Number(process.env['BERKELEY_DOWNLOAD_BYTES'] ?? 200e6)

/** More than the memory that garbage takes until it is collected. */
const MAX_GROWTH_BYTES = 100e6

/** A folder with a file of zeros, which takes no room on the disk. */
function largeFileFolder(): string {
  const folder = join(temporaryFolder(), 'site')
  mkdirSync(folder)
  const file = openSync(join(folder, 'large'), 'w')
  ftruncateSync(file, BYTES)
  closeSync(file)
  return folder
}

const startPages = (context: TestContext): string => `http://127.0.0.1:${startNginx(context, largeFileFolder())}/large`

async function startPython(context: TestContext): Promise<string> {
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', largeFileFolder()]
  const [, port] = await new Child(context, find('python3')!, args).prints(/ port (\d+) /)
  return `http://127.0.0.1:${port}/large`
}

interface Download {
  readonly server: string
  readonly options: { readonly timeout: number; readonly skip?: string | false }
  readonly isSecure?: boolean
  start(context: TestContext): string | Promise<string>
}

const downloads: readonly Download[] = [
  {
    server: 'node:http',
    options: limits,
    start: async (context) => `${await startHttpServer(context)}/blocks/${BYTES}`,
  },
  {
    server: 'node:https',
    options: { ...limits, skip: noOpenSsl },
    isSecure: true,
    start: async (context) => `${await startHttpServer(context, certificates.good)}/blocks/${BYTES}`,
  },
  { server: 'nginx', options: { ...needs('nginx', 'nginx-light'), ...limits }, start: startPages },
  { server: "Python's http.server", options: { ...needs('python3', 'python3'), ...limits }, start: startPython },
]

for (const { server, options, isSecure, start } of downloads) {
  test(`${server}: a large download takes flat memory`, options, async (context) => {
    const url = await start(context)
    const before = process.memoryUsage().rss
    let [received, nextLook, most] = [0, 0, before]
    for (const chunk of fetchSync(url, isSecure ? { tls: { ca: certificates.root.cert } } : {}).body) {
      received += chunk.length
      if (received < nextLook) continue
      nextLook += 10e6
      most = Math.max(most, process.memoryUsage().rss)
    }
    context.diagnostic(`${Math.round(received / 1e6)} MB, ${Math.round((most - before) / 1e6)} MB more memory`)
    assert.equal(received, BYTES)
    // A sanitizer keeps freed memory.
    if (!isSanitized) assert.ok(most - before < MAX_GROWTH_BYTES, `${most - before} bytes more`)
  })
}
