// Listening on a unix path: its permissions, and the file that a server left when it ended.

import assert from 'node:assert/strict'
import fs, { existsSync, statSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { createServer, serve, serveBlocking } from 'berkeley'
import { temporaryFolder } from '../support/folders.js'

const NOTHING = 'data:text/javascript,export default () => {}'

test('createServer: mode sets the permissions of a path', async () => {
  const path = join(temporaryFolder(), 'socket')
  const permissions = (): number => statSync(path).mode & 0o7777
  createServer({ path }, { mode: 0o600 }).close()
  assert.equal(permissions(), 0o600)
  const server = serve({ path: `${path}-served`, mode: 0o660 }, {})
  assert.equal(statSync(`${path}-served`).mode & 0o7777, 0o660)
  await server.close()
  const threads = serveBlocking({ path: `${path}-threads`, mode: 0o606, threads: 1 }, NOTHING)
  assert.equal(statSync(`${path}-threads`).mode & 0o7777, 0o606)
  await threads.close()
})

test('createServer: removeStale replaces the path of a server that has ended, and nothing else', () => {
  const path = join(temporaryFolder(), 'socket')
  createServer({ path }).close()
  const stale = { code: 'EADDRINUSE', message: /or set removeStale$/, stack: /or set removeStale\n/ }
  assert.throws(() => createServer({ path }), stale)
  using listener = createServer({ path }, { removeStale: true })
  assert.equal(listener.address.path, path)
  assert.throws(() => createServer({ path }, { removeStale: true }), { code: 'EADDRINUSE', message: /another socket/ })
  writeFileSync(`${path}-file`, 'precious')
  const onFile = () => createServer({ path: `${path}-file` }, { removeStale: true })
  assert.throws(onFile, { code: 'EADDRINUSE', message: /not a socket$/ })
})

test('createServer: finding a path in use makes no connection to the server that listens there', () => {
  const path = join(temporaryFolder(), 'socket')
  using listener = createServer({ path })
  for (const removeStale of [false, true]) {
    assert.throws(() => createServer({ path }, { removeStale }), { code: 'EADDRINUSE', message: /another socket/ })
  }
  assert.equal(listener.tryAccept(), undefined)
})

const isNode = !('bun' in process.versions || 'deno' in process.versions)

test('createServer: a path that was bound is removed where its mode cannot be set', { skip: !isNode }, () => {
  const path = join(temporaryFolder(), 'socket')
  const { chmodSync } = fs
  const refused = Object.assign(new Error('refused by the test'), { code: 'EPERM' })
  fs.chmodSync = () => {
    throw refused
  }
  syncBuiltinESMExports()
  try {
    assert.throws(() => createServer({ path }, { mode: 0o600 }), refused)
  } finally {
    fs.chmodSync = chmodSync
    syncBuiltinESMExports()
  }
  assert.equal(existsSync(path), false)
  createServer({ path }, { mode: 0o600 }).close()
})

test('createServer: a path that was bound is removed where listening is refused', () => {
  const path = join(temporaryFolder(), 'socket')
  assert.throws(() => createServer({ path }, { backlog: 2 ** 40 }), { code: 'ERR_OUT_OF_RANGE' })
  assert.equal(existsSync(path), false)
})

test('createServer: options of a path are refused without one', () => {
  const target = { host: '127.0.0.1', port: 0 }
  for (const options of [{ mode: 0o600 }, { removeStale: true }]) {
    assert.throws(() => createServer(target, options), { code: 'ERR_INVALID_ARG_VALUE' })
  }
  assert.throws(() => createServer({ path: '/nowhere' }, { mode: 0o10000 }), { code: 'ERR_OUT_OF_RANGE' })
})
