// What HTTP/1.1 has beside a body with a length, with fetchSync and servers that others wrote: Node's, nginx, Python's. The
// connection is kept between requests, so a body whose end is misjudged spoils the next response.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { closeIdleConnections, type FetchSyncOptions, fetchSync, type SyncResponse } from 'berkeley/http'
import { type Echo, TEXT } from '../fixtures/http/server.js'
import { Child } from '../support/child.js'
import { find, needs, startNginx } from '../support/debian.js'
import { root, temporaryFolder } from '../support/folders.js'
import { startHttpServer } from '../support/http.js'

const limits = { timeout: 120_000 }
const PAGE = 'a page of some words, '.repeat(500)
const UPLOAD = Buffer.alloc(100_000, 'bytes of an upload')

/** A server, and where it has what. */
interface Site {
  readonly url: string
  /** Compressed where that is accepted; its text. */
  readonly page: string
  readonly text: string
  readonly chunked: string
  readonly chunkedText: string
  /** Redirects to `chunked` or `page`. */
  readonly moved: string
  readonly movedText: string
  /** Takes a PUT. */
  readonly upload: string
  /** How many bytes of the upload a response says that it got. */
  uploadedBytes(response: SyncResponse): number
}

async function startNode(context: TestContext): Promise<Site> {
  return {
    url: await startHttpServer(context),
    page: '/coded/gzip',
    text: TEXT,
    chunked: '/chunked',
    chunkedText: 'one, two, three',
    moved: '/redirect?status=301&to=/chunked',
    movedText: 'one, two, three',
    upload: '/echo',
    uploadedBytes: (response) => (response.json() as Echo).bodyBytes,
  }
}

const FILES = { page: '/page.txt', text: PAGE, chunkedText: PAGE, moved: '/moved', movedText: PAGE }

function startPages(context: TestContext): Site {
  const folder = join(temporaryFolder(), 'site')
  mkdirSync(folder)
  writeFileSync(join(folder, 'page.txt'), PAGE)
  const port = startNginx(context, folder, {
    http: 'types { text/plain txt; } gzip on; gzip_types text/plain;',
    server:
      'location = /moved { return 301 /page.txt; } location /uploads { dav_methods PUT; create_full_put_path on; }',
  })
  const url = `http://127.0.0.1:${port}`
  // nginx compresses while it sends: in chunks.
  const uploadedBytes = (): number => fetchSync(`${url}/uploads/file`).bytes().length
  return { ...FILES, url, chunked: '/page.txt', upload: '/uploads/file', uploadedBytes }
}

async function startPython(context: TestContext): Promise<Site> {
  const program = join(root, 'test/fixtures/http/server.py')
  const [, port] = await new Child(context, find('python3')!, [program]).prints(/port (\d+)/)
  const uploadedBytes = (response: SyncResponse): number => response.bytes().length
  return { ...FILES, url: `http://127.0.0.1:${port}`, chunked: '/chunked', upload: '/upload', uploadedBytes }
}

const servers = [
  { name: 'node:http', options: limits, start: startNode },
  { name: 'nginx', options: needs('nginx', 'nginx-light'), start: startPages },
  { name: "Python's http.server", options: needs('python3', 'python3'), start: startPython },
]

/** What is asked of every server, in this order and then in the opposite one. */
const features: Readonly<Record<string, (site: Site) => void>> = {
  gzip({ url, page, text }) {
    const response = fetchSync(url + page)
    assert.equal(response.header('content-encoding'), 'gzip')
    assert.equal(response.text(), text)
    const raw = fetchSync(url + page, { decompress: false, headers: { 'accept-encoding': 'gzip' } }).bytes()
    assert.deepEqual([...raw.subarray(0, 2)], [0x1f, 0x8b])
  },
  chunked({ url, chunked, chunkedText }) {
    const response = fetchSync(url + chunked)
    assert.equal(response.header('transfer-encoding'), 'chunked')
    assert.equal(response.text(), chunkedText)
  },
  HEAD({ url, page }) {
    const response = fetchSync(url + page, { method: 'HEAD' })
    assert.deepEqual([response.status, response.bytes().length], [200, 0])
  },
  304({ url, page }) {
    const seen = fetchSync(url + page, { decompress: false })
    seen.bytes()
    const etag = seen.header('etag')
    // Node's server decides nothing by itself.
    const path = etag === null ? '/status/304' : page
    const response = fetchSync(url + path, { decompress: false, headers: { 'if-none-match': etag ?? '"a"' } })
    assert.deepEqual([response.status, response.text()], [304, ''])
  },
  redirect({ url, moved, movedText }) {
    const response = fetchSync(url + moved)
    assert.deepEqual([response.status, response.redirected, response.text()], [200, true, movedText])
  },
  '100-continue'({ url, upload, uploadedBytes }) {
    const request: FetchSyncOptions = { method: 'PUT', body: UPLOAD, headers: { expect: '100-continue' } }
    const response = fetchSync(url + upload, request)
    assert.ok(response.ok, `${response.status}`)
    assert.equal(uploadedBytes(response), UPLOAD.length)
    response.close()
  },
}

for (const { name, options, start } of servers) {
  test(`${name}: ${Object.keys(features).join(', ')}`, options, async (context) => {
    const site = await start(context)
    const all = Object.values(features)
    for (const ask of [...all, ...all.reverse()]) ask(site)
    closeIdleConnections()
  })
}
