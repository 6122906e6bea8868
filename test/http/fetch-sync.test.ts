// fetchSync against Node's HTTP server: requests, bodies, connections, limits.

import assert from 'node:assert/strict'
import { createHash, randomFillSync } from 'node:crypto'
import { after, test } from 'node:test'
import { threadId } from 'node:worker_threads'
import { interruptThread, type SocketTimeoutError } from 'berkeley'
import { closeIdleConnections, type FetchProgress, fetchSync, HttpError } from 'berkeley/http'
import { native } from '../../src/native/addon.js'
import { type Echo, TEXT } from '../fixtures/http/server.js'
import { noOpenSsl } from '../support/certificates.js'
import { startHttpServer, startRawServer } from '../support/http.js'
import { deadPort } from '../support/listeners.js'
import { failsAfter, sleepsThrough } from '../support/timing.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 60_000 }
const BODY = randomFillSync(Buffer.alloc(5_000_000))
const BODY_SHA256 = createHash('sha256').update(BODY).digest('hex')

const site = await startHttpServer({ after })

const echo = (options?: Parameters<typeof fetchSync>[1]): Echo => fetchSync(`${site}/echo`, options).json() as Echo

test('GET: what is sent by itself', limits, () => {
  const { method, url, headers, bodyBytes } = fetchSync(`${site}/echo?a=b#c`).json() as Echo
  assert.deepEqual([method, url, bodyBytes], ['GET', '/echo?a=b', 0])
  const { 'accept-encoding': codings, ...others } = headers
  assert.deepEqual(others, { accept: '*/*', host: new URL(site).host, 'user-agent': 'berkeley' })
  assert.match(codings!, /^gzip, deflate, br/)
})

test('response: has the members of the platform’s', limits, async () => {
  const path = `${site}/status/404`
  const response = fetchSync(path)
  const expected = await fetch(path)
  for (const name of ['status', 'statusText', 'ok', 'url', 'redirected', 'bodyUsed'] as const) {
    assert.equal(response[name], expected[name], name)
  }
  assert.equal(response.headers.get('ETag'), '"a"')
  assert.equal(response.header('ETag'), '"a"')
  assert.equal(response.text(), await expected.text())
  assert.equal(response.bodyUsed, true)
  assert.throws(() => response.text(), { code: 'ERR_HTTP_BODY_USED' })
})

test('response: the body in each form', limits, () => {
  const get = (): ReturnType<typeof fetchSync> => fetchSync(`${site}/latin1`)
  assert.equal(get().text(), 'café')
  assert.deepEqual(get().bytes(), Buffer.from('\ufeffcafé'))
  assert.equal(get().arrayBuffer().byteLength, 8)
  assert.equal(get().blob().size, 8)
  assert.deepEqual(Buffer.concat([...get().body]), Buffer.from('\ufeffcafé'))
  assert.equal(fetchSync(`${site}/latin1`).header('x-text'), 'café')
  const place = `^the response 200 of ${site}/latin1 is not JSON: `
  assert.throws(() => fetchSync(`${site}/latin1`).json(), { name: 'SyntaxError', message: new RegExp(place) })
})

test('methods: each, with and without a body', limits, () => {
  for (const method of ['get', 'POST', 'put', 'DELETE', 'OPTIONS', 'PATCH']) {
    assert.equal(echo({ method }).method, method.toUpperCase())
  }
  const { headers, body } = echo({ method: 'PATCH', body: 'é' })
  assert.deepEqual([headers['content-length'], headers['content-type'], body], ['2', 'text/plain;charset=UTF-8', 'é'])
  assert.equal(echo({ method: 'POST' }).headers['content-length'], '0')
  const head = fetchSync(`${site}/echo`, { method: 'HEAD' })
  assert.deepEqual([head.status, head.bytes().length], [200, 0])
  assert.notEqual(head.header('content-type'), null)
})

