// createConnection: one call to a host of many addresses, or to a path.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createConnection, createServer } from 'berkeley'
import { portOf, temporaryFolder } from '../support/pairs.js'
import { runProgram } from '../support/programs.js'
import { slowResolver, slowResolverMissing } from '../support/slow-resolver.js'

const names: [string, string[]][] = [
  ['a host that does not answer', ['127.0.0.2', '127.0.0.3']],
  ['a host that refuses', ['127.0.0.2', '127.0.0.4', '127.0.0.3']],
  ['all refuse', ['127.0.0.2', '127.0.0.3', '::1']],
  ['one deadline', ['127.0.0.2', '127.0.0.3']],
  ['from an address', ['::1', '127.0.0.3']],
  ['no address', []],
]

for (const [scenario, addresses] of names) {
  test(`a name of several addresses: ${scenario}`, { skip: slowResolverMissing() }, () => {
    const run = runProgram('connect/connect-to-many-addresses', [scenario], { env: slowResolver(0, addresses) })
    assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
  })
}

test('the socket blocks, or keeps the timeout that it was made with', () => {
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

test('an empty host is this machine', () => {
  using listener = createServer({ host: '', port: 0 })
  using socket = createConnection({ host: '', port: portOf(listener) })
  using accepted = listener.accept()
  assert.deepEqual(accepted.peerAddress, socket.getSockName())
})

test('a path, and an abstract name', { skip: process.platform !== 'linux' && 'abstract names are Linux’ own' }, () => {
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
