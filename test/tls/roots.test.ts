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

/** The certificate with a length of its outermost object that is not definite: BER, which is not DER. */
function indefinite(pem: string): string {
  const der = Buffer.from(pem.replace(/-----.*?-----/g, ''), 'base64')
  const header = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f)
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(header), Buffer.of(0, 0)])
  return `-----BEGIN CERTIFICATE-----\n${ber.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----`
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

test('TLS roots: reading ends at a certificate that cannot be read, as with node:tls', limits, async (context) => {
  const { root, good, otherRoot, untrustedRoot } = certificates
  const odd = ['30', '3080', '308400000000', 'ffff', '30023000', '3003300100', '1f', '3082ffff', '30053003a00130']
  for (const hex of odd) {
    const block = `-----BEGIN CERTIFICATE-----\n${Buffer.from(hex, 'hex').toString('base64')}\n-----END CERTIFICATE-----`
    assert.ok(native.tlsSetRoots(Buffer.from(block)) < 0)
  }
  const broken = `-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----`
  assert.equal(native.tlsSetRoots(Buffer.from([root.key, root.cert, broken, otherRoot.cert].join('\n'))), 0)
  const [trusted, beyond] = await Promise.all(
    [good, untrustedRoot].map(({ cert, key }) => startNodeServer(context, { cert, key })),
  )
  connectTls(trusted!.target).close()
  assert.throws(() => connectTls(beyond!.target), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  assert.equal(native.tlsParsedRoots(), 1)
})

test(
  'TLS roots: a root with a length that is not definite is found, and hides no other of its name',
  limits,
  async (context) => {
    const { root, renewedRoot, good, ofRenewedRoot } = certificates
    const said = await connecting(context, `${indefinite(root.cert)}\n${renewedRoot.cert}`, [ofRenewedRoot, good])
    assert.deepEqual(said, { codes: ['', ''], parsed: 2 })
  },
)

test(
  'TLS roots: threads that need one of many with one name at the same moment all find it',
  limits,
  async (context) => {
    const { root, good } = certificates
    const namesakes = certificates.namesakesOfRoot(20)
    const extra = [...namesakes, root].map(({ cert }) => cert).join('\n')
    const said = await connecting(context, extra, [good], { threads: 8 })
    assert.deepEqual(said, { codes: Array(8).fill(''), parsed: namesakes.length + 1 })
  },
)
