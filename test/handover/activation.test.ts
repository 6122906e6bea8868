import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'

import { listenFds } from '../../src/handover/activation.js'
import { Socket } from '../../src/socket/socket.js'
import { runProgram } from '../support/programs.js'

const PROGRAM = fileURLToPath(new URL('../fixtures/activated.js', import.meta.url))
const VARIABLES = ['LISTEN_PID', 'LISTEN_PPID', 'LISTEN_FDS', 'LISTEN_FDNAMES']
const noManager =
  spawnSync('systemd-socket-activate', ['--version']).status === 0
    ? false
    : 'there is no systemd-socket-activate (Debian: systemd)'

afterEach(() => {
  for (const variable of VARIABLES) delete process.env[variable]
})

/** Starts the program as a service manager does: the shell becomes it, and so knows its number. */
function activate(sockets: readonly Socket[], names?: string, pid = '$$'): ChildProcess {
  const variables = `LISTEN_PID=${pid} LISTEN_FDS=${sockets.length} ${names === undefined ? '' : `LISTEN_FDNAMES=${names}`}`
  const stdio = ['ignore', 'pipe', 'inherit', ...sockets.map(({ fd }) => fd)] as const
  return spawn('sh', ['-c', `${variables} exec "$0" "$1"`, process.execPath, PROGRAM], { stdio: [...stdio] })
}

async function output(child: ChildProcess): Promise<{ facts: object[]; left: string[] }> {
  const [line] = await once(child.stdout!, 'data')
  return JSON.parse(String(line))
}

function greeting(address: HostInput | { path: string }): string {
  using socket = createConnection(address as HostInput, { timeout: 10_000 })
  return Buffer.concat([...socket.chunks()]).toString()
}

test('a process adopts the sockets that it was started with, by name', async () => {
  const listeners = [createServer({ host: '127.0.0.1', port: 0 }), createServer({ host: '127.0.0.1', port: 0 })]
  const [connected, peer] = Socket.pair()
  const addresses = listeners.map((listener) => listener.getSockName() as HostInput)
  const child = activate([...listeners, connected], 'web:admin:peer')
  const closed = once(child, 'close')
  for (const socket of [...listeners, connected]) socket.close()
  assert.deepEqual(await output(child), {
    facts: [
      { name: 'web', fd: 3, listening: true },
      { name: 'admin', fd: 4, listening: true },
      { name: 'peer', fd: 5, listening: false },
    ],
    left: [],
  })
  assert.deepEqual(addresses.map(greeting), ['hello from web', 'hello from admin'])
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  assert.deepEqual(await closed, [0, null])
  peer.close()
})

test('without names they are unknown', async () => {
  const [socket, peer] = Socket.pair()
  const child = activate([socket])
  const closed = once(child, 'close')
  assert.deepEqual((await output(child)).facts, [{ name: 'unknown', fd: 3, listening: false }])
  await closed
  socket.close()
  peer.close()
})

test('variables that are meant for another process are not believed, and removed', async () => {
  const [socket, peer] = Socket.pair()
  const child = activate([socket], 'x', '1')
  const closed = once(child, 'close')
  assert.deepEqual(await output(child), { facts: [], left: [] })
  await closed
  socket.close()
  peer.close()
})

test('a service manager from outside starts a program with its socket', { skip: noManager }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'socket')
  const command = ['--listen', path, '--fdname', 'from-systemd', process.execPath, PROGRAM]
  const inherited = ['BERKELEY_ADDON', 'LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'].flatMap((name) => {
    return process.env[name] === undefined ? [] : ['-E', name]
  })
  const child = spawn('systemd-socket-activate', [...inherited, ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  // It says so on its standard error once it listens.
  while (!String(await once(child.stderr, 'data')).includes('Listening')) assert.ok(child.exitCode === null)
  assert.ok(existsSync(path))
  assert.equal(greeting({ path }), 'hello from from-systemd')
  assert.deepEqual(await closed, [0, null])
})

test('without variables there are no sockets', () => {
  assert.deepEqual(listenFds(), [])
  process.env['LISTEN_PID'] = String(process.pid)
  assert.deepEqual(listenFds(), [])
  assert.equal(process.env['LISTEN_PID'], undefined)
})

test('the variables are kept where that is wanted', () => {
  Object.assign(process.env, { LISTEN_PID: String(process.pid), LISTEN_FDS: '0', LISTEN_FDNAMES: '' })
  assert.deepEqual(listenFds({ keepEnvironment: true }), [])
  assert.equal(process.env['LISTEN_FDS'], '0')
  assert.deepEqual(listenFds(), [])
  assert.equal(process.env['LISTEN_FDS'], undefined)
})

test('variables that contradict themselves are refused, and removed', () => {
  const refused = (variables: object, message: RegExp): void => {
    Object.assign(process.env, { LISTEN_PID: String(process.pid) }, variables)
    assert.throws(() => listenFds(), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message })
    assert.equal(process.env['LISTEN_FDS'], undefined)
  }
  refused({ LISTEN_FDS: '-1' }, /LISTEN_FDS must be a number/)
  refused({ LISTEN_FDS: 'two' }, /LISTEN_FDS must be a number/)
  refused({ LISTEN_FDS: '' }, /LISTEN_FDS must be a number/)
  refused({ LISTEN_FDS: '99999999999' }, /LISTEN_FDS must be a number/)
  refused({ LISTEN_FDS: '2', LISTEN_FDNAMES: 'one' }, /LISTEN_FDNAMES names 1 of 2/)
  refused({ LISTEN_FDS: '1', LISTEN_PID: 'me' }, /LISTEN_PID must be a number/)
})

test('a descriptor that is no socket is refused, and none is adopted', () => {
  const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: '200' }
  Object.assign(process.env, environment)
  assert.throws(() => listenFds(), { name: 'SocketError', code: /^(ENOTSOCK|EBADF)$/ })
})

test('far more descriptors than a process can have are refused, and cost no memory', () => {
  for (const count of ['300000000', String(0x7fffffff - 3)]) {
    const run = runProgram('activated', [], {
      prefix: ['sh', '-c', `LISTEN_PID=$$ LISTEN_FDS=${count} exec "$@"`, 'sh'],
      execArgv: ['--max-old-space-size=100'],
    })
    assert.deepEqual([run.status, run.signal], [1, null], run.stderr)
    assert.match(run.stderr, new RegExp(`(ENOTSOCK|EBADF): descriptor 3, of the ${count} that LISTEN_FDS announces: `))
  }
})
