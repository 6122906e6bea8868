// Proxies: requests with a whole URL, tunnels, and what the environment says.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { closeIdleConnections, fetchSync } from 'berkeley/http'
import { isExcluded } from '../../src/http/proxy-environment.js'
import type { Echo } from '../fixtures/http/server.js'
import { noOpenSsl } from '../support/certificates.js'
import { startHttpServer, startProxy } from '../support/http.js'
import { deadPort } from '../support/listeners.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 60_000 }
const secureLimits = { ...limits, skip: noOpenSsl }
const site = await startHttpServer({ after })

/** Runs `act` with variables in the environment. */
function withEnvironment<Result>(variables: Readonly<Record<string, string>>, act: () => Result): Result {
  Object.assign(process.env, variables)
  try {
    return act()
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name]
  }
}

test('http: the proxy gets the whole URL', limits, async (context) => {
  const proxy = await startProxy(context)
  const echo = fetchSync(`${site}/echo?a=b`, { proxy: proxy.url, method: 'POST', body: 'text' }).json() as Echo
  assert.deepEqual([echo.url, echo.headers['host'], echo.body], ['/echo?a=b', new URL(site).host, 'text'])
  assert.equal(await proxy.next(), `POST ${site}/echo?a=b`)
})

test('http: the proxy gets its credentials, and the server does not', limits, async (context) => {
  const proxy = await startProxy(context, 'me:p@ss')
  const url = proxy.url.replace('//', '//me:p%40ss@')
  const echo = fetchSync(`${site}/echo`, { proxy: url }).json() as Echo
  assert.equal(echo.headers['proxy-authorization'], undefined)
  assert.equal(fetchSync(`${site}/echo`, { proxy: proxy.url }).status, 407)
})

test('https: a tunnel, through which TLS is verified', secureLimits, async (context) => {
  const proxy = await startProxy(context, 'me:secret')
  const secure = await startHttpServer(context, certificates.good)
  const tls = { ca: certificates.root.cert }
  const url = proxy.url.replace('//', '//me:secret@')
  const first = fetchSync(`${secure}/echo`, { proxy: url, tls }).json() as Echo
  assert.equal(await proxy.next(), `CONNECT ${new URL(secure).host}`)
  const second = fetchSync(`${secure}/echo`, { proxy: url, tls }).json() as Echo
  assert.equal(second.clientPort, first.clientPort)
  assert.throws(() => fetchSync(secure, { proxy: url }), { name: 'TlsError' })
  const refused = { code: 'ERR_HTTP_PROXY', status: 407, url: `${secure}/` }
  assert.throws(() => fetchSync(secure, { proxy: proxy.url, tls }), refused)
  assert.throws(() => fetchSync(secure, { proxy: proxy.url.replace('http:', 'https:'), tls }), {
    code: 'ERR_HTTP_PROXY',
  })
  closeIdleConnections()
})

test('environment: names the proxy, and the hosts without one', limits, async (context) => {
  const { url } = await startProxy(context)
  // Nothing listens at port 1: a request that goes to this proxy fails.
  const dead = { http_proxy: 'http://127.0.0.1:1' }
  assert.equal(
    withEnvironment({ http_proxy: url }, () => fetchSync(`${site}/echo`).status),
    200,
  )
  assert.throws(() => withEnvironment(dead, () => fetchSync(`${site}/echo`)), { code: 'ECONNREFUSED', port: 1 })
  const without = { ...dead, no_proxy: 'example.org, 127.0.0.0/8' }
  assert.equal(
    withEnvironment(without, () => fetchSync(`${site}/echo`).status),
    200,
  )
  assert.equal(
    withEnvironment(dead, () => fetchSync(`${site}/echo`, { proxy: null }).status),
    200,
  )
  const all = { ALL_PROXY: '127.0.0.1:1' }
  assert.throws(() => withEnvironment(all, () => fetchSync(`${site}/echo`)), { code: 'ECONNREFUSED', port: 1 })
  const forged = { HTTP_PROXY: 'http://127.0.0.1:1', REQUEST_METHOD: 'GET' }
  assert.equal(
    withEnvironment(forged, () => fetchSync(`${site}/echo`).status),
    200,
  )
  const wrong = { http_proxy: 'socks5://user:secret@127.0.0.1:1' }
  assert.throws(
    () => withEnvironment(wrong, () => fetchSync(site)),
    (error: NodeJS.ErrnoException) => {
      return error.code === 'ERR_INVALID_ARG_VALUE' && !error.message.includes('secret')
    },
  )
})

test('proxy: where it cannot be reached, the message names it', limits, () => {
  const dead = `http://user:secret@127.0.0.1:${deadPort()}`
  assert.throws(
    () => withEnvironment({ http_proxy: dead }, () => fetchSync('http://example.org/')),
    (error: NodeJS.ErrnoException) => {
      assert.match(
        error.message,
        /^connect ECONNREFUSED [\d.:]+, by the proxy 127\.0\.0\.1:\d+ \(http:\/\/example\.org\/\)$/,
      )
      return error.code === 'ECONNREFUSED'
    },
  )
})

test('no_proxy: hosts, domains, ports, addresses, networks', limits, () => {
  const cases: readonly [list: string, host: string, port: number, excluded: boolean][] = [
    ['', 'example.org', 80, false],
    ['*', 'example.org', 80, true],
    ['example.org', 'example.org', 80, true],
    ['EXAMPLE.org', 'Example.ORG', 80, true],
    ['example.org', 'www.example.org', 80, true],
    ['.example.org', 'www.example.org', 80, true],
    ['.example.org', 'example.org', 80, true],
    ['*.example.org', 'www.example.org', 80, true],
    ['example.org', 'badexample.org', 80, false],
    ['example.org', 'example.org.evil', 80, false],
    ['example.org:8080', 'example.org', 8080, true],
    ['example.org:8080', 'example.org', 80, false],
    ['a.b example.org', 'example.org', 80, true],
    ['a.b,,example.org,', 'example.org.', 80, true],
    ['127.0.0.1', '127.0.0.1', 80, true],
    ['127.0.0.1:81', '127.0.0.1', 80, false],
    ['10.0.0.0/8', '10.1.2.3', 80, true],
    ['10.0.0.0/8', '11.1.2.3', 80, false],
    ['10.0.0.0/99', '10.1.2.3', 80, false],
    ['::1', '::1', 80, true],
    ['[::1]', '::1', 80, true],
    ['[::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['fd00::/8', '10.0.0.1', 80, false],
    ['.', 'example.org', 80, false],
  ]
  for (const [list, host, port, excluded] of cases) {
    assert.equal(isExcluded(host, port, list), excluded, `${list} for ${host}:${port}`)
  }
})
