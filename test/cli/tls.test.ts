import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket as NodeSocket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect, TLSSocket } from 'node:tls'
import { Socket } from 'berkeley'
import { printable } from '../../src/cli/terminal/escaping.js'
import type { HandshakeReport } from '../../src/cli/tls/printing.js'
import { type StartTlsName, startTls } from '../../src/cli/tls/starttls.js'
import { reportOn } from '../../src/cli/tls/tls.js'
import { type Identity, noOpenSsl } from '../support/certificates.js'
import { Child, type Ended, run } from '../support/child.js'
import { find, onFreePort } from '../support/debian.js'
import { tcpServer } from '../support/node-servers.js'
import { certificates, startNodeServer } from '../support/tls.js'

const options = { timeout: 60_000, skip: noOpenSsl }

function berkeleyTls(context: TestContext, port: number, ...args: string[]): Promise<Ended> {
  const { certFile } = certificates.root
  return run(context, 'src/cli/main.js', ['tls', '--cacert', certFile, ...args, 'localhost', String(port)])
}

async function jsonOf(context: TestContext, port: number, ...args: string[]): Promise<HandshakeReport> {
  const { code, stdout, stderr } = await berkeleyTls(context, port, '--json', ...args)
  assert.deepEqual([code, stderr], [0, ''])
  return JSON.parse(stdout.toString()) as HandshakeReport
}

test("tls: shows the handshake with Node's server in 80 columns", options, async (context) => {
  const { cert, key } = certificates.completeChain
  const { target } = await startNodeServer(context, { cert, key, ALPNProtocols: ['http/1.1'] })
  const { code, stdout, stderr } = await berkeleyTls(context, target.port)
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.toString().split('\n')
  assert.equal(
    lines.find((line) => line.length > 80),
    undefined,
  )
  const shown = stdout.toString()
  for (const fact of [/^version +TLSv1\.3$/m, /^ALPN +http\/1\.1$/m, /^resumption +a second connection resumed/m]) {
    assert.match(shown, fact)
  }
  assert.match(shown, /^trusted +yes: the chain ends at CN=root/m)
  assert.match(shown, /^certificate 1\n +subject +CN=intermediate$/m)
  assert.match(shown, /^ +valid +2024-01-01 to 2049-01-01, [\d,]+ days left$/m)
})

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  test(`tls: shows the handshake of ${version} with openssl s_server as JSON`, options, async (context) => {
    const { certFile, keyFile } = certificates.goodRsa
    const flag = `-${version.toLowerCase().replace('v', '').replace('.', '_')}`
    const { port } = await onFreePort(async (free) => {
      const words = [
        's_server',
        '-accept',
        `127.0.0.1:${free}`,
        '-cert',
        certFile,
        '-key',
        keyFile,
        flag,
        '-alpn',
        'h2',
      ]
      const child = new Child(context, find('openssl')!, words, { input: 'open' })
      await child.prints(/ACCEPT/)
      return child
    })
    const report = await jsonOf(context, port, '--alpn', 'http/1.1,h2')
    assert.deepEqual([report.protocol, report.alpnProtocol, report.address], [version, 'h2', '127.0.0.1'])
    assert.equal(report.resumption.resumed, true, report.resumption.reason)
    assert.deepEqual(report.trust.authority, 'CN=root')
    const [own] = report.certificates
    assert.deepEqual([own!.subject, own!.issuer, own!.key], ['CN=localhost-rsa', 'CN=root', 'RSA, 2048 bits'])
    const names = ['DNS:localhost', 'DNS:*.wild.example', 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1']
    assert.deepEqual(own!.names, names)
    for (const ms of [report.times.lookupMs, report.times.connectMs, report.times.handshakeMs]) assert.ok(ms > 0)
    assert.equal(report.times.startTlsMs, null)
  })
}

/** The code with which node:tls refuses the certificate of a server. */
async function nodeVerdict(port: number): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificates.root.cert })
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  return error.code
}

/** Certificates with faults, and the reason that is reported. */
const faults: Readonly<Record<string, readonly [identity: () => Identity, reason: RegExp]>> = {
  expired: [() => certificates.expired, /^CN=expired expired on 2021-01-01$/],
  'of another host': [
    () => certificates.wrongHost,
    /^the certificate is for DNS:wrong.example, and not for localhost$/,
  ],
  'self-signed': [() => certificates.selfSigned, /^the certificate is signed with its own key/],
  'of an untrusted authority': [() => certificates.untrustedRoot, /^the issuer .* CN=other-root, is missing/],
  'without the intermediate authority': [
    () => certificates.incompleteChain,
    /^the issuer .* CN=intermediate, is missing/,
  ],
}

for (const [fault, [identity, reason]] of Object.entries(faults)) {
  test(`tls: says why a certificate is not trusted: ${fault}`, options, async (context) => {
    const { cert, key } = identity()
    const { target } = await startNodeServer(context, { cert, key })
    const { certFile } = certificates.root
    const { trust } = reportOn('127.0.0.1', target.port, { cacert: certFile, servername: 'localhost', timeout: 30_000 })
    assert.equal(trust.isTrusted, false)
    assert.equal(trust.code, await nodeVerdict(target.port))
    assert.match(trust.reason, reason)
  })
}

