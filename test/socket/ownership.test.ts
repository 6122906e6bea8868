// Ownership of descriptors: adopted, duplicated and detached, and the state that moves with them.

import assert from 'node:assert/strict'
import { closeSync } from 'node:fs'
import { test } from 'node:test'
import { AF_INET, AF_INET6, AF_UNIX, IPPROTO_UDP, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'berkeley'
import { leakingNothing, uncountable } from '../support/descriptors.js'
import { tcpPair } from '../support/pairs.js'

test('fromFd: family, type, protocol and listening are those of the kernel', () => {
  const made: [Socket, boolean][] = [
    [new Socket(AF_INET, SOCK_STREAM), false],
    [new Socket(AF_INET6, SOCK_DGRAM), false],
    [new Socket(AF_UNIX, SOCK_SEQPACKET), false],
    [new Socket(AF_INET), true],
  ]
  for (const [socket, listens] of made) {
    if (listens) socket.listen()
    const { family, type, fd } = socket
    using adopted = Socket.fromFd(socket.detach())
    assert.deepEqual([adopted.family, adopted.type, adopted.fd, adopted.listening], [family, type, fd, listens])
    assert.deepEqual([adopted.blocking, adopted.closed, adopted.peerAddress], [true, false, null])
  }
  using datagrams = Socket.fromFd(new Socket(AF_INET, SOCK_DGRAM).detach())
  assert.equal(datagrams.protocol, IPPROTO_UDP)
})

test('fromFd: a stream ends with null, datagrams do not', () => {
  const [a, b] = Socket.pair()
  using stream = Socket.fromFd(a.detach())
  b.close()
  assert.equal(stream.recv(1), null)
  const [c, d] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  using datagrams = Socket.fromFd(c.detach())
  d.send('')
  assert.deepEqual(datagrams.recv(1), Buffer.alloc(0))
  d.close()
})

test('dup: the copy keeps timeout and peer, has its own mode, and outlives the first', () => {
  const [a, b] = tcpPair()
  b.setTimeout(123)
  const copy = b.dup()
  assert.deepEqual([copy.timeout, copy.peerAddress, copy.listening], [123, b.peerAddress, false])
  assert.notEqual(copy.fd, b.fd)
  copy.setBlocking(false)
  assert.equal(b.timeout, 123)
  b.close()
  a.send('still there')
  copy.setBlocking(true)
  assert.equal(copy.recv(100)!.toString(), 'still there')
  copy.shutdown('both')
  assert.equal(a.recv(1), null)
  copy.close()
  a.close()
})

test('shutdown: applies to all duplicates', () => {
  const [a, b] = Socket.pair()
  using copy = a.dup()
  a.shutdown('write')
  assert.throws(() => copy.send('x'), { code: 'EPIPE' })
  assert.equal(b.recv(1), null)
  a.close()
  b.close()
})

test('detach: the descriptor stays open, for its new owner to close', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [a, b] = Socket.pair()
    const fd = a.detach()
    a.close()
    b.send('still open')
    const adopted = Socket.fromFd(fd)
    assert.equal(adopted.recv(100)!.toString(), 'still open')
    closeSync(adopted.detach())
    assert.equal(b.recv(1), null)
    b.close()
  })
})

test('fromFd: a descriptor closed by other code does not harm the next owner of its number', () => {
  const stale = new Socket()
  closeSync(stale.fd)
  const [a, b] = Socket.pair()
  assert.ok([a.fd, b.fd].includes(stale.fd))
  a.send('x')
  assert.equal(b.recv(1)!.toString(), 'x')
  assert.throws(() => Socket.fromFd(stale.fd), { code: 'ERR_FD_OWNED' })
  a.close()
  b.close()
})

test('pair: of every type', () => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = Socket.pair(AF_UNIX, type)
    assert.deepEqual([a.type, b.type], [type, type])
    a.send('x')
    assert.equal(b.recv(10)!.toString(), 'x')
    a.close()
    b.close()
  }
})
