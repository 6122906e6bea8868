// TLS with peers that others wrote: node:tls, openssl s_server and s_client, Python's ssl; each version, each way to wait.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { connect, type SecureVersion } from 'node:tls'
import {
  AsyncSocket,
  type AsyncTlsSocket,
  connectTls,
  createConnection,
  createServer,
  EVENT_READ,
  type InetAddress,
  openTls,
  Selector,
  type Socket,
  TlsContext,
  type TlsSocket,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { Child, run } from '../support/child.js'
import { find, needs, onFreePort } from '../support/debian.js'
import { largeBody, sha256 } from '../support/large-body.js'
import { certificates, finishHandshake, startNodeServer } from '../support/tls.js'

const options = { skip: noOpenSsl, timeout: 120_000 }
const ALL_CIPHERS = 'ALL:@SECLEVEL=0'
const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
const EXCHANGES = 1000

const trusted = () => ({ ca: certificates.root.cert })

test('tls interop: 1,000 exchanges with node:tls, blocking, timed and by tries', options, async (context) => {
  const { target } = await startNodeServer(context)
  using socket = connectTls(target, trusted())
  for (let index = 0; index < EXCHANGES; index++) {
    socket.sendAll(`blocking ${index}\n`)
    assert.equal(socket.reader().readLine(), `blocking ${index}`)
  }
  socket.setTimeout(30_000)
  for (let index = 0; index < EXCHANGES; index++) {
    socket.sendAll(`timed ${index}\n`)
    assert.equal(socket.reader().readLine(), `timed ${index}`)
  }
  using selector = new Selector()
  selector.register(socket, EVENT_READ)
  for (let index = 0; index < EXCHANGES; index++) {
    const text = `tried ${index}\n`
    assert.equal(socket.trySend(text), text.length)
    assert.equal(received(socket, selector, text.length), text)
  }
})

/** Receives so many bytes by tries, and waits in between. */
function received(socket: TlsSocket, selector: Selector, size: number): string {
  let text = ''
  while (text.length < size) {
    const bytes = socket.tryRecv(100)
    assert.notEqual(bytes, null)
    if (bytes === undefined) assert.equal(selector.select(30_000).length, 1)
    else text += String(bytes)
  }
  return text
}

test('tls interop: 1,000 exchanges with node:tls, awaited', options, async (context) => {
  const { target } = await startNodeServer(context)
  const socket = await openTls(target, trusted())
  for (let index = 0; index < EXCHANGES; index++) {
    await socket.sendAll(`awaited ${index}\n`)
    assert.equal(await socket.reader().readLine(), `awaited ${index}`)
  }
  socket.close()
})

test('tls interop: 50 MB each way with node:tls, SHA-256 equal, blocking and awaited', options, async (context) => {
  const { target } = await startNodeServer(context)
  const body = largeBody()
  const expected = sha256(body)
  using socket = connectTls(target, trusted())
  const hash = createHash('sha256')
  // The peer echoes, so both directions have to move.
  for (let sent = 0, back = 0; back < body.length; ) {
    if (sent < body.length) sent += socket.trySend(body.subarray(sent)) ?? 0
    const bytes = sent < body.length ? socket.tryRecv(262144) : socket.recv(262144)
    if (bytes === undefined) continue
    back += bytes!.length
    hash.update(bytes!)
  }
  assert.equal(hash.digest('hex'), expected)
  const awaited = await openTls(target, trusted())
  const sending = awaited.sendAll(body)
  assert.equal(sha256((await awaited.reader().readExactly(body.length))!), expected)
  await sending
  awaited.close()
})

/** An openssl s_server that replies to GET. */
async function startServer(
  context: TestContext,
  args: readonly string[],
): Promise<{ host: string; port: number; child: Child }> {
  const { certFile, keyFile } = certificates.goodRsa
  const { child, port } = await onFreePort(async (port) => {
    const given = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', certFile, '-key', keyFile, ...args]
    const started = new Child(context, find('openssl')!, given, { input: 'open', cwd: certificates.folder })
    await started.prints(/ACCEPT/)
    return started
  })
  return { host: '127.0.0.1', port, child }
}

function getPage(socket: TlsSocket): void {
  socket.sendAll('GET / HTTP/1.0\r\n\r\n')
  assert.match(socket.reader().readLine({ timeout: 30_000 })!, /^HTTP\/1.0 200/)
}

for (const version of VERSIONS) {
  test(`tls interop: openssl s_server with ${version}, and resumption`, needs('openssl'), async (context) => {
    const args =
      version === 'TLSv1.3'
        ? ['-www']
        : ['-www', '-cipher', ALL_CIPHERS, `-${version.replace('TLSv', 'tls').replace('.', '_')}`]
    const { child: _, ...target } = await startServer(context, args)
    const options = { ...trusted(), minVersion: 'TLSv1', ciphers: `TLS_AES_128_GCM_SHA256:${ALL_CIPHERS}` } as const
    using first = connectTls(target, options)
    assert.equal(first.tls.protocol, version)
    assert.equal(first.tls.isSessionReused, false)
    getPage(first)
    const { session } = first.tls
    first.close()
    using second = connectTls(target, { ...options, session: session! })
    assert.equal(second.tls.isSessionReused, true)
    assert.ok(second.tls.authorized)
    getPage(second)
  })
}

test('tls interop: resumption by session ids with openssl s_server', needs('openssl'), async (context) => {
  const { child: _, ...target } = await startServer(context, ['-www', '-no_ticket', '-tls1_2'])
  using first = connectTls(target, trusted())
  getPage(first)
  const { session } = first.tls
  first.close()
  using second = connectTls(target, { ...trusted(), session: session! })
  assert.equal(second.tls.isSessionReused, true)
})

/** Accepts one connection and serves it; what `use` returns is the result. */
function accepting<Result>(use: (socket: Socket) => Result): {
  target: { host: string; port: number }
  serve: () => Result
} {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const { host, port } = listener.getSockName() as InetAddress
  return {
    target: { host, port },
    serve: () => {
      try {
        return use(listener.accept({ timeout: 60_000 }))
      } finally {
        listener.close()
      }
    },
  }
}

for (const version of VERSIONS) {
  test(`tls interop: openssl s_client with ${version}`, needs('openssl'), async (context) => {
    const { cert, key } = certificates.goodRsa
    const ciphers = `TLS_AES_128_GCM_SHA256:${ALL_CIPHERS}`
    const secureContext = new TlsContext({ cert, key, minVersion: 'TLSv1', ciphers })
    const { target, serve } = accepting((socket) => {
      using secure = wrapTls(socket, { isServer: true, secureContext })
      const line = secure.reader().readLine()
      secure.sendAll(`got ${line} over ${secure.tls.protocol}\n`)
      secure.shutdown('write')
      return secure.reader().readAll().length
    })
    const flag = `-${version.replace('TLSv', 'tls').replace('.', '_')}`
    const cipher = version === 'TLSv1.3' ? [] : ['-cipher', ALL_CIPHERS]
    const args = [
      's_client',
      '-connect',
      `${target.host}:${target.port}`,
      '-quiet',
      '-CAfile',
      certificates.root.certFile,
      flag,
      ...cipher,
    ]
    const client = run(context, find('openssl')!, args, { input: Buffer.from('hello\n') })
    serve()
    assert.match(String((await client).stdout), new RegExp(`got hello over ${version}`))
  })
}

test('tls interop: a client of Python, with ALPN and a client certificate', needs('python3'), async (context) => {
  const { cert, key } = certificates.good
  const { target, serve } = accepting((socket) => {
    const ca = certificates.root.cert
    using secure = wrapTls(socket, { isServer: true, cert, key, ca, requestCert: true, ALPNProtocols: ['two', 'one'] })
    const line = secure.reader().readLine()
    const { alpnProtocol, servername, peerCertificate } = secure.tls
    secure.sendAll(`${line} ${alpnProtocol} ${servername} ${peerCertificate?.subject}\n`)
    return secure.unwrap({ timeout: 30_000 }).close()
  })
  const { certFile, keyFile } = certificates.client
  const program = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=${JSON.stringify(certificates.root.certFile)})
context.load_cert_chain(${JSON.stringify(certFile)}, ${JSON.stringify(keyFile)})
context.set_alpn_protocols(['one', 'two'])
plain = socket.create_connection(('${target.host}', ${target.port}))
with context.wrap_socket(plain, server_hostname='localhost') as secure:
    secure.sendall(b'hello\\n')
    print(secure.makefile().readline())
    secure.unwrap()
`
  const client = run(context, find('python3')!, ['-c', program])
  serve()
  const { stdout, stderr, code } = await client
  assert.equal(code, 0, stderr)
  assert.equal(String(stdout).trim(), 'hello two localhost CN=client')
})

test('tls interop: ALPN, SNI, facts and a client certificate with node:tls', options, async (context) => {
  const ca = certificates.root.cert
  const { target, connected } = await startNodeServer(context, {
    ca,
    requestCert: true,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  const { cert, key } = certificates.client
  const lines: string[] = []
  using socket = connectTls(target, {
    ca,
    cert,
    key,
    servername: 'localhost',
    ALPNProtocols: ['http/1.1'],
    keylog: (line) => lines.push(String(line)),
  })
  const side = await connected()
  assert.deepEqual([side.alpn, side.servername, side.authorized, side.cn], ['http/1.1', 'localhost', true, 'client'])
  const { tls } = socket
  assert.equal(tls.alpnProtocol, 'http/1.1')
  assert.equal(tls.peerCertificate?.subject, 'CN=localhost')
  assert.equal(tls.channelBinding('tls-server-end-point')!.length, 32)
  assert.equal(tls.channelBinding('tls-exporter')!.length, 32)
  assert.ok(tls.finished!.length > 0)
  assert.ok(tls.peerFinished!.length > 0)
  assert.match(lines.join(''), /^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ [0-9a-f]+\n/m)
})

test(
  'tls interop: facts agree with those of a node:tls client, and SNICallback chooses the context',
  options,
  async () => {
    const { cert, key } = certificates.good
    const asked: string[] = []
    const other = new TlsContext({ cert: certificates.wrongHost.cert, key: certificates.wrongHost.key })
    const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
    const { port } = listener.getSockName() as InetAddress
    const serving = (async () => {
      const accepted = await listener.accept()
      return wrapTlsAsync(accepted, {
        isServer: true,
        cert,
        key,
        SNICallback: (servername) => {
          asked.push(servername)
          return servername === 'wrong.example' ? other : null
        },
      })
    })()
    const client = connect({ host: '127.0.0.1', port, servername: 'wrong.example', ca: certificates.root.cert })
    await once(client, 'secureConnect')
    const secure: AsyncTlsSocket = await serving
    assert.deepEqual(asked, ['wrong.example'])
    assert.equal(client.getPeerX509Certificate()?.subject, 'CN=wrong')
    assert.deepEqual(secure.tls.peerFinished, client.getFinished())
    assert.deepEqual(secure.tls.finished, client.getPeerFinished())
    const label = 'EXPORTER-test'
    assert.deepEqual(
      secure.tls.exportKeyingMaterial(20, label),
      client.exportKeyingMaterial(20, label, Buffer.alloc(0)),
    )
    client.end()
    assert.equal(await secure.recv(10), null)
    secure.close()
    listener.close()
  },
)

test('tls interop: STARTTLS, and back to the plain connection', options, () => {
  const { cert, key } = certificates.good
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = createConnection(listener.getSockName() as InetAddress)
  const server = listener.accept()
  client.sendAll('STARTTLS\r\n')
  assert.equal(server.reader().readLine(), 'STARTTLS')
  client.setBlocking(false)
  server.setBlocking(false)
  const a = wrapTls(client, { ...trusted(), servername: 'localhost' })
  const b = wrapTls(server, { isServer: true, cert, key })
  finishHandshake({ client: a, server: b })
  a.setBlocking(true)
  b.setBlocking(true)
  a.sendAll('secret')
  assert.equal(String(b.recv(100)), 'secret')
  a.setBlocking(false)
  assert.throws(() => a.unwrap(), { code: 'EAGAIN' })
  const plain = b.unwrap()
  const other = a.unwrap()
  other.setBlocking(true)
  plain.sendAll('plain')
  assert.equal(String(other.recv(100)), 'plain')
  assert.ok(!(other instanceof AsyncSocket))
  for (const socket of [plain, other, listener]) socket.close()
})
