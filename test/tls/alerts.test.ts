// Alerts of each kind in place of a handshake: the code of node:tls.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { Socket, wrapTls } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { certificates, openSslObjects } from '../support/tls.js'

/** The code of node:tls for a client that receives these bytes, and then the end. */
async function nodeCode(bytes: Uint8Array): Promise<string | undefined> {
  const server = createServer((peer) => peer.on('error', () => {}).end(bytes))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port })
  const [error] = await once(client, 'error')
  client.destroy()
  server.close()
  return (error as NodeJS.ErrnoException).code
}

test('tls alerts: each kind, instead of a handshake, has the code of node:tls', {
  skip: noOpenSsl,
  timeout: 120_000,
}, async () => {
  const before = openSslObjects().connections
  const close_notify = 0
  const kinds = [
    close_notify,
    10,
    20,
    21,
    22,
    30,
    40,
    41,
    42,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
    50,
    51,
    60,
    70,
    71,
    80,
    86,
    90,
  ]
  const newerKinds = [100, 109, 110, 111, 112, 113, 114, 115, 116, 120, 200, 255]
  for (const level of [1, 2]) {
    for (const kind of [...kinds, ...newerKinds]) {
      const alert = Buffer.from([21, 3, 3, 0, 2, level, kind])
      const [client, peer] = Socket.pair()
      peer.send(alert)
      peer.shutdown('write')
      client.setBlocking(false)
      const secure = wrapTls(client, { ca: certificates.root.cert, servername: 'localhost' })
      const code = await nodeCode(alert)
      // Again, because the failure stays.
      for (let call = 0; call < 2; call++) {
        assert.throws(() => secure.handshake({ timeout: 30_000 }), { code }, `${level} ${kind}`)
      }
      secure.close()
      peer.close()
    }
  }
  assert.equal(openSslObjects().connections, before)
})
