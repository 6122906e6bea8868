// listenFds: a program adopts the sockets that a service manager starts it with.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, type TestContext, test } from 'node:test'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'

import { listenFds } from '../../src/handover/activation.js'
import { Socket } from '../../src/socket/socket.js'
import { Child, failureOf, fixture, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'

const PROGRAM = fixture('handover/greet-passed-sockets')
const VARIABLES = ['LISTEN_PID', 'LISTEN_PPID', 'LISTEN_FDS', 'LISTEN_FDNAMES']
const noManager =
  failureOf('systemd-socket-activate', ['--version']) && 'there is no systemd-socket-activate (Debian: systemd)'

afterEach(() => {
  for (const variable of VARIABLES) delete process.env[variable]
})

/** Starts the program as a service manager does: a shell sets the variables, and then becomes the program. */
function activate(context: TestContext, sockets: readonly Socket[], names?: string, pid = '$$'): Child {
  const variables = `LISTEN_PID=${pid} LISTEN_FDS=${sockets.length} ${names === undefined ? '' : `LISTEN_FDNAMES=${names}`}`
  const prefix = ['sh', '-c', `${variables} exec "$0" "$@"`]
  return new Child(context, PROGRAM, [], { prefix, descriptors: sockets.map(({ fd }) => fd) })
}

interface Passed {
  readonly sockets: object[]
  readonly leftVariables: string[]
}

async function passedTo(child: Child): Promise<Passed> {
  return JSON.parse(await child.line())
}

async function assertEndsWell(child: Child): Promise<void> {
  const { code, signal, stderr } = await child.ended()
  assert.deepEqual([code, signal], [0, null], stderr)
}

function greeting(address: HostInput | { path: string }): string {
  using socket = createConnection(address as HostInput, { timeout: 10_000 })
  return Buffer.concat([...socket.chunks()]).toString()
}

test('listenFds: a process adopts the sockets that it was started with, by name', async (context) => {
  const listeners = [createServer({ host: '127.0.0.1', port: 0 }), createServer({ host: '127.0.0.1', port: 0 })]
  const [connected, peer] = Socket.pair()
  const addresses = listeners.map((listener) => listener.getSockName() as HostInput)
  const child = activate(context, [...listeners, connected], 'web:admin:peer')
  for (const socket of [...listeners, connected]) socket.close()
  assert.deepEqual(await passedTo(child), {
    sockets: [
      { name: 'web', fd: 3, listening: true },
      { name: 'admin', fd: 4, listening: true },
      { name: 'peer', fd: 5, listening: false },
    ],
    leftVariables: [],
  })
  assert.deepEqual(addresses.map(greeting), ['hello from web', 'hello from admin'])
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  await assertEndsWell(child)
  peer.close()
})

test('listenFds: sockets without names are called unknown', async (context) => {
  const [socket, peer] = Socket.pair()
  const child = activate(context, [socket])
  assert.deepEqual((await passedTo(child)).sockets, [{ name: 'unknown', fd: 3, listening: false }])
  await child.ended()
  socket.close()
  peer.close()
})

test('listenFds: variables for another process are ignored and removed', async (context) => {
  const [socket, peer] = Socket.pair()
  const child = activate(context, [socket], 'x', '1')
  assert.deepEqual(await passedTo(child), { sockets: [], leftVariables: [] })
  await child.ended()
  socket.close()
  peer.close()
})

test('listenFds: systemd-socket-activate starts a program with its socket', { skip: noManager }, async (context) => {
  const path = join(temporaryFolder(), 'socket')
  const command = ['--listen', path, '--fdname', 'from-systemd', process.execPath, PROGRAM]
  const inherited = ['BERKELEY_ADDON', 'LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'].flatMap((name) => {
    return process.env[name] === undefined ? [] : ['-E', name]
  })
  const env = { LD_PRELOAD: process.env['LD_PRELOAD'] }
  const child = new Child(context, 'systemd-socket-activate', [...inherited, ...command], { env })
  await child.complains(/Listening/)
  assert.ok(existsSync(path))
  assert.equal(greeting({ path }), 'hello from from-systemd')
  await assertEndsWell(child)
})

test('listenFds: without variables there are no sockets', () => {
  assert.deepEqual(listenFds(), [])
  process.env['LISTEN_PID'] = String(process.pid)
  assert.deepEqual(listenFds(), [])
  assert.equal(process.env['LISTEN_PID'], undefined)
})

test('listenFds: keepEnvironment keeps the variables', () => {
  Object.assign(process.env, { LISTEN_PID: String(process.pid), LISTEN_FDS: '0', LISTEN_FDNAMES: '' })
  assert.deepEqual(listenFds({ keepEnvironment: true }), [])
  assert.equal(process.env['LISTEN_FDS'], '0')
  assert.deepEqual(listenFds(), [])
  assert.equal(process.env['LISTEN_FDS'], undefined)
})

test('listenFds: malformed or contradictory variables are refused and removed', () => {
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

test('listenFds: a descriptor that is not a socket is refused, and none is adopted', () => {
  Object.assign(process.env, { LISTEN_PID: String(process.pid), LISTEN_FDS: '200' })
  assert.throws(() => listenFds(), { name: 'SocketError', code: /^(ENOTSOCK|EBADF)$/ })
})

test('listenFds: far more descriptors than a process can have are refused, and cost no memory', async (context) => {
  for (const count of ['300000000', String(0x7fffffff - 3)]) {
    const { code, signal, stderr } = await run(context, PROGRAM, [], {
      prefix: ['sh', '-c', `LISTEN_PID=$$ LISTEN_FDS=${count} exec "$@"`, 'sh'],
      execArgv: ['--max-old-space-size=100'],
    })
    assert.deepEqual([code, signal], [1, null], stderr)
    assert.match(stderr, new RegExp(`(ENOTSOCK|EBADF): descriptor 3, of the ${count} that LISTEN_FDS announces: `))
  }
})