test(
  'tls: a certificate that is not trusted, and a server without TLS, have exit status 1',
  options,
  async (context) => {
    const { cert, key } = certificates.expired
    const { target } = await startNodeServer(context, { cert, key })
    const refused = await berkeleyTls(context, target.port)
    assert.equal(refused.code, 1)
    assert.match(refused.stdout.toString(), /^ +valid .* expired [\d,]+ days ago$/m)
    assert.match(refused.stderr, /^berkeley: the certificate is not trusted: CERT_HAS_EXPIRED: [^\n]+\n$/)
    const plain = await tcpServer(context, (connection) => connection.end('220 hello\r\n'))
    const { code, stderr } = await berkeleyTls(context, plain)
    assert.equal(code, 1)
    assert.match(stderr, /^berkeley: .*does not speak TLS on this port[^\n]*\n$/)
  },
)

test('tls: shows that a server requires a certificate, and gives one', options, async (context) => {
  const ca = certificates.root
  const { target } = await startNodeServer(context, { requestCert: true, rejectUnauthorized: true, ca: ca.cert })
  const given = { cacert: ca.certFile, servername: 'localhost', timeout: 30_000 }
  const without = reportOn('127.0.0.1', target.port, given)
  assert.equal(without.trust.isTrusted, true)
  assert.match(without.resumption.reason!, /ALERT_CERTIFICATE_REQUIRED/)
  const { certFile: cert, keyFile: key } = certificates.client
  assert.equal(reportOn('127.0.0.1', target.port, { ...given, cert, key }).resumption.resumed, true)
})

/** What a server sends first, and its replies to what matches. */
interface Dialogue {
  readonly greeting: string
  readonly replies: readonly (readonly [request: RegExp, reply: string])[]
}

const dialogues: Readonly<Record<StartTlsName, Dialogue>> = {
  smtp: {
    greeting: '220-hello\r\n220 from a server\r\n',
    replies: [
      [/^EHLO \S+\r\n$/, '250-localhost\r\n250-SIZE 1\r\n250-STARTTLS\r\n250 HELP\r\n'],
      [/^STARTTLS\r\n$/, '220 go ahead\r\n'],
    ],
  },
  imap: { greeting: '* OK hello\r\n', replies: [[/^a1 STARTTLS\r\n$/, '* still here\r\na1 OK begin\r\n']] },
  postgres: { greeting: '', replies: [[/^\\x00\\x00\\x00\\x08\\x04Ò\\x16\/$/, 'S']] },
}

/** Holds a dialogue in plain text, and then speaks TLS. */
function converse(connection: NodeSocket, { greeting, replies }: Dialogue): void {
  const { cert, key } = certificates.good
  const rest = [...replies]
  connection.write(greeting)
  connection.on('data', function next(bytes: Buffer) {
    const [request, reply] = rest.shift()!
    assert.match(printable(bytes.toString('latin1'), '\r\n'), request)
    if (rest.length === 0) connection.off('data', next)
    connection.write(reply)
    if (rest.length === 0) new TLSSocket(connection, { isServer: true, cert, key }).on('error', () => {}).resume()
  })
}

for (const [name, dialogue] of Object.entries(dialogues)) {
  test(`tls: --starttls ${name}`, options, async (context) => {
    const port = await tcpServer(context, (connection) => converse(connection, dialogue))
    const { protocol, times, alpnProtocol, trust } = await jsonOf(context, port, '--starttls', name)
    assert.deepEqual([protocol, alpnProtocol, trust.isTrusted], ['TLSv1.3', null, true])
    assert.ok(times.startTlsMs! > 0)
  })
}

/** What a server sends in place of agreeing, and the message. */
const refusals: readonly (readonly [name: StartTlsName, sent: string, message: RegExp])[] = [
  ['smtp', '554 no\r\n', /refuses with '554 no'/],
  ['smtp', '220 hello\r\n250 localhost\r\n', /does not offer STARTTLS/],
  ['smtp', '220 hello\r\n250 STARTTLS\r\n454 not now\r\n', /refuses with '454 not now'/],
  ['smtp', '220-x\r\n'.repeat(200), /more than 100 lines/],
  ['smtp', '220 hello\r\n250 STARTTLS\r\n220 go\r\ninjected', /sent 8 bytes of plain text/],
  ['smtp', '', /closed the connection before TLS/],
  ['imap', '* BYE\r\n', /refuses with '\* BYE'/],
  ['imap', '* OK\r\na1 NO\r\n', /refuses with 'a1 NO'/],
  ['imap', `* OK\r\n${'* x\r\n'.repeat(200)}`, /more than 100 lines/],
  ['imap', '* OK\r\na1 OK\r\ninjected', /sent 8 bytes of plain text/],
  ['postgres', 'N', /replied 'N'/],
  ['postgres', '', /closed the connection before TLS/],
]

test('tls: a server that refuses STARTTLS, or adds plain text after it, is reported', () => {
  for (const [name, sent, message] of refusals) {
    const [client, server] = Socket.pair()
    server.sendAll(sent)
    server.shutdown('write')
    assert.throws(() => startTls(name, client, { timeout: 10_000 }), message)
    client.close()
    server.close()
  }
})
