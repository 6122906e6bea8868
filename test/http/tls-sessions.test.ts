// Sessions of TLS: fetchSync resumes them over new connections to the same server, with the same options and no others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TlsContext, type TlsOptions } from 'berkeley'
import { type FetchSyncOptions, fetchSync } from 'berkeley/http'
import { tlsKey } from '../../src/http/tls-key.js'
import { keepSession, takeSession } from '../../src/http/tls-sessions.js'
import type { TlsFacts } from '../fixtures/http/server.js'
import { noOpenSsl } from '../support/certificates.js'
import { startHttpServer, startProxy } from '../support/http.js'
import { certificates, openSslObjects } from '../support/tls.js'

const limits = { timeout: 60_000, skip: noOpenSsl }
const { cert: ca } = certificates.root
const { cert, key } = certificates.good

/** What the server sees of a request over a connection of its own. */
function factsOf(site: string, tls: TlsOptions, options: FetchSyncOptions = {}): TlsFacts {
  return fetchSync(`${site}/tls`, { tls, keepAlive: false, ...options }).json() as TlsFacts
}

const isReused = (site: string, tls: TlsOptions): boolean => factsOf(site, tls).isSessionReused

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: a new connection resumes the session of the one before`, limits, async (context) => {
    const site = await startHttpServer(context, { cert, key, minVersion: version, maxVersion: version })
    const seen = [1, 2, 3, 4].map(() => factsOf(site, { ca }))
    assert.deepEqual(
      seen,
      [false, true, true, true].map((isSessionReused) => ({ isSessionReused, version })),
    )
    const other = await startHttpServer(context, { cert, key, minVersion: version, maxVersion: version })
    assert.equal(isReused(other, { ca }), false, 'another port')
    assert.equal(isReused(site.replace('127.0.0.1', 'localhost'), { ca }), false, 'another name of the host')
  })

  test(`${version}: a kept connection leaves its session, too`, limits, async (context) => {
    const site = await startHttpServer(context, { cert, key, minVersion: version, maxVersion: version })
    const tls = { ca }
    assert.equal(factsOf(site, tls, { keepAlive: true }).isSessionReused, false)
    assert.equal(isReused(site, tls), true)
  })
}

test('options that differ in anything share no session', limits, async (context) => {
  const site = await startHttpServer(context, { cert, key, requestCert: true, rejectUnauthorized: false })
  const base = { ca, ALPNProtocols: ['http/1.1'] }
  assert.equal(isReused(site, base), false)
  const others: Readonly<Record<string, TlsOptions>> = {
    'another name': { ...base, servername: 'localhost' },
    'other trust': { ...base, ca: [ca, certificates.good.cert] },
    'trust from other memory': { ...base, ca: Buffer.from(ca) },
    'no verification': { ...base, rejectUnauthorized: false },
    'a check of its own': { ...base, checkServerIdentity: () => undefined },
    'a certificate': { ...base, cert, key },
    'other protocols': { ...base, ALPNProtocols: ['http/1.1', 'http/1.0'] },
    'another version': { ...base, maxVersion: 'TLSv1.2' },
    'other ciphers': { ...base, ciphers: 'TLS_AES_128_GCM_SHA256' },
  }
  for (const [name, options] of Object.entries(others)) assert.equal(isReused(site, options), false, name)
  for (const [name, options] of Object.entries(others)) {
    if (name !== 'a check of its own') assert.equal(isReused(site, options), true, `${name}, again`)
  }
  // The same values in another object, and in another order.
  assert.equal(isReused(site, { ALPNProtocols: ['http/1.1'], ca: `${ca}` }), true)
})

test('an option that the program changes in its object counts', limits, async (context) => {
  const site = await startHttpServer(context, { cert, key })
  const tls = { rejectUnauthorized: false as boolean }
  assert.equal(fetchSync(`${site}/tls`, { tls }).status, 200)
  tls.rejectUnauthorized = true
  assert.throws(() => fetchSync(`${site}/tls`, { tls }), { name: 'TlsError' })
})

test('a session that the program gives is its own', limits, async (context) => {
  const site = await startHttpServer(context, { cert, key })
  const session = Buffer.alloc(0)
  const seen = [1, 2].map(() => isReused(site, { ca, session }))
  assert.deepEqual(seen, [false, false])
})

test('connections with the same options share a context', limits, async (context) => {
  const site = await startHttpServer(context, { cert, key })
  const { contexts } = openSslObjects()
  const trust = `${ca}\n`
  for (let count = 0; count < 5; count++) assert.equal(factsOf(site, { ca: trust }).version, 'TLSv1.3')
  // Garbage of earlier tests may have been collected meanwhile.
  assert.ok(openSslObjects().contexts <= contexts + 1)
  const secureContext = new TlsContext()
  const refused = { code: 'ERR_INVALID_ARG_VALUE', message: /belongs in the TlsContext/ }
  assert.throws(() => isReused(site, { ca, secureContext }), refused)
  assert.throws(() => isReused(site, { ca: 'no certificate' }), { name: 'TlsError' })
  assert.throws(() => isReused(site, { ca: 1 as never }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('a tunnel: the session is resumed through it', limits, async (context) => {
  const site = await startHttpServer(context, { cert, key })
  const proxy = await startProxy(context)
  const seen = [1, 2].map(() => factsOf(site, { ca }, { proxy: proxy.url }).isSessionReused)
  assert.deepEqual(seen, [false, true])
})

for (const fault of ['reset', 'alert'] as const) {
  test(`a handshake that fails over a session (${fault}) is made again without it`, limits, async (context) => {
    const site = await startHttpServer(context, { cert, key, faults: { 1: fault, 3: fault } })
    assert.throws(() => isReused(site, { ca }), { code: /^(ECONNRESET|ERR_SSL_)/ })
    assert.deepEqual(
      [1, 2, 3].map(() => isReused(site, { ca })),
      [false, false, true],
    )
  })
}

test('sessions: the oldest are forgotten beyond a hundred, and each is given out once', () => {
  for (let count = 0; count <= 100; count++) keepSession(`host ${count}`, Buffer.from([count]))
  assert.equal(takeSession('host 0'), null)
  assert.deepEqual(takeSession('host 1'), Buffer.from([1]))
  assert.equal(takeSession('host 1'), null)
  for (let count = 2; count <= 100; count++) assert.deepEqual(takeSession(`host ${count}`), Buffer.from([count]))
})

test('keys: equal for equal options alone', () => {
  const text = 'a certificate '.repeat(10)
  const bytes = Buffer.from(text)
  const check = (): undefined => undefined
  const forms: readonly TlsOptions[] = [
    {},
    { ca: text },
    { ca: [text] },
    { ca: [text, text] },
    { ca: bytes },
    { ca: `${text}.` },
    { servername: 'a' },
    { servername: 'a,"b":1' },
    { checkServerIdentity: check },
    { key: [{ pem: text, passphrase: 'a' }] },
    { key: [{ pem: text, passphrase: 'b' }] },
    { rejectUnauthorized: false },
    { rejectUnauthorized: 'false' as unknown as boolean },
  ]
  assert.equal(new Set(forms.map(tlsKey)).size, forms.length)
  assert.equal(
    tlsKey({ ca: text, servername: 'a' }),
    tlsKey({ servername: 'a', ca: `${text}`, cert: undefined } as never),
  )
  assert.equal(tlsKey({ ca: bytes }), tlsKey({ ca: bytes }))
  assert.notEqual(tlsKey({ ca: bytes }), tlsKey({ ca: Buffer.from(bytes) }))
  assert.doesNotMatch(tlsKey({ key: text }), /certificate/)
  const endless: unknown[] = []
  endless.push(endless)
  assert.equal(tlsKey({ ca: endless as never }), tlsKey({ ca: endless as never }))
})
