// createConnection: connects to a host by one of its addresses, or to a path.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createConnection, createServer, type Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { portOf } from '../support/listeners.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

/** Scenarios of fixtures/connect/connect-to-many-addresses, what they show, and the addresses of the name. */
const scenarios: [scenario: string, title: string, addresses: string[]][] = [
  ['first does not reply', 'connects to the second address when the first does not reply', ['127.0.0.2', '127.0.0.3']],
  ['first two refuse', 'connects to the next address when one refuses', ['127.0.0.2', '127.0.0.4', '127.0.0.3']],
  ['all refuse', 'throws a SocketError with all errors when all addresses refuse', ['127.0.0.2', '127.0.0.3', '::1']],
  ['none replies', 'one deadline spans the attempts on all addresses', ['127.0.0.2', '127.0.0.3']],
  ['localAddress', 'localAddress and localPort choose our address and skip other families', ['::1', '127.0.0.3']],
  ['no address', 'throws a ResolveError for a name without an address', []],
]

for (const [scenario, title, addresses] of scenarios) {
  test(`createConnection: ${title}`, { skip: slowResolverMissing() }, async (context) => {
    const start = { env: slowResolver(0, addresses) }
    await succeeds(context, fixture('connect/connect-to-many-addresses'), [scenario], start)
  })
}

test('createConnection: the socket blocks, or keeps the timeout of the call', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const target = { host: '127.0.0.1', port: portOf(listener) }
  using plain = createConnection(target)
  assert.deepEqual([plain.blocking, plain.timeout], [true, null])
  using timed = createConnection(target, { timeout: 2000 })
  assert.deepEqual([timed.blocking, timed.timeout], [true, 2000])
  using endless = createConnection(target, { timeout: null })
  assert.equal(endless.timeout, null)
  using dated = createConnection(target, { deadline: performance.now() + 2000 })
  assert.equal(dated.timeout, null)
})

test('createConnection: an empty host is this machine', () => {
  using listener = createServer({ host: '', port: 0 })
  using socket = createConnection({ host: '', port: portOf(listener) })
  using accepted = listener.accept()
  assert.deepEqual(accepted.peerAddress, socket.getSockName())
})

test('createConnection: a localAddress of the other family than the target is refused by name', () => {
  const refused: readonly [host: string, localAddress: string, family: string][] = [
    ['127.0.0.1', '::1', 'inet'],
    ['::1', '127.0.0.1', 'inet6'],
  ]
  for (const [host, localAddress, family] of refused) {
    const message = `options.localAddress must be of the target's family, '${family}', not '${localAddress}'`
    const act = (): Socket => createConnection({ host, port: 1 }, { localAddress })
    assert.throws(act, { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message })
  }
})

test('createConnection: connects to a path and to an abstract name', {
  skip: process.platform !== 'linux' && 'only Linux has abstract names',
}, () => {
  const path = join(temporaryFolder(), 'socket')
  for (const target of [{ path }, { abstract: Buffer.from('berkeley\0connect') }]) {
    using listener = createServer(target)
    using socket = createConnection(target, { timeout: 1000 })
    assert.deepEqual(socket.getPeerName(), { family: 'unix', ...target })
    assert.equal(socket.timeout, 1000)
    listener.accept().close()
    assert.equal(socket.recv(1), null)
  }
})
