// Datagram sockets: message boundaries, senders, peers, sizes and empty datagrams.

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { AF_INET, AF_UNIX, type InetAddress, SOCK_DGRAM, Socket } from 'berkeley'
import { temporaryFolder } from '../support/folders.js'
import { portOf } from '../support/listeners.js'

function udp(): Socket {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.bind({ host: '127.0.0.1', port: 0 })
  return socket
}

test('recvFrom: each datagram is received as it was sent, with its sender', () => {
  using a = udp()
  using b = udp()
  const target = b.getSockName()
  assert.equal(a.sendTo('one', target), 3)
  assert.equal(a.trySendTo('', target), 0)
  a.sendTo('three', target)
  const sender = a.getSockName()
  assert.deepEqual(b.recvFrom(100), { data: Buffer.from('one'), address: sender })
  assert.deepEqual(b.tryRecvFrom(100), { data: Buffer.alloc(0), address: sender })
  assert.deepEqual(b.recvFrom(3), { data: Buffer.from('thr'), address: sender })
  assert.equal(b.tryRecvFrom(100), undefined)
})

test('recv: an empty datagram is an empty Buffer, and not the end', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  for (let count = 0; count < 3; count++) a.send('')
  assert.deepEqual(b.recv(10), Buffer.alloc(0))
  assert.equal(b.recvInto(Buffer.alloc(10)), 0)
  assert.deepEqual(b.recv(0), Buffer.alloc(0))
  a.send('lost')
  assert.deepEqual(b.recv(0), Buffer.alloc(0))
  assert.equal(b.tryRecv(10), undefined)
  a.close()
  assert.throws(() => b.send('x'), { code: 'ECONNREFUSED' })
  b.close()
})

test('sendTo: a host, or a pair, in place of an address is refused, and not the options after it', async () => {
  using socket = udp()
  const message = /^address must be an object such as \{ host: 'localhost', port: 80 \}/
  const act = socket.sendTo as unknown as (data: string, ...rest: unknown[]) => void
  for (const rest of [['127.0.0.1', 80], [80, '127.0.0.1'], [['127.0.0.1', 80]], [['127.0.0.1', 80], {}]]) {
    assert.throws(() => act.call(socket, 'x', ...rest), { code: 'ERR_INVALID_ARG_TYPE', message })
    assert.throws(() => (socket.trySendTo as typeof act).call(socket, 'x', ...rest), { message })
  }
  using awaited = socket.toAsync()
  const sendTo = awaited.sendTo as unknown as (data: string, ...rest: unknown[]) => Promise<void>
  await assert.rejects(sendTo.call(awaited, 'x', '::1', 80), { code: 'ERR_INVALID_ARG_TYPE', message })
})

test('connect: a connected socket receives from its peer only, until disconnect', () => {
  using a = udp()
  using b = udp()
  using stranger = udp()
  b.connect(a.getSockName())
  assert.deepEqual(b.getPeerName(), a.getSockName())
  stranger.sendTo('from a stranger', b.getSockName())
  a.sendTo('from the peer', b.getSockName())
  assert.equal(b.recv(100)!.toString(), 'from the peer')
  assert.equal(b.tryRecv(100), undefined)
  b.send('back')
  assert.equal(a.recv(100)!.toString(), 'back')
  b.disconnect()
  assert.throws(() => b.getPeerName(), { code: 'ENOTCONN' })
})

test('disconnect: the socket can be bound again, and receives', () => {
  using b = new Socket(AF_INET, SOCK_DGRAM)
  b.bind({ host: '127.0.0.1', port: 0 })
  const { port } = b.getSockName() as InetAddress
  using a = udp()
  b.connect(a.getSockName())
  b.disconnect()
  // Linux releases an address that was bound with a port of the kernel's choice.
  b.bind({ host: '127.0.0.1', port: portOf(b) === port ? 0 : port })
  a.sendTo('from the peer', b.getSockName())
  assert.equal(b.recv(100, { timeout: 5000 })!.toString(), 'from the peer')
})

test('sendTo: the largest datagram of UDP, and recvFromInto with an offset', () => {
  using a = udp()
  using b = udp()
  const largest = Buffer.alloc(65507, 'x')
  assert.equal(a.sendTo(largest, b.getSockName()), 65507)
  assert.ok(b.recv(65536)!.equals(largest))
  a.sendTo('abc', b.getSockName())
  const block = Buffer.alloc(8, '.')
  assert.deepEqual(b.recvFromInto(block, { offset: 2 }), { bytes: 3, address: a.getSockName() })
  assert.equal(block.toString(), '..abc...')
})

test('sendTo, connect: by a name, in the blocking mode', () => {
  using a = new Socket(AF_INET, SOCK_DGRAM)
  using b = udp()
  a.sendTo('found', { host: 'localhost', port: portOf(b) }, { timeout: 5000 })
  assert.equal(b.recv(10, { timeout: 5000 })!.toString(), 'found')
  a.connect({ host: 'localhost', port: portOf(b) })
  a.send('again')
  assert.equal(b.recv(10, { timeout: 5000 })!.toString(), 'again')
})

test('node:dgram: exchanges datagrams with Socket', async () => {
  const theirs = createSocket('udp4')
  theirs.bind(0, '127.0.0.1')
  await once(theirs, 'listening')
  using ours = udp()
  ours.sendTo('ping', { host: '127.0.0.1', port: theirs.address().port })
  const [message, from] = (await once(theirs, 'message')) as [Buffer, { port: number }]
  assert.deepEqual([message.toString(), from.port], ['ping', portOf(ours)])
  await new Promise((sent) => theirs.send('pong', from.port, '127.0.0.1', sent))
  assert.equal(ours.recv(10, { timeout: 5000 })!.toString(), 'pong')
  theirs.close()
})

test('unix: sent by path, as for syslog and sd_notify', () => {
  const path = join(temporaryFolder(), 'notify')
  using server = new Socket(AF_UNIX, SOCK_DGRAM)
  server.bind({ path })
  using client = new Socket(AF_UNIX, SOCK_DGRAM)
  client.sendTo('READY=1', { path })
  client.connect({ path })
  client.send('STATUS=fine')
  assert.deepEqual(server.recvFrom(100), { data: Buffer.from('READY=1'), address: null })
  assert.equal(server.recv(100)!.toString(), 'STATUS=fine')
})
