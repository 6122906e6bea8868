// fetchSync against servers that others wrote: nginx, Python's http.server, node:https, and one at a unix socket.

import assert from 'node:assert/strict'
import { createHash, randomFillSync } from 'node:crypto'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TlsContext } from 'berkeley'
import { closeIdleConnections, fetchSync } from 'berkeley/http'
import type { Echo } from '../fixtures/http/server.js'
import { noOpenSsl } from '../support/certificates.js'
import { Child } from '../support/child.js'
import { find, needs, startNginx } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'
import { startHttpServer } from '../support/http.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 120_000 }
const secureLimits = { ...limits, skip: noOpenSsl }
const PAGE = 'a page of some words, '.repeat(500)
const FILE = randomFillSync(Buffer.alloc(3_000_000))
const FILE_SHA256 = createHash('sha256').update(FILE).digest('hex')

function writeSite(folder: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'page.txt'), PAGE)
  writeFileSync(join(folder, 'file'), FILE)
}

const DIRECTIVES = {
  http: 'types { text/plain txt; } default_type application/octet-stream; gzip on; gzip_types text/plain;',
  server: `
    client_max_body_size 1m;
    location = /moved { return 301 /page.txt; }
    location = /empty { return 204; }`,
}

function startPages(context: TestContext): string {
  const folder = join(temporaryFolder(), 'site')
  writeSite(folder)
  return `http://127.0.0.1:${startNginx(context, folder, DIRECTIVES)}`
}

async function startPython(context: TestContext): Promise<string> {
  const folder = join(temporaryFolder(), 'site')
  writeSite(folder)
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder]
  const [, port] = await new Child(context, find('python3')!, args).prints(/ port (\d+) /)
  return `http://127.0.0.1:${port}`
}

const servers = [
  { name: 'nginx', options: needs('nginx', 'nginx-light'), start: startPages },
  { name: 'python3 -m http.server', options: needs('python3', 'python3'), start: startPython },
]

for (const { name, options, start } of servers) {
  test(`${name}: pages, files, HEAD, 304, 404`, options, async (context) => {
    const site = await start(context)
    const page = fetchSync(`${site}/page.txt`)
    assert.equal(page.text(), PAGE)
    assert.equal(page.header('content-encoding'), name === 'nginx' ? 'gzip' : null)
    assert.equal(
      createHash('sha256')
        .update(fetchSync(`${site}/file`).bytes())
        .digest('hex'),
      FILE_SHA256,
    )
    const head = fetchSync(`${site}/file`, { method: 'HEAD' })
    assert.deepEqual([head.header('content-length'), head.bytes().length], [String(FILE.length), 0])
    const since = { 'if-modified-since': page.header('last-modified')! }
    const unchanged = fetchSync(`${site}/page.txt`, { headers: since })
    assert.deepEqual([unchanged.status, unchanged.text()], [304, ''])
    const missing = fetchSync(`${site}/missing`)
    assert.deepEqual([missing.status, missing.ok], [404, false])
    assert.match(missing.text(), /not found/i)
    closeIdleConnections()
  })
}

test('nginx: redirections, ranges, chunks, uploads', needs('nginx', 'nginx-light'), (context) => {
  const site = startPages(context)
  const moved = fetchSync(`${site}/moved`)
  assert.deepEqual([moved.text(), moved.url, moved.redirected], [PAGE, `${site}/page.txt`, true])
  const part = fetchSync(`${site}/page.txt`, { headers: { range: 'bytes=10-19' } })
  assert.deepEqual([part.status, part.text()], [206, PAGE.slice(10, 20)])
  assert.equal(fetchSync(`${site}/page.txt`).header('transfer-encoding'), 'chunked')
  assert.equal(fetchSync(`${site}/empty`).text(), '')
  // nginx replies as soon as it has the head, and closes the connection while the body is still sent.
  const refused = fetchSync(`${site}/page.txt`, { method: 'POST', body: Buffer.alloc(20_000_000) })
  assert.equal(refused.status, 413)
  refused.close()
  const expecting = { method: 'PUT', body: 'a', headers: { expect: '100-continue' } }
  assert.equal(fetchSync(`${site}/page.txt`, expecting).status, 405)
  closeIdleConnections()
})

test('node:https: requests over TLS, connections used again, faults of certificates', secureLimits, async (context) => {
  const site = await startHttpServer(context, certificates.good)
  const tls = { ca: certificates.root.cert }
  const body = FILE
  const first = fetchSync(`${site}/echo`, { tls, method: 'POST', body }).json() as Echo
  assert.equal(first.sha256, FILE_SHA256)
  assert.equal((fetchSync(`${site}/echo`, { tls }).json() as Echo).clientPort, first.clientPort)
  assert.ok(fetchSync(`${site}/mirror`, { tls, method: 'POST', body }).bytes().equals(FILE))
  const secureContext = new TlsContext(tls)
  const other = fetchSync(`${site}/echo`, { tls: { secureContext } }).json() as Echo
  assert.notEqual(other.clientPort, first.clientPort)
  assert.throws(() => fetchSync(`${site}/echo`), { name: 'TlsError', url: `${site}/echo` })
  const wrong = { ...tls, servername: 'other.example' }
  assert.throws(() => fetchSync(`${site}/echo`, { tls: wrong }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  assert.equal(fetchSync(`${site}/echo`, { tls: { rejectUnauthorized: false } }).status, 200)
  assert.throws(() => fetchSync(site.replace('https', 'http')), { code: /^(ERR_HTTP_|ECONNRESET)/ })
  assert.throws(() => fetchSync(`${site}/silent`, { tls, timeout: 50 }), { code: 'ERR_SOCKET_TIMEOUT' })
  closeIdleConnections()
})

test('a unix socket: socketPath', limits, async (context) => {
  const path = join(temporaryFolder(), 'socket')
  const child = new Child(context, process.execPath, [
    '-e',
    `require('http').createServer((q, r) => r.end(q.headers.host)).listen(${JSON.stringify(path)}, () => console.log('on'))`,
  ])
  await child.prints(/on/)
  assert.equal(fetchSync('http://docker/version', { socketPath: path }).text(), 'docker')
  closeIdleConnections()
})

test('a unix socket: a request reaches the server to which a link leads now', limits, async (context) => {
  const folder = temporaryFolder()
  const link = join(folder, 'current')
  for (const version of ['one', 'two']) {
    const path = join(folder, version)
    const answer = `require('http').createServer((q, r) => r.end('${version}'))`
    const program = `${answer}.listen(${JSON.stringify(path)}, () => console.log('on'))`
    await new Child(context, process.execPath, ['-e', program]).prints(/on/)
    symlinkSync(path, `${link}-next`)
    renameSync(`${link}-next`, link)
    for (let count = 0; count < 2; count++) {
      assert.equal(fetchSync('http://app/', { socketPath: link }).text(), version)
    }
  }
  closeIdleConnections()
})
