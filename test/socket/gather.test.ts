// send and sendAll of several pieces in one call, in every mode.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_UNIX, type Data, SOCK_DGRAM, SOCK_SEQPACKET, Socket } from 'berkeley'
import { asyncPair, fill, tcpPair } from '../support/pairs.js'
import { peerWith } from '../support/peer.js'

const pieces: Data[] = ['a', Buffer.from('bc'), new Uint8Array(0), new Uint16Array([0x6464]), new ArrayBuffer(1)]
const whole = Buffer.from('abcdd\0')

test('send: several pieces are one message', () => {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = Socket.pair(AF_UNIX, type)
    assert.equal(a.send(pieces), 6)
    assert.equal(a.trySend(['x', 'y']), 2)
    assert.deepEqual(b.recv(100), whole)
    assert.equal(b.recv(100)!.toString(), 'xy')
    a.close()
    b.close()
  }
})

test('send: more pieces than one call takes are a part of a stream, and EMSGSIZE of a message', () => {
  const many = Array.from({ length: 1500 }, () => 'x')
  const [a, b] = Socket.pair()
  assert.equal(a.send(many), 1024)
  assert.equal(b.recv(4096)!.length, 1024)
  const [c, d] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  assert.throws(() => c.send(many), { code: 'EMSGSIZE' })
  for (const socket of [a, b, c, d]) socket.close()
})

test('send: a piece that is no data is refused before anything is sent', () => {
  const [a, b] = Socket.pair()
  const hole: Data[] = ['x']
  hole[2] = 'y'
  for (const wrong of [['x', 5], [null], hole, [['x']]]) {
    assert.throws(() => a.send(wrong as Data[]), { code: 'ERR_INVALID_ARG_TYPE' })
    assert.throws(() => a.sendAll(wrong as Data[]), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  assert.equal(b.tryRecv(10), undefined)
  a.close()
  b.close()
})

test('sendAll: thousands of pieces, some large, arrive in order', async () => {
  const list = Array.from({ length: 3000 }, (_, index) => Buffer.alloc(index % 50 === 0 ? 70_000 : 3, index))
  const expected = Buffer.concat(list)
  const [client, server] = tcpPair()
  const receiving = server.toAsync()
  const sending = client.toAsync()
  const [received] = await Promise.all([receiving.reader().readExactly(expected.length), sending.sendAll(list)])
  assert.ok(received!.equals(expected))
  receiving.close()
  sending.close()
})

test('sendAll: the blocking mode sends all pieces, and an error says how much went out', () => {
  const [a, b] = Socket.pair()
  a.sendAll(pieces)
  a.sendAll([])
  assert.deepEqual(b.recv(100), whole)
  const sent = fill(a)
  for (let rest = sent; rest > 0; rest -= b.recv(rest)!.length);
  const large = Array.from({ length: 2000 }, () => Buffer.alloc(4096))
  assert.throws(
    () => a.sendAll(large, { timeout: 50 }),
    (error: NodeJS.ErrnoException & { bytesSent: number }) => {
      assert.equal(error.code, 'ERR_SOCKET_TIMEOUT')
      assert.ok(error.bytesSent > 0 && error.bytesSent < 2000 * 4096)
      let received = 0
      for (let bytes = b.tryRecv(65536); bytes; bytes = b.tryRecv(65536)) received += bytes.length
      assert.equal(received, error.bytesSent)
      return true
    },
  )
  a.close()
  b.close()
})

test('sendAll: goes on after a part of a piece that stands behind an empty one', async () => {
  const [a, b] = Socket.pair()
  const large = Buffer.alloc(1 << 20, 'x')
  const empty = new Uint8Array(0)
  const peer = await peerWith(b, [['receive', 3 * large.length]])
  peer.begin()
  // The queue takes less than one piece, so that most calls begin in the middle of one.
  a.sendAll([large, empty, large, empty, large], { timeout: 60_000 })
  await peer.ended
  a.close()
})

test('AsyncSocket: send takes several pieces', async () => {
  const [a, b] = asyncPair()
  assert.equal(await a.send(['one', ' ', 'two']), 7)
  assert.equal((await b.recv(100))!.toString(), 'one two')
  await assert.rejects(a.send(['x', 5 as unknown as string]), { code: 'ERR_INVALID_ARG_TYPE' })
  a.close()
  b.close()
})
