// Flags of transfers, in particular those that the wait loop implements itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_UNIX,
  createServer,
  errno,
  type MessageFlag,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_FASTOPEN,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  MSG_ZEROCOPY,
  SO_LINGER,
  SO_ZEROCOPY,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
} from 'berkeley'
import { tcpPair } from '../support/pairs.js'
import { failsAfter } from '../support/timing.js'

const PEEK_ALL = (MSG_PEEK | MSG_WAITALL) as MessageFlag

test('MSG_PEEK: the bytes stay in the socket', () => {
  const [a, b] = Socket.pair()
  a.send('hello')
  assert.equal(b.recv(3, { flags: MSG_PEEK })!.toString(), 'hel')
  assert.equal(b.tryRecv(9, { flags: MSG_PEEK })!.toString(), 'hello')
  assert.equal(b.recvFrom(9, { flags: MSG_PEEK }).data.toString(), 'hello')
  assert.equal(b.recv(9)!.toString(), 'hello')
  assert.equal(b.tryRecv(9, { flags: MSG_PEEK }), undefined)
  a.close()
  assert.equal(b.recv(9, { flags: MSG_PEEK }), null)
  b.close()
})

test('MSG_DONTWAIT: the call never waits', () => {
  const [a, b] = Socket.pair()
  const flags = MSG_DONTWAIT
  assert.throws(() => b.recv(1, { flags }), { name: 'WouldBlockError', code: 'EAGAIN', errno: -errno.EAGAIN })
  assert.throws(() => b.recvInto(Buffer.alloc(1), { flags, timeout: 1000 }), { code: 'EAGAIN' })
  assert.throws(() => b.recvFrom(1, { flags }), { code: 'EAGAIN', syscall: 'recvfrom' })
  a.send('x')
  assert.equal(b.recv(1, { flags })!.toString(), 'x')
  a.close()
  b.close()
})

test('MSG_ERRQUEUE: an entry without bytes is an empty Buffer, and not the end', { skip: MSG_ZEROCOPY < 0 }, () => {
  const [client, server] = tcpPair()
  client.setOption(SO_ZEROCOPY, true)
  client.send(Buffer.alloc(20_000), { flags: MSG_ZEROCOPY })
  server.recv(20_000, { flags: MSG_WAITALL })
  assert.equal(client.wait('read', { timeout: 10_000 }).error, true)
  assert.deepEqual(client.tryRecv(10, { flags: MSG_ERRQUEUE }), Buffer.alloc(0))
  assert.equal(client.tryRecv(10, { flags: MSG_ERRQUEUE }), undefined)
  server.close()
  assert.equal(client.recv(10), null)
  client.close()
})

test('MSG_ERRQUEUE: the end of a unix stream is null', { skip: MSG_ERRQUEUE < 0 }, () => {
  const [a, b] = Socket.pair()
  b.send('x')
  b.close()
  assert.equal(String(a.recv(10, { flags: MSG_ERRQUEUE })), 'x')
  assert.equal(a.recv(10, { flags: MSG_ERRQUEUE }), null)
  a.close()
})

