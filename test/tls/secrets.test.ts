// Private keys, passphrases and sessions are shown by nothing that a program logs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { TlsContext, trace } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { certificates, tlsPair } from '../support/tls.js'

test('tls secrets: keys and passphrases are in no inspection and in no trace', { skip: noOpenSsl }, () => {
  const { cert } = certificates.good
  const passphrase = 'a passphrase of its own'
  const key = certificates.encryptedKey(certificates.good, passphrase)
  const recording = trace()
  const { client, server } = tlsPair({ server: { cert, key, passphrase } })
  const context = new TlsContext({ cert, key, passphrase })
  client.sendAll('secret data')
  assert.equal(String(server.recv(100)), 'secret data')
  const everything = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null }
  const shown = inspect([client, server, context, recording.stop()], everything)
  const session = client.tls.session!.toString('hex')
  client.close()
  server.close()
  assert.match(shown, /tlsSend/)
  const lines = `${key}\n${certificates.good.key}`.split('\n').filter((line) => line.length > 40)
  assert.ok(lines.length > 2)
  for (const secret of [...lines, passphrase, session, 'secret data']) assert.ok(!shown.includes(secret))
})