test('bodies: text, memory, parameters, pieces', limits, () => {
  const form = echo({ method: 'POST', body: new URLSearchParams({ a: 'b c' }) })
  assert.equal(form.headers['content-type'], 'application/x-www-form-urlencoded;charset=UTF-8')
  assert.equal(form.body, 'a=b+c')
  assert.equal(echo({ method: 'POST', body: new Uint16Array([0x6161]) }).body, 'aa')
  assert.equal(echo({ method: 'POST', body: BODY }).sha256, BODY_SHA256)
  const pieces = function* () {
    yield ''
    for (let at = 0; at < BODY.length; at += 100_000) yield BODY.subarray(at, at + 100_000)
  }
  const chunked = echo({ method: 'POST', body: pieces() })
  assert.deepEqual([chunked.sha256, chunked.headers['transfer-encoding']], [BODY_SHA256, 'chunked'])
  const sized = echo({ method: 'POST', body: pieces(), headers: { 'content-length': String(BODY.length) } })
  assert.deepEqual([sized.sha256, sized.headers['transfer-encoding']], [BODY_SHA256, undefined])
})

test('bodies: pieces that do not have the length that was announced', limits, () => {
  for (const length of ['2', '4']) {
    const request = (): unknown => echo({ method: 'POST', body: ['abc'], headers: { 'content-length': length } })
    assert.throws(request, { code: 'ERR_HTTP_REQUEST_LENGTH' })
  }
})

test('headers: as a Headers, as pairs, as an object', limits, () => {
  for (const headers of [new Headers({ 'X-A': '1' }), [['X-A', ' 1 ']] as const, { 'X-A': '1', host: 'other' }]) {
    assert.equal(echo({ headers }).headers['x-a'], '1')
  }
  assert.equal(echo({ headers: { host: 'other', 'user-agent': 'me' } }).headers['host'], 'other')
})

test('headers: a number becomes text, as in fetch', limits, () => {
  const { headers } = echo({ headers: { 'x-count': 7, 'x-part': 0.5 } })
  assert.deepEqual([headers['x-count'], headers['x-part']], ['7', '0.5'])
  assert.equal(echo({ headers: [['x-count', -1]] }).headers['x-count'], '-1')
  assert.equal(echo({ method: 'POST', body: 'ab', headers: { 'content-length': 2 } }).body, 'ab')
})

test('bodies: those of fetch that cannot be sent are refused by name, with what to send', limits, () => {
  const form = new FormData()
  form.append('a', 'b')
  const refused: readonly [body: unknown, message: RegExp][] = [
    [form, /^options\.body must not be a FormData: send URLSearchParams, or /],
    [new Blob(['a']), /^options\.body must not be a Blob: send its bytes, /],
    [new Blob(['a']).stream(), /^options\.body must not be a ReadableStream, which /],
  ]
  for (const [body, message] of refused) {
    const options = { method: 'POST', body: body as string }
    assert.throws(() => fetchSync(`${site}/echo`, options), { code: 'ERR_INVALID_ARG_TYPE', message })
  }
})