test('MSG_WAITALL: waits until the buffer is full', () => {
  const [a, b] = Socket.pair()
  const block = Buffer.alloc(6, '.')
  a.send('abc')
  failsAfter(30, () => a.recv(1, { timeout: 30 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.equal(b.recvInto(block, { flags: MSG_WAITALL, timeout: 30 }), 3)
  a.send('defghi')
  assert.equal(b.recvInto(block, { flags: MSG_WAITALL }), 6)
  assert.equal(block.toString(), 'defghi')
  a.close()
  b.close()
})

test('MSG_WAITALL: returns a part at a timeout, at the end, and to a try', () => {
  const [a, b] = Socket.pair()
  a.send('par')
  const before = performance.now()
  assert.equal(b.recv(10, { flags: MSG_WAITALL, timeout: 50 })!.toString(), 'par')
  assert.ok(performance.now() - before >= 50)
  failsAfter(40, () => b.recv(10, { flags: MSG_WAITALL, timeout: 40 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.equal(b.tryRecv(10, { flags: MSG_WAITALL }), undefined)
  a.send('tial')
  assert.equal(b.tryRecv(10, { flags: MSG_WAITALL })!.toString(), 'tial')
  a.send('end')
  a.close()
  assert.equal(b.recv(10, { flags: MSG_WAITALL })!.toString(), 'end')
  assert.equal(b.recv(10, { flags: MSG_WAITALL }), null)
  b.close()
})

test('MSG_WAITALL: returns the bytes before a reset, and the next call throws', () => {
  const [client, server] = tcpPair()
  client.setOption(SO_LINGER, 0)
  client.send('half')
  server.wait('read')
  client.close()
  assert.equal(server.recv(10, { flags: MSG_WAITALL, timeout: 1000 })!.toString(), 'half')
  assert.throws(() => server.recv(10, { flags: MSG_WAITALL, timeout: 1000 }), { code: 'ECONNRESET' })
  assert.equal(server.recv(10), null)
  server.close()
})

test('MSG_WAITALL: a reset while it waits ends it with its bytes, and the next call throws', () => {
  const [a, b] = Socket.pair()
  a.send('half')
  b.send('unread')
  // A unix stream that is closed with unread bytes is reset.
  a.close()
  assert.equal(b.recvFrom(10, { flags: MSG_WAITALL }).data.toString(), 'half')
  assert.throws(() => b.recv(10), { code: 'ECONNRESET' })
  b.close()
})

test('MSG_PEEK with MSG_WAITALL: waits until all is there, which stays in the socket', () => {
  const [a, b] = Socket.pair()
  a.send('abc')
  assert.equal(b.recv(6, { flags: PEEK_ALL, timeout: 30 })!.toString(), 'abc')
  a.send('def')
  assert.equal(b.recv(6, { flags: PEEK_ALL })!.toString(), 'abcdef')
  a.send('g')
  a.close()
  assert.equal(b.recv(10, { flags: PEEK_ALL })!.toString(), 'abcdefg')
  assert.equal(b.recv(10)!.toString(), 'abcdefg')
  assert.equal(b.recv(10, { flags: PEEK_ALL }), null)
  b.close()
})

test('MSG_WAITALL: never joins two messages', () => {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = Socket.pair(AF_UNIX, type)
    a.send('one')
    a.send('two')
    assert.equal(b.recv(100, { flags: MSG_WAITALL, timeout: 1000 })!.toString(), 'one')
    assert.equal(b.recv(100, { flags: MSG_WAITALL, timeout: 1000 })!.toString(), 'two')
    a.close()
    b.close()
  }
})

test('MSG_TRUNC: returns the size of the whole datagram, and the part that fits', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  const block = Buffer.alloc(4)
  a.send('longer than that')
  assert.equal(b.recvInto(block, { flags: MSG_TRUNC }), 16)
  assert.equal(block.toString(), 'long')
  a.send('longer than that')
  assert.deepEqual(b.recvFromInto(block, { flags: MSG_TRUNC }).bytes, 16)
  a.send('longer than that')
  assert.equal(b.recv(4, { flags: MSG_TRUNC })!.toString(), 'long')
  a.send('longer than that')
  assert.equal(b.recvFrom(4, { flags: MSG_TRUNC }).data.toString(), 'long')
  a.close()
  b.close()
})

test('MSG_TRUNC: on a stream recvInto discards bytes, and recv refuses it', () => {
  const [client, server] = tcpPair()
  client.send('discarded')
  assert.throws(() => server.recv(4, { flags: MSG_TRUNC }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => server.recvFrom(4, { flags: MSG_TRUNC }), { code: 'ERR_INVALID_ARG_VALUE' })
  const block = Buffer.alloc(9, '.')
  assert.equal(server.recvInto(block, { flags: MSG_TRUNC }), 9)
  assert.equal(block.toString(), '.........')
  assert.equal(server.tryRecv(9), undefined)
  client.close()
  server.close()
})

test('MSG_OOB: an urgent byte is received apart from the others', () => {
  const [client, server] = tcpPair()
  assert.throws(() => server.recv(1, { flags: MSG_OOB }), { code: 'EINVAL' })
  client.send('a')
  client.send('!', { flags: MSG_OOB })
  client.send('b')
  assert.equal(server.recv(1, { flags: MSG_OOB, timeout: 1000 })!.toString(), '!')
  assert.equal(server.recv(1, { flags: MSG_WAITALL })!.toString(), 'a')
  assert.equal(server.recv(1, { flags: MSG_WAITALL })!.toString(), 'b')
  assert.equal(server.tryRecv(1), undefined)
  client.close()
  server.close()
})

test('MSG_FASTOPEN: sendTo waits for the connection', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using client = new Socket()
  assert.equal(client.sendTo('early', listener.getSockName(), { flags: MSG_FASTOPEN }), 5)
  using server = listener.accept()
  assert.equal(server.recv(64)!.toString(), 'early')
})
