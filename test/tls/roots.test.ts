// The authorities that are trusted by default, with those of NODE_EXTRA_CA_CERTS: each is parsed when a chain leads to it.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connectTls } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { type Identity, noOpenSsl } from '../support/certificates.js'
import { succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { certificates, startNodeServer } from '../support/tls.js'

const limits = { timeout: 60_000, skip: noOpenSsl }

/** What the program says: see the fixture. */
interface Said {
  readonly codes: readonly string[]
  readonly parsed: number
}

/** Connects to a server of each identity, in a process that trusts `extra`, a text in PEM, beside the usual authorities. */
async function connecting(
  context: TestContext,
  extra: string,
  servers: readonly Identity[],
  { threads = 1 } = {},
): Promise<Said> {
  const file = join(temporaryFolder(), 'extra.pem')
  writeFileSync(file, extra)
  const started = await Promise.all(servers.map(({ cert, key }) => startNodeServer(context, { cert, key })))
  const args = [threads, ...started.map(({ target }) => target.port)].map(String)
  const env = { NODE_EXTRA_CA_CERTS: file }
  return JSON.parse(await succeeds(context, 'test/fixtures/tls/usual-roots.js', args, { env })) as Said
}

test('TLS roots: a chain parses the authority that it leads to, and no other', limits, async (context) => {
  const { root, otherRoot, good, completeChain } = certificates
  const said = await connecting(context, `${otherRoot.cert}\n${root.cert}`, [good, completeChain, good])
  assert.deepEqual(said, { codes: ['', '', ''], parsed: 1 })
})

test('TLS roots: of several with one name, the one whose key has signed is found', limits, async (context) => {
  const { root, renewedRoot, good, ofRenewedRoot } = certificates
  const said = await connecting(context, `${root.cert}\n${renewedRoot.cert}`, [ofRenewedRoot, good])
  assert.deepEqual(said, { codes: ['', ''], parsed: 2 })
})

test('TLS roots: names that differ in capital letters are equal, as for node:tls', limits, async (context) => {
  const said = await connecting(context, certificates.rootInCapitals.cert, [certificates.good])
  assert.deepEqual(said, { codes: [''], parsed: 1 })
})

test('TLS roots: what is in no file of theirs is refused', limits, async (context) => {
  const { root, selfSigned, incompleteChain, untrustedRoot } = certificates
  const said = await connecting(context, root.cert, [selfSigned, incompleteChain, untrustedRoot])
  const noIssuer = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
  assert.deepEqual(said, { codes: ['DEPTH_ZERO_SELF_SIGNED_CERT', noIssuer, noIssuer], parsed: 0 })
})

test('TLS roots: a root of version 1 has its subject elsewhere', limits, async (context) => {
  const said = await connecting(context, certificates.oldRoot.cert, [certificates.ofOldRoot])
  assert.deepEqual(said, { codes: [''], parsed: 1 })
})

test('TLS roots: other blocks of PEM, and certificates that cannot be read, do no harm', limits, async (context) => {
  const { root, good } = certificates
  const odd = ['30', '3080', '308400000000', 'ffff', '30023000', '3003300100', '1f', '3082ffff', '30053003a00130'].map(
    (hex) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(hex, 'hex').toString('base64')}\n-----END CERTIFICATE-----`,
  )
  const pem = [root.key, ...odd, root.cert].join('\n')
  assert.equal(native.tlsSetRoots(Buffer.from(pem)), 0)
  const { target } = await startNodeServer(context, { cert: good.cert, key: good.key })
  connectTls(target).close()
  const other = await startNodeServer(context, { cert: certificates.selfSigned.cert, key: certificates.selfSigned.key })
  assert.throws(() => connectTls(other.target), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  assert.equal(native.tlsParsedRoots(), odd.length + 1)
})

test('TLS roots: threads that need one root at the same moment all find it', limits, async (context) => {
  const said = await connecting(context, certificates.root.cert, [certificates.good], { threads: 8 })
  assert.deepEqual(said, { codes: Array(8).fill(''), parsed: 1 })
})
