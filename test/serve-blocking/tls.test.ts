// serveBlocking over TLS: handlers get connections whose handshake is complete.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connectTls, createConnection, type HostAddress, serveBlocking } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { certificates } from '../support/tls.js'

const ECHO = new URL('../fixtures/serve-blocking/echo.js', import.meta.url)
const options = { skip: noOpenSsl, timeout: 60_000 }

test(
  'serveBlocking: TLS, with a client certificate and ALPN; a failed handshake is an error of its connection',
  options,
  async () => {
    const { cert, key } = certificates.good
    const ca = certificates.root.cert
    const tls = { cert, key, ca, requestCert: true, ALPNProtocols: ['echo'] }
    const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, ECHO, { tls })
    const { port } = server.address as HostAddress
    const failed = once(server, 'error')
    const plain = createConnection({ host: '127.0.0.1', port })
    plain.sendAll('GET / HTTP/1.1\r\n\r\n')
    const [error, { peerAddress }] = await failed
    assert.equal(error.code, 'ERR_SSL_HTTP_REQUEST')
    assert.equal(peerAddress.host, '127.0.0.1')
    plain.close()
    const { cert: clientCert, key: clientKey } = certificates.client
    const target = { host: '127.0.0.1', port }
    using socket = connectTls(target, { ca, cert: clientCert, key: clientKey, ALPNProtocols: ['echo'] })
    socket.sendAll('hello\n')
    assert.equal(socket.reader().readLine({ timeout: 30_000 }), 'hello')
    assert.equal(socket.tls.alpnProtocol, 'echo')
    socket.shutdown('write')
    assert.equal(socket.recv(1, { timeout: 30_000 }), null)
    await server.close()
  },
)

test('serveBlocking: TLS options are checked before a thread starts', options, () => {
  const { cert, key } = certificates.good
  const serve = (tls: object) => () => serveBlocking({ host: '127.0.0.1', port: 0 }, ECHO, { tls })
  for (const tls of [{}, { cert }, { key }, { cert: [], key: [] }]) {
    assert.throws(serve(tls), {
      code: 'ERR_INVALID_ARG_VALUE',
      message: /^options\.tls must have cert and key, or pfx/,
    })
  }
  assert.throws(serve({ cert, key: certificates.client.key }), { code: /KEY_VALUES_MISMATCH/ })
  assert.throws(serve({ cert, SNICallback: () => null }), { code: 'ERR_INVALID_ARG_VALUE' })
  for (const handshakeTimeout of [-1, 0]) {
    assert.throws(serve({ cert, handshakeTimeout }), { code: 'ERR_OUT_OF_RANGE', value: handshakeTimeout })
  }
})
