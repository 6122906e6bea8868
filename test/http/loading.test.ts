// What a process loads for its first request, and what it does not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noOpenSsl } from '../support/certificates.js'
import { succeeds } from '../support/child.js'
import { startHttpServer } from '../support/http.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 60_000 }

/** What the program says: see the fixture. */
interface Loaded {
  readonly modules: readonly string[]
  readonly parsedRoots: number
}

async function loadedAfter(...args: Parameters<typeof succeeds>): Promise<Loaded> {
  return JSON.parse(await succeeds(...args)) as Loaded
}

test('http: a request loads neither node:zlib, nor node:tls, nor fetch', limits, async (context) => {
  const site = await startHttpServer(context)
  const { modules } = await loadedAfter(context, 'test/fixtures/http/first-request.js', [`${site}/chunked`, '{}'])
  assert.deepEqual(modules, [])
})

test('https: the usual authorities are read only where a certificate is checked against them', {
  ...limits,
  skip: noOpenSsl,
}, async (context) => {
  const site = await startHttpServer(context, certificates.good)
  for (const tls of [{ ca: certificates.root.cert }, { rejectUnauthorized: false }]) {
    const args = [`${site}/chunked`, JSON.stringify(tls)]
    assert.equal((await loadedAfter(context, 'test/fixtures/http/first-request.js', args)).parsedRoots, -1)
  }
})