test('http: to a server of TLS, the error names https', limits, async (context) => {
  const raw = await startRawServer(context, [
    { bytes: '\x15\x03\x01\0\x02\x02\x0a' },
    { bytes: '\x15\x03\x03\0\x02\x02\x46', staysOpen: true },
    { bytes: '' },
  ])
  for (const path of ['/0', '/1']) {
    const message = /not valid HTTP\/1\.1: it is an alert of TLS: use https: \(http:/
    assert.throws(() => fetchSync(`${raw}${path}`), { code: 'ERR_HTTP_INVALID_RESPONSE', message })
  }
  const message = /without a response: if it speaks TLS, use https: \(http:/
  assert.throws(() => fetchSync(`${raw}/2`), { code: 'ERR_HTTP_TRUNCATED', message })
})

test('https: a response that breaks off is as over http, and one without a length fails by the lack of an end', {
  ...limits,
  skip: noOpenSsl,
}, async (context) => {
  const { cert, key } = certificates.good
  const raw = await startRawServer(
    context,
    [
      { bytes: '', isCut: true },
      { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab', isCut: true },
      { bytes: 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab', isCut: true },
      { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', isCut: true },
    ],
    { cert, key },
  )
  const text = (path: string): string => fetchSync(`${raw}${path}`, { tls: { ca: certificates.root.cert } }).text()
  assert.throws(() => text('/0'), { name: 'HttpError', code: 'ERR_HTTP_TRUNCATED' })
  assert.throws(() => text('/1'), { name: 'HttpError', code: 'ERR_HTTP_TRUNCATED' })
  assert.throws(() => text('/2'), { name: 'TlsError', code: 'ERR_TLS_TRUNCATED' })
  assert.equal(text('/3'), 'ab')
})

test('arguments: what is wrong is refused before anything is sent', limits, () => {
  const refused: readonly [options: unknown, code: string][] = [
    [{ method: 'A B' }, 'ERR_INVALID_ARG_VALUE'],
    [{ method: 'connect' }, 'ERR_INVALID_ARG_VALUE'],
    [{ method: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ body: 'on a GET' }, 'ERR_INVALID_ARG_VALUE'],
    [{ method: 'POST', body: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ method: 'POST', body: new Blob(['a']) }, 'ERR_INVALID_ARG_TYPE'],
    [{ headers: { a: 'b\r\nc: d' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { a: 'b\0' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { a: '\u0101' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { 'a b': 'c' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { a: {} } }, 'ERR_INVALID_ARG_TYPE'],
    [{ headers: ['ab'] }, 'ERR_INVALID_ARG_TYPE'],
    [{ headers: { 'transfer-encoding': 'chunked' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { 'content-length': '3' }, method: 'POST', body: 'ab' }, 'ERR_INVALID_ARG_VALUE'],
    [{ headers: { expect: 'wonders' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ redirect: 'maybe' }, 'ERR_INVALID_ARG_VALUE'],
    [{ timeout: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ maxBodyBytes: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ keepAlive: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ proxy: 'socks5://host' }, 'ERR_INVALID_ARG_VALUE'],
    [{ proxy: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ tls: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ socketPath: '' }, 'ERR_INVALID_ARG_VALUE'],
    [{ onUploadProgress: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ signal: AbortSignal.timeout(1) }, 'ERR_INVALID_ARG_VALUE'],
    [7, 'ERR_INVALID_ARG_TYPE'],
  ]
  const dead = `http://127.0.0.1:${deadPort()}/`
  for (const [options, code] of refused) {
    assert.throws(() => fetchSync(dead, options as object), { code }, String(JSON.stringify(options)))
  }
  for (const url of ['', '/path', 'ftp://host/', 'http://user:secret@host/', 7]) {
    assert.throws(
      () => fetchSync(url as string),
      (error: NodeJS.ErrnoException) => {
        return /^ERR_INVALID_ARG_/.test(error.code!) && !error.message.includes('secret')
      },
    )
  }
})

test('statuses without a body: 204, 304', limits, () => {
  for (const status of [204, 304]) {
    const response = fetchSync(`${site}/status/${status}`)
    assert.deepEqual([response.status, response.bytes().length], [status, 0])
  }
})

test('interim responses: early hints are skipped', limits, () => {
  assert.equal(fetchSync(`${site}/hints`).text(), 'hinted')
})

test('chunked: chunks and trailers', limits, () => {
  assert.equal(fetchSync(`${site}/chunked`).text(), 'one, two, three')
})

test('content codings: each is decoded', limits, () => {
  for (const coding of ['gzip', 'deflate', 'raw-deflate', 'br']) {
    assert.equal(fetchSync(`${site}/coded/${coding}`).text(), TEXT, coding)
    assert.equal(Buffer.concat([...fetchSync(`${site}/coded/${coding}`).body]).toString(), TEXT, coding)
  }
  assert.equal(fetchSync(`${site}/twice`).text(), TEXT)
  assert.equal(fetchSync(`${site}/unknown`).text(), 'grkg')
  const raw = fetchSync(`${site}/coded/gzip`, { decompress: false })
  assert.ok(raw.bytes().length < TEXT.length / 10)
  assert.throws(() => fetchSync(`${site}/broken`).text(), { code: 'ERR_HTTP_CONTENT_CODING', url: `${site}/broken` })
})

test('maxBodyBytes: bounds the body, decoded or not', limits, () => {
  const within = fetchSync(`${site}/blocks/100000`, { maxBodyBytes: 100_000 })
  assert.equal(within.bytes().length, 100_000)
  const expected = { code: 'ERR_HTTP_BODY_TOO_LARGE' }
  assert.throws(() => fetchSync(`${site}/blocks/100001`, { maxBodyBytes: 100_000 }).bytes(), expected)
  assert.throws(() => [...fetchSync(`${site}/endless`, { maxBodyBytes: 10 }).body], expected)
  assert.throws(() => fetchSync(`${site}/bomb`, { maxBodyBytes: 1_000_000 }).bytes(), expected)
})

test('progress: of an upload and of a download', limits, () => {
  const sent: FetchProgress[] = []
  const received: FetchProgress[] = []
  const response = fetchSync(`${site}/mirror`, {
    method: 'POST',
    body: ['one, ', 'two'],
    headers: { 'content-length': '8' },
    onUploadProgress: (progress) => sent.push(progress),
    onDownloadProgress: (progress) => received.push(progress),
  })
  assert.equal(response.text(), 'one, two')
  assert.deepEqual(sent, [
    { transferredBytes: 5, totalBytes: 8 },
    { transferredBytes: 8, totalBytes: 8 },
  ])
  assert.deepEqual(received.at(-1), { transferredBytes: 8, totalBytes: null })
})

test('connections: are used again after a body is read, and not before', limits, () => {
  closeIdleConnections()
  const first = echo().clientPort
  assert.equal(echo().clientPort, first)
  const open = fetchSync(`${site}/chunked`)
  assert.notEqual(echo().clientPort, first)
  open.text()
  assert.equal(echo().clientPort, first)
  assert.notEqual(echo({ keepAlive: false }).clientPort, first)
  fetchSync(`${site}/close`).text()
})

test('errors: the message says which URL, without its query', limits, () => {
  assert.throws(
    () => fetchSync(`${site}/silent?key=1`, { timeout: 20 }),
    (error: NodeJS.ErrnoException) => {
      assert.equal(error.code, 'ERR_SOCKET_TIMEOUT')
      const { message } = error
      assert.ok(message.startsWith('recv timed out 127.0.0.1:') && message.endsWith(` ms (${site}/silent)`), message)
      return error.stack!.startsWith(`SocketTimeoutError: ${error.message}`)
    },
  )
})

test('connections: none is left open by responses that are closed, read, or that fail', limits, () => {
  closeIdleConnections()
  // Descriptors of the library alone: the server is in this process, too.
  const before = native.openDescriptors().length
  {
    using response = fetchSync(`${site}/blocks/100000000`)
    assert.equal(response.status, 200)
  }
  for (const chunk of fetchSync(`${site}/blocks/100000000`).body) {
    assert.ok(chunk.length > 0)
    break
  }
  assert.throws(() => fetchSync(`${site}/loop`), { code: 'ERR_HTTP_REDIRECT' })
  assert.throws(() => fetchSync(`${site}/silent`, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.throws(() => fetchSync(`${site}/broken`).text(), HttpError)
  assert.throws(() => fetchSync(`${site}/reset`).bytes(), { code: 'ECONNRESET', url: `${site}/reset` })
  const failing = (): never => {
    throw new RangeError('of the program')
  }
  const download = fetchSync(`${site}/blocks/1000000`, { onDownloadProgress: failing })
  assert.throws(() => download.bytes(), RangeError)
  const upload = { method: 'POST', body: ['a'], onUploadProgress: failing }
  assert.throws(() => fetchSync(`${site}/echo`, upload), RangeError)
  fetchSync(`${site}/echo`).text()
  closeIdleConnections()
  assert.equal(native.openDescriptors().length, before)
})

test('100-continue: the body waits for it, and is kept back where the server refuses', limits, () => {
  const headers = { expect: '100-continue' }
  assert.equal(echo({ method: 'POST', body: BODY, headers }).sha256, BODY_SHA256)
  let sent = 0
  const refused = fetchSync(`${site}/refuse`, {
    method: 'POST',
    body: BODY,
    headers,
    onUploadProgress: () => sent++,
  })
  assert.deepEqual([refused.status, refused.text(), sent], [413, 'too large', 0])
})

test('uploads: a server that replies before it has the whole body', limits, () => {
  const endless = function* () {
    for (;;) yield BODY
  }
  const refused = fetchSync(`${site}/refuse`, { method: 'POST', body: endless() })
  assert.equal(refused.status, 413)
  refused.close()
  const small = BODY.subarray(0, 2_000_000)
  assert.ok(fetchSync(`${site}/mirror`, { method: 'POST', body: small }).bytes().equals(small))
})

test('timeout: covers the whole, whatever arrives meanwhile', limits, () => {
  const expected = { code: 'ERR_SOCKET_TIMEOUT' }
  failsAfter(100, () => fetchSync(`${site}/silent`, { timeout: 100 }), expected)
  failsAfter(100, () => fetchSync(`${site}/endless`, { timeout: 100 }).text(), expected)
  failsAfter(100, () => fetchSync(`${site}/endless`, { deadline: performance.now() + 100 }).text(), expected)
  sleepsThrough(() => assert.throws(() => fetchSync(`${site}/silent`, { timeout: 500 }), expected))
  // The server takes what the kernel holds, and no more.
  const upload = { method: 'POST', body: Buffer.alloc(50_000_000), timeout: 300 }
  failsAfter(300, () => fetchSync(`${site}/silent`, upload), expected)
})

test('timeout: the error states the limit of the request, whichever call it ended', limits, () => {
  const port = Number(new URL(site).port)
  const requests = [
    () => fetchSync(`${site}/silent`, { timeout: 50 }),
    () => fetchSync(`${site}/endless`, { timeout: 50 }).text(),
    () => fetchSync(`${site}/silent`, { timeout: 50, method: 'POST', body: Buffer.alloc(50_000_000) }),
  ]
  for (const request of requests) {
    assert.throws(request, (error: SocketTimeoutError) => {
      assert.equal(error.timeout, 50)
      assert.match(error.message, /(fetch timed out|timed out 127\.0\.0\.1:\d+) after 50 ms \(http:/)
      return error.port === undefined || error.port === port
    })
  }
})

test('interruptThread: ends the wait', limits, () => {
  interruptThread(threadId)
  assert.throws(() => fetchSync(`${site}/silent`), { code: 'EINTR', reason: 'thread' })
})

test('errors: have the URL without its query', limits, () => {
  const port = deadPort()
  assert.throws(() => fetchSync(`http://127.0.0.1:${port}/path?secret`), {
    name: 'SocketError',
    code: 'ECONNREFUSED',
    url: `http://127.0.0.1:${port}/path`,
  })
})

type Failing = readonly [code: string | undefined, path: string, use: (url: string) => unknown]

const FAILING: readonly Failing[] = [
  ['ERR_HTTP_REDIRECT', '/redirect/', (url) => fetchSync(url, { redirect: 'error' })],
  ['ERR_HTTP_REDIRECT', '/redirect/', (url) => fetchSync(url, { method: 'POST', body: ['x'] })],
  ['ERR_HTTP_REDIRECT', '/loop', fetchSync],
  [
    'ERR_HTTP_REQUEST_LENGTH',
    '/echo',
    (url) => fetchSync(url, { method: 'POST', body: ['x'], headers: { 'content-length': 2 } }),
  ],
  ['ERR_HTTP_CONTENT_CODING', '/broken', (url) => fetchSync(url).text()],
  ['ERR_HTTP_BODY_TOO_LARGE', '/bomb', (url) => fetchSync(url, { maxBodyBytes: 1e6 }).text()],
  ['ERR_HTTP_BODY_TOO_LARGE', '/echo', (url) => fetchSync(url, { maxBodyBytes: 1 }).text()],
  [
    'ERR_HTTP_BODY_USED',
    '/echo',
    (url) => {
      const response = fetchSync(url)
      response.close()
      response.text()
    },
  ],
  ['ERR_HTTP_PROXY', '/', (url) => fetchSync(url.replace('http:', 'https:'), { proxy: 'https://127.0.0.1:1' })],
  ['EAI_NONAME', '/', () => fetchSync('http://a..invalid/?secret')],
  [undefined, '/chunked', (url) => fetchSync(url).json()],
]

for (const [code, path, use] of FAILING) {
  test(`errors: ${code ?? 'SyntaxError'} of ${path} has the URL without its query`, limits, () => {
    const query = path === '/redirect/' ? 'status=307&to=/echo' : 'secret'
    assert.throws(
      () => use(`${site}${path}?${query}`),
      ({ code: thrown, message, url }: Error & { code?: string; url: string }) => {
        assert.equal(thrown, code)
        assert.ok(message.includes(url) && !message.includes(query), message)
        return url.endsWith(path) && !url.includes('?')
      },
    )
  })
}

test('Object.prototype: what it has is no option', limits, () => {
  const polluted = Object.prototype as { maxBodyBytes?: number; method?: string }
  try {
    polluted.maxBodyBytes = 0
    polluted.method = 'POST'
    assert.equal(echo().method, 'GET')
  } finally {
    delete polluted.maxBodyBytes
    delete polluted.method
  }
})
