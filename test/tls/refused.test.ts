// The cases of badssl.com, made with openssl: each is refused with the code that node:tls gives for the same server in the
// same run.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect, type TlsOptions } from 'node:tls'
import { type ConnectTlsOptions, connectTls, openTls, TlsContext, TlsError, type TlsSocket } from 'berkeley'
import type { Weakness } from '../fixtures/tls/weak-server.js'
import { noOpenSsl } from '../support/certificates.js'
import { startWorker } from '../support/threads.js'
import { certificates, openSslObjects, startNodeServer } from '../support/tls.js'

interface Case {
  readonly title: string
  readonly server: () => TlsOptions
  readonly client?: ConnectTlsOptions & ConnectionOptions
  readonly host?: string
  /** The code, where it does not depend on the version of OpenSSL. */
  readonly code?: string
}

const identity = ({ cert, key }: { cert: string; key: string }): TlsOptions => ({ cert, key })

const CASES: readonly Case[] = [
  { title: 'expired', server: () => identity(certificates.expired), code: 'CERT_HAS_EXPIRED' },
  { title: 'not yet valid', server: () => identity(certificates.notYetValid), code: 'CERT_NOT_YET_VALID' },
  { title: 'issued by no authority', server: () => identity(certificates.ofNoAuthority) },
  { title: 'outside of name constraints', server: () => identity(certificates.outOfConstraints) },
  { title: 'path too long', server: () => identity(certificates.tooLongChain), code: 'PATH_LENGTH_EXCEEDED' },
  { title: 'for clients only', server: () => identity(certificates.wrongPurpose), code: 'INVALID_PURPOSE' },
  {
    title: 'no encryption',
    server: () => ({ ...identity(certificates.goodRsa), ciphers: 'NULL-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' }),
  },
  {
    title: 'a client without a certificate, TLS 1.2',
    server: () => ({
      ...identity(certificates.good),
      ca: certificates.root.cert,
      requestCert: true,
      maxVersion: 'TLSv1.2',
    }),
  },
  { title: 'wrong host', server: () => identity(certificates.wrongHost), code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  { title: 'no names', server: () => identity(certificates.noNames), code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  {
    title: 'an address as common name',
    server: () => identity(certificates.addressAsName),
    client: { servername: '' },
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  { title: 'self-signed', server: () => identity(certificates.selfSigned), code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  {
    title: 'untrusted root',
    server: () => {
      const { cert, key } = certificates.untrustedRoot
      return { key, cert: `${cert}\n${certificates.otherRoot.cert}` }
    },
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  },
  {
    title: 'incomplete chain',
    server: () => identity(certificates.incompleteChain),
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  { title: 'weak key', server: () => ({ ...identity(certificates.weakKey), ciphers: 'DEFAULT:@SECLEVEL=0' }) },
  { title: 'SHA-1', server: () => ({ ...identity(certificates.sha1), ciphers: 'DEFAULT:@SECLEVEL=0' }) },
  { title: 'MD5', server: () => ({ ...identity(certificates.md5), ciphers: 'DEFAULT:@SECLEVEL=0' }) },
  {
    title: 'version too old',
    server: () => ({
      ...identity(certificates.good),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    }),
  },
  {
    title: 'no shared cipher',
    server: () => ({ ...identity(certificates.good), maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }),
    client: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  },
  {
    title: 'no shared protocol',
    server: () => ({ ...identity(certificates.good), ALPNProtocols: ['a'] }),
    client: { ALPNProtocols: ['b'] },
  },
]

/** The code of node:tls for a connection to the server; undefined if it connects. */
async function nodeCode(port: number, options: ConnectionOptions): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  try {
    await once(socket, 'secureConnect')
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  } finally {
    socket.destroy()
  }
}

function ownCode(act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

/** Connects in each way, and compares the codes. */
async function assertRefused(port: number, client: Case['client'], code: string | undefined): Promise<void> {
  const options = { ca: certificates.root.cert, servername: 'localhost', ...client }
  const target = { host: '127.0.0.1', port }
  const expected = await nodeCode(port, options)
  assert.ok(expected !== undefined, 'node:tls connects')
  const before = openSslObjects().connections
  assert.equal(
    ownCode(() => connectTls(target, { ...options, timeout: 30_000 })),
    expected,
  )
  await assert.rejects(openTls(target, { ...options, timeout: 30_000 }), { code: expected })
  if (code !== undefined) assert.equal(expected, code)
  assert.equal(openSslObjects().connections, before)
}

for (const { title, server, client, code } of CASES) {
  test(`tls refuses: ${title}, with the code of node:tls`, { skip: noOpenSsl }, async (context: TestContext) => {
    const { target } = await startNodeServer(context, server())
    await assertRefused(target.port, client, code)
  })
}

for (const [kind, client, code] of [
  ['dh480', {}, undefined],
  ['dh480', { ciphers: 'ALL:@SECLEVEL=0' }, undefined],
  ['dh512', {}, 'ERR_SSL_DH_KEY_TOO_SMALL'],
  ['dh512', { ciphers: 'ALL:@SECLEVEL=0' }, 'ERR_SSL_DH_KEY_TOO_SMALL'],
  ['rc4', {}, undefined],
  ['rc4', { ciphers: 'ALL:@SECLEVEL=0' }, undefined],
] as const) {
  const title = `${kind}${'ciphers' in client ? ', at the lowest security level' : ''}`
  test(`tls refuses: ${title}, with the code of node:tls`, { skip: noOpenSsl }, async (context: TestContext) => {
    const workerData: Weakness = { kind, cert: certificates.goodRsa.cert }
    const { next } = startWorker('tls/weak-server', { workerData, context })
    await assertRefused(await next<number>(), { ...client, maxVersion: 'TLSv1.2' }, code)
  })
}

test('tls refuses: a client without a certificate, TLS 1.3, when it receives, with the code of node:tls', {
  skip: noOpenSsl,
}, async (context) => {
  const ca = certificates.root.cert
  const { target } = await startNodeServer(context, { ca, requestCert: true })
  const peer = connect({ ...target, ca, servername: 'localhost' })
  const [{ code }] = await once(peer, 'error')
  assert.equal(code, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')
  using socket = connectTls(target, { ca })
  assert.throws(() => socket.recv(1, { timeout: 30_000 }), { code })
})

test('tls: what is refused is accepted where that is allowed by name, with the same code', {
  skip: noOpenSsl,
}, async (context) => {
  const { target } = await startNodeServer(context, identity(certificates.expired))
  using socket = connectTls(target, { ca: certificates.root.cert, rejectUnauthorized: false })
  assert.equal(socket.tls.authorized, false)
  assert.equal(socket.tls.authorizationError, 'CERT_HAS_EXPIRED')
  socket.sendAll('hello\n')
  assert.equal(socket.reader().readLine(), 'hello')
  const { session } = socket.tls
  // A session of a connection without the check must not pass for one with it.
  assert.throws(() => connectTls(target, { ca: certificates.root.cert, session: session! }), {
    code: 'CERT_HAS_EXPIRED',
  })
})

test('tls: an extended Object.prototype switches off no check', { skip: noOpenSsl }, async (context) => {
  const { target } = await startNodeServer(context, identity(certificates.expired))
  const prototype = Object.prototype as Record<string, unknown>
  const members = { rejectUnauthorized: false, checkServerIdentity: () => undefined, ca: 'none', ciphers: 'NULL' }
  let code: string | undefined
  Object.assign(prototype, members)
  try {
    code = ownCode(() => connectTls(target, { ca: certificates.root.cert })) ?? 'accepted'
  } finally {
    for (const name of Object.keys(members)) delete prototype[name]
  }
  assert.equal(code, 'CERT_HAS_EXPIRED')
})

test('tls: a session for one host is not taken for another', { skip: noOpenSsl }, async (context) => {
  const { target } = await startNodeServer(context)
  const ca = certificates.root.cert
  using socket = connectTls(target, { ca })
  socket.sendAll('hello\n')
  socket.reader().readLine()
  const options = { ca, session: socket.tls.session!, servername: 'other.example' }
  assert.throws(() => connectTls(target, options), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  using resumed = connectTls(target, { ...options, servername: '127.0.0.1' })
  assert.ok(resumed.tls.isSessionReused)
})

test('tls: a session is resumed again by its context, also after a connection with it has failed', {
  skip: noOpenSsl,
}, async (context) => {
  const { target } = await startNodeServer(context)
  const secureContext = new TlsContext({ ca: certificates.root.cert })
  const openTo = (servername: string, session?: Buffer): TlsSocket =>
    connectTls(target, { secureContext, servername, ...(session && { session }) })
  using first = openTo('localhost')
  first.sendAll('hello\n')
  assert.equal(first.reader().readLine(), 'hello')
  const session = first.tls.session!
  for (let count = 0; count < 3; count++) {
    assert.throws(() => openTo('other.example', session), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    using resumed = openTo('localhost', session)
    assert.ok(resumed.tls.isSessionReused)
  }
})

test('tls: names with wildcards, addresses and IDNA', { skip: noOpenSsl }, async (context) => {
  const { target, connected } = await startNodeServer(context)
  const ca = certificates.root.cert
  for (const servername of ['a.wild.example', 'A.WILD.example.', '127.0.0.1', '::1', 'bücher.wild.example']) {
    using socket = connectTls(target, { ca, servername })
    assert.ok(socket.tls.authorized, servername)
    const side = await connected()
    const expected: Record<string, string> = {
      'a.wild.example': 'a.wild.example',
      'bücher.wild.example': 'xn--bcher-kva.wild.example',
    }
    if (expected[servername] !== undefined) assert.equal(side.servername, expected[servername])
    if (servername.includes(':')) assert.equal(side.servername, false)
  }
  for (const servername of ['wild.example', 'a.b.wild.example', '127.0.0.2', 'a.wild.example.evil.example']) {
    assert.throws(() => connectTls(target, { ca, servername }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      host: servername,
    })
  }
})

test('tls: the message for another host names the hosts that the certificate is for', {
  skip: noOpenSsl,
}, async (context) => {
  const { target } = await startNodeServer(context)
  const ca = certificates.root.cert
  const servername = 'other.example'
  const message =
    /^handshake \w+: the certificate of other.example is refused: \w+ mismatch: it is for localhost, \*.wild.example, 127.0.0.1 and 1 more$/i
  assert.throws(() => connectTls(target, { ca, servername }), { message })
  await assert.rejects(openTls(target, { ca, servername }), { message })
  using socket = connectTls(target, { ca })
  socket.sendAll('hello\n')
  socket.reader().readLine()
  const { session } = socket.tls
  assert.throws(() => connectTls(target, { ca, servername, session: session! }), { message })
  const wrong = await startNodeServer(context, identity(certificates.wrongHost))
  assert.throws(() => connectTls(wrong.target, { ca }), { message: /mismatch: it is for wrong.example$/i })
  const nameless = await startNodeServer(context, identity(certificates.noNames))
  assert.throws(() => connectTls(nameless.target, { ca }), { message: /mismatch$/i })
})

test('tls: checkServerIdentity replaces the check of the name', { skip: noOpenSsl }, async (context) => {
  const { target } = await startNodeServer(context)
  const ca = certificates.root.cert
  const mine = new Error('not mine')
  assert.throws(() => connectTls(target, { ca, servername: 'x.example', checkServerIdentity: () => mine }), mine)
  const seen: unknown[] = []
  using socket = connectTls(target, {
    ca,
    servername: 'x.example',
    checkServerIdentity: (name, { subject }) => void seen.push(name, subject.CN),
  })
  assert.deepEqual(seen, ['x.example', 'localhost'])
  assert.ok(socket.tls.authorized)
})

test('tls: certificates, keys and passphrases that are wrong', { skip: noOpenSsl }, () => {
  const { cert } = certificates.good
  const { key: other } = certificates.client
  const encrypted = certificates.encryptedKey(certificates.good, 'secret')
  const pfx = certificates.pkcs12(certificates.good, 'secret')
  const open = (options: ConnectTlsOptions): void => void connectTls({ host: '127.0.0.1', port: 1 }, options)
  const wrong: [ConnectTlsOptions, RegExp][] = [
    [{ cert, key: other }, /KEY_VALUES_MISMATCH/],
    [{ cert: 'no certificate' }, /ERR_/],
    [{ cert, key: 'no key' }, /ERR_/],
    [{ cert, key: encrypted, passphrase: 'wrong' }, /ERR_OSSL_/],
    [{ cert, key: encrypted }, /ERR_OSSL_/],
    [{ pfx, passphrase: 'wrong' }, /MAC_VERIFY_FAILURE/],
    [{ pfx: Buffer.from('no file') }, /ERR_OSSL_/],
    [{ ca: 'no certificate' }, /ERR_/],
    [{ ciphers: 'no-such-cipher' }, /ERR_SSL_NO_CIPHER_MATCH/],
  ]
  // The option's words follow those of OpenSSL, which leave open what is wrong.
  assert.throws(() => open({ ca: '/etc/ssl/ca.pem' }), /options\.ca is refused: .*contents of the file, not its path/)
  for (const [options, code] of wrong) {
    assert.throws(
      () => open(options),
      (error) => {
        assert.ok(error instanceof TlsError, String(error))
        assert.match(error.code, code)
        assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}`, /secret|PRIVATE|no key/)
        return true
      },
    )
  }
})
