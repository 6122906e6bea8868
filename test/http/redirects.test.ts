// Redirections: fetchSync does what the platform's fetch does, with each status and method.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fetchSync } from 'berkeley/http'
import type { Echo } from '../fixtures/http/server.js'
import { startHttpServer } from '../support/http.js'

const limits = { timeout: 60_000 }
const site = await startHttpServer({ after })
const other = await startHttpServer({ after })

const redirectTo = (to: string, status = 302): string =>
  `${site}/redirect/?status=${status}&to=${encodeURIComponent(to)}`

/** The parts of an echo that a redirection may change. */
function changed({ method, url, headers, body }: Echo): unknown {
  const names = ['authorization', 'cookie', 'content-type', 'content-length', 'content-language', 'x-own']
  return { method, url, body, headers: names.map((name) => [name, headers[name]]) }
}

const HEADERS = {
  authorization: 'secret',
  cookie: 'a=b',
  'content-language': 'en',
  'content-type': 'text/x',
  'x-own': 'kept',
}

for (const status of [301, 302, 303, 307, 308]) {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD']) {
    test(`${status} to ${method}: as fetch`, limits, async () => {
      const body = method === 'POST' || method === 'PUT' ? { body: 'the body' } : {}
      for (const to of ['/echo?a=b', `${other}/echo`]) {
        const options = { method, headers: HEADERS, ...body }
        const expected = await fetch(redirectTo(to, status), options)
        const response = fetchSync(redirectTo(to, status), options)
        assert.deepEqual([response.status, response.url, response.redirected], [200, expected.url, true])
        const text = response.text()
        const expectedText = await expected.text()
        if (method === 'HEAD') assert.equal(text, '')
        else assert.deepEqual(changed(JSON.parse(text)), changed(JSON.parse(expectedText)))
      }
    })
  }
}

test('secrets do not go to another origin', limits, () => {
  const { headers } = fetchSync(redirectTo(`${other}/echo`), { headers: HEADERS }).json() as Echo
  assert.deepEqual([headers['authorization'], headers['cookie'], headers['x-own']], [undefined, undefined, 'kept'])
  const same = (fetchSync(redirectTo('/echo'), { headers: HEADERS }).json() as Echo).headers
  assert.deepEqual([same['authorization'], same['cookie']], ['secret', 'a=b'])
})

test('locations: relative, with other letters, with a fragment', limits, async () => {
  for (const to of ['../echo', '?status=302&to=%2Fecho', `${site}/../echo`]) {
    const expected = await fetch(redirectTo(to))
    assert.equal(fetchSync(redirectTo(to)).url, expected.url)
    await expected.text()
  }
  const { url } = fetchSync(redirectTo('/echo?caf\u00c3\u00a9')).json() as Echo
  assert.equal(url, '/echo?caf%C3%A9')
})

test("redirect: 'manual' returns the redirection, 'error' fails", limits, () => {
  const manual = fetchSync(redirectTo('/echo', 307), { redirect: 'manual' })
  assert.deepEqual([manual.status, manual.header('location'), manual.redirected], [307, '/echo', false])
  assert.equal(manual.text(), 'moved')
  const expected = { code: 'ERR_HTTP_REDIRECT', status: 302 }
  assert.throws(() => fetchSync(redirectTo('/echo'), { redirect: 'error' }), expected)
})

test('redirections that are refused: loops, other schemes, no URL, a body that is gone', limits, async () => {
  for (const to of ['/loop', 'ftp://host/', 'file:///etc/passwd', 'http://', 'http://user:password@127.0.0.1/']) {
    const url = to === '/loop' ? `${site}/loop` : redirectTo(to)
    assert.throws(() => fetchSync(url), { code: 'ERR_HTTP_REDIRECT' }, to)
    await assert.rejects(fetch(url), TypeError, to)
  }
  const pieces = { method: 'POST', body: ['a', 'b'] }
  assert.throws(() => fetchSync(redirectTo('/echo', 307), pieces), { code: 'ERR_HTTP_REDIRECT' })
  assert.equal((fetchSync(redirectTo('/echo', 303), pieces).json() as Echo).method, 'GET')
})

test('a redirection without a location is a response', limits, () => {
  assert.equal(fetchSync(`${site}/status/302`).status, 302)
})
