// What the kernel means, where it is easily missed.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  createServer,
  type InetAddress,
  MSG_FASTOPEN,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
  type SocketType,
} from 'berkeley'
import { fill, portOf, tcpPair, temporaryFolder } from '../support/pairs.js'
import { failsAfter } from '../support/timing.js'

test('closing a duplicate that lingers leaves the connection to the other', () => {
  const [a, b] = tcpPair()
  const duplicate = a.dup()
  duplicate.setOption(SO_LINGER, 1)
  duplicate.close()
  a.sendAll('still here')
  assert.equal(b.recv(64)!.toString(), 'still here')
  a.close()
  b.close()
})

test('closing never stands still where a duplicate has set SO_LINGER', () => {
  const [a, b] = tcpPair()
  using duplicate = a.dup()
  duplicate.setOption(SO_LINGER, 5)
  a.setBlocking(false)
  fill(a)
  const number = duplicate.detach()
  const last = Socket.fromFd(number)
  a.close()
  last.setBlocking(false)
  const start = performance.now()
  last.close()
  assert.ok(performance.now() - start < 2000)
  b.close()
})

test('a unix socket does not linger', () => {
  const [a, b] = Socket.pair()
  a.setOption(SO_LINGER, 5)
  a.send('unread')
  const start = performance.now()
  a.close()
  assert.ok(performance.now() - start < 2000)
  assert.equal(b.recv(64)!.toString(), 'unread')
  b.close()
})

test('a child that makes a shared descriptor block does not make us block', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const child = spawn(process.execPath, ['--version'], { stdio: [listener.fd, 'ignore', 'ignore'] })
  await new Promise((resolve) => child.once('close', resolve))
  failsAfter(50, () => listener.accept({ timeout: 50 }), { code: 'ERR_SOCKET_TIMEOUT' })
})

test('a message without bytes is not the end of a SOCK_SEQPACKET', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  a.send('')
  a.send('more')
  assert.deepEqual(b.recv(10), Buffer.alloc(0))
  assert.equal(b.recv(10)!.toString(), 'more')
  a.close()
  assert.equal(b.recv(10), null)
  b.close()
})

test('raw bytes are an address of a family that has a codec too', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.bind({ family: 'raw', value: AF_INET, bytes: Uint8Array.of(0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) })
  assert.equal((socket.getSockName() as InetAddress).host, '127.0.0.1')
})

test('a name is found for protocols that getaddrinfo does not know', (t) => {
  const IPPROTO_MPTCP = 262
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  let socket: Socket
  try {
    socket = new Socket(AF_INET, 1 as SocketType, IPPROTO_MPTCP)
  } catch (error) {
    return t.skip(`no MPTCP: ${error}`)
  }
  socket.connect({ host: 'localhost', port: portOf(listener) })
  socket.close()
})

test('MSG_FASTOPEN waits for the connection like every blocking verb', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using client = new Socket()
  assert.equal(client.sendTo('early', listener.getSockName(), { flags: MSG_FASTOPEN }), 5)
  using server = listener.accept()
  assert.equal(server.recv(64)!.toString(), 'early')
})

test('what befalls a connected socket is not told as a failure to connect', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using client = new Socket()
  while (!client.tryConnect(listener.getSockName())) {}
  const server = listener.accept()
  server.setOption(SO_LINGER, 0)
  server.close()
  client.wait('read')
  assert.equal(client.takeError()?.syscall, 'getsockopt')
})

test('a file in the place of a socket is not advised to be unlinked', () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, 'precious')
  assert.throws(() => createServer({ path }), /this file is not a socket$/)
})
