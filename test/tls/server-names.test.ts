// Contexts by the client's name (SNICallback): each brings its own trust for the certificates of clients, also where a
// session is resumed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TlsContext, TlsError, type TlsSocket, type WrapTlsWaitOptions } from 'berkeley'
import { type Identity, noOpenSsl } from '../support/certificates.js'
import { certificates, tlsPair } from '../support/tls.js'

const options = { skip: noOpenSsl }
/** The options of tlsPair that belong in a context. */
const WITHOUT_DEFAULTS = { ca: undefined, cert: undefined, key: undefined } as unknown as WrapTlsWaitOptions
const NAMES = ['a.wild.example', 'b.wild.example'] as const

/** A server whose name a.wild.example trusts one root and b.wild.example another; any other name trusts none. */
function serverOptions(): WrapTlsWaitOptions {
  const { cert, key } = certificates.good
  const [a, b, none] = [certificates.root, certificates.otherRoot, certificates.selfSigned].map(
    (trusted) => new TlsContext({ cert, key, ca: trusted.cert }),
  )
  const contexts = new Map([
    [NAMES[0] as string, a],
    [NAMES[1] as string, b],
  ])
  const SNICallback = (name: string): TlsContext | undefined => contexts.get(name)
  return { ...WITHOUT_DEFAULTS, secureContext: none!, requestCert: true, SNICallback }
}

interface Attempt {
  readonly servername: string
  readonly identity: Identity
  readonly session?: Buffer | null | undefined
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
}

/** Connects, and sends a byte each way. */
function exchanged(server: WrapTlsWaitOptions, secureContext: TlsContext, attempt: Attempt): [TlsSocket, TlsSocket] {
  const { servername, session } = attempt
  const client = { ...WITHOUT_DEFAULTS, secureContext, servername, ...(session && { session }) }
  const sides = tlsPair({ client, server })
  sides.server.sendAll('x')
  assert.equal(String(sides.client.recv(1)), 'x')
  return [sides.client, sides.server]
}

const clientContext = ({ identity: { cert, key }, maxVersion = 'TLSv1.3' }: Attempt): TlsContext =>
  new TlsContext({ ca: certificates.root.cert, cert, key, maxVersion })

const ofRoot = (): Identity => certificates.client
const ofOtherRoot = (): Identity => certificates.untrustedRoot

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`tls names: the context of a name brings its own trust, ${maxVersion}`, options, () => {
    const server = serverOptions()
    for (const [servername, identity, isTrusted] of [
      [NAMES[0], ofRoot(), true],
      [NAMES[1], ofOtherRoot(), true],
      [NAMES[0], ofOtherRoot(), false],
      [NAMES[1], ofRoot(), false],
      ['c.wild.example', ofRoot(), false],
    ] as const) {
      const attempt = { servername, identity, maxVersion }
      const connect = (): [TlsSocket, TlsSocket] => exchanged(server, clientContext(attempt), attempt)
      if (!isTrusted) {
        assert.throws(connect, TlsError)
        continue
      }
      const [a, b] = connect()
      assert.ok(b.tls.authorized)
      a.close()
      b.close()
    }
  })

  test(`tls names: a session of one name is not resumed for another, ${maxVersion}`, options, () => {
    const server = serverOptions()
    const attempt = { servername: NAMES[0], identity: ofRoot(), maxVersion }
    const secureContext = clientContext(attempt)
    const [a, b] = exchanged(server, secureContext, attempt)
    const session = a.tls.session
    a.close()
    b.close()
    const [again, other] = exchanged(server, secureContext, { ...attempt, session })
    assert.ok(again.tls.isSessionReused)
    again.close()
    other.close()
    assert.throws(() => exchanged(server, secureContext, { ...attempt, servername: NAMES[1], session }), TlsError)
  })
}

test('tls names: a server that requires a certificate resumes no session without one', options, () => {
  const { cert, key } = certificates.good
  const secureContext = new TlsContext({ cert, key, ca: certificates.root.cert })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const ofClient = new TlsContext({ ca: certificates.root.cert, maxVersion })
    const attempt = (requestCert: boolean, session?: Buffer | null): [TlsSocket, TlsSocket] => {
      const server = { ...WITHOUT_DEFAULTS, secureContext, requestCert }
      return exchanged(server, ofClient, { servername: 'localhost', identity: certificates.client, session })
    }
    const [a, b] = attempt(false)
    const { session } = a.tls
    const [again, other] = attempt(false, session)
    assert.ok(again.tls.isSessionReused)
    assert.throws(() => attempt(true, session), { code: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' })
    for (const socket of [a, b, again, other]) socket.close()
  }
})
