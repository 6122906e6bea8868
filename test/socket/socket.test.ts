// The life of a socket: made, connected, used, half closed, closed.

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  createServer,
  errno,
  type InetAddress,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
  WouldBlockError,
} from 'berkeley'
import { leakingNothing, uncountable } from '../support/descriptors.js'
import { portOf } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'

test('new Socket: is a blocking IPv4 stream by default', () => {
  using socket = new Socket()
  assert.equal(socket.family, AF_INET)
  assert.equal(socket.type, SOCK_STREAM)
  assert.equal(socket.protocol, 0)
  assert.equal(socket.blocking, true)
  assert.equal(socket.timeout, null)
  assert.equal(socket.closed, false)
  assert.equal(socket.listening, false)
  assert.equal(socket.peerAddress, null)
  assert.ok(socket.fd > 2)
})

test('new Socket: takes family, type and protocol', () => {
  using socket = new Socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP)
  assert.deepEqual([socket.family, socket.type, socket.protocol], [AF_INET6, SOCK_STREAM, IPPROTO_TCP])
})

test('pair: sends in both directions', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.family, AF_UNIX)
  assert.equal(a.send('hello'), 5)
  assert.deepEqual(b.recv(1024), Buffer.from('hello'))
  assert.equal(b.send(Buffer.from('and back')), 8)
  assert.equal(a.recv(1024)!.toString(), 'and back')
  a.close()
  b.close()
})

test('connect and accept: the addresses of both ends agree', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using client = new Socket()
  client.connect({ host: '127.0.0.1', port: portOf(listener) })
  using server = listener.accept()
  client.sendAll('ping')
  assert.equal(server.recv(16)!.toString(), 'ping')
  assert.deepEqual(server.peerAddress, client.getSockName())
  assert.deepEqual(server.getPeerName(), client.getSockName())
  assert.deepEqual(client.getPeerName(), listener.getSockName())
})

test('recv: queued bytes come before the end, which is returned again and again', () => {
  const [a, b] = Socket.pair()
  a.send('last words')
  a.close()
  assert.equal(b.recv(4)!.toString(), 'last')
  assert.equal(b.recv(1024)!.toString(), ' words')
  assert.equal(b.recv(1024), null)
  assert.equal(b.recv(1024), null)
  assert.equal(b.tryRecv(1024), null)
  assert.equal(b.recvInto(Buffer.alloc(8)), 0)
  b.close()
})

test('recv: not yet is WouldBlockError, or undefined for a try, and never the end', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.tryRecv(10), undefined)
  assert.equal(a.tryRecvInto(Buffer.alloc(10)), undefined)
  assert.equal(a.tryRecvFrom(10), undefined)
  a.setBlocking(false)
  assert.equal(a.blocking, false)
  assert.equal(a.timeout, 0)
  assert.throws(() => a.recv(10), { name: 'WouldBlockError', code: 'EAGAIN', errno: -errno.EAGAIN, syscall: 'recv' })
  assert.throws(() => a.recvInto(Buffer.alloc(10)), WouldBlockError)
  b.send('x')
  assert.equal(a.recv(10)!.toString(), 'x')
  a.close()
  b.close()
})

test('setTimeout, setBlocking: change timeout and mode together', () => {
  using socket = new Socket()
  socket.setTimeout(12.5)
  assert.deepEqual([socket.timeout, socket.blocking], [12.5, true])
  socket.setTimeout(0)
  assert.deepEqual([socket.timeout, socket.blocking], [0, false])
  socket.setTimeout(null)
  assert.deepEqual([socket.timeout, socket.blocking], [null, true])
  socket.setTimeout(Number.POSITIVE_INFINITY)
  assert.deepEqual([socket.timeout, socket.blocking], [null, true])
  socket.setBlocking(false)
  socket.setBlocking(true)
  assert.deepEqual([socket.timeout, socket.blocking], [null, true])
})

test('shutdown: after `write` the peer reads the end and can still send', () => {
  const [client, server] = tcpPair()
  client.sendAll('question')
  client.shutdown('write')
  assert.equal(server.recv(100)!.toString(), 'question')
  assert.equal(server.recv(100), null)
  server.sendAll('answer')
  server.close()
  assert.equal(client.recv(100)!.toString(), 'answer')
  assert.equal(client.recv(100), null)
  assert.throws(() => client.send('more'), { code: 'EPIPE', syscall: 'send' })
  client.close()
})

test('shutdown: after `read` recv returns the end', () => {
  const [a, b] = Socket.pair()
  a.shutdown('read')
  assert.equal(a.recv(10), null)
  b.shutdown('both')
  assert.throws(() => b.send('x'), { code: 'EPIPE' })
  a.close()
  b.close()
})

test('accept: the accepted socket blocks, whatever the mode of its listener', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  listener.setBlocking(false)
  assert.throws(() => listener.accept(), { code: 'EAGAIN', syscall: 'accept' })
  assert.equal(listener.tryAccept(), undefined)
  using client = new Socket()
  client.connect(listener.getSockName())
  using accepted = listener.accept()
  assert.equal(accepted.blocking, true)
  assert.equal(accepted.timeout, null)
  assert.equal(accepted.listening, false)
  assert.equal(listener.listening, true)
})

test('accept: returns three connections in their order', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const clients = [1, 2, 3].map(() => {
    const client = new Socket()
    client.connect(listener.getSockName())
    return client
  })
  const ports = clients.map(() => {
    using accepted = listener.accept()
    return (accepted.peerAddress as InetAddress).port
  })
  assert.deepEqual(ports, clients.map(portOf))
  for (const client of clients) client.close()
})

test('peerAddress: is kept after a reset, where getPeerName fails', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = new Socket()
  client.connect(listener.getSockName())
  const name = client.getSockName()
  using accepted = listener.accept()
  client.setOption(SO_LINGER, 0)
  client.close()
  assert.throws(() => accepted.recv(1), { code: 'ECONNRESET' })
  assert.throws(() => accepted.getPeerName(), { code: 'ENOTCONN', syscall: 'getpeername' })
  assert.deepEqual(accepted.peerAddress, name)
})

test('iteration: over a stream it yields chunks until the end', () => {
  const [a, b] = Socket.pair()
  a.send('one')
  a.shutdown('write')
  assert.deepEqual([...b].join(), 'one')
  assert.equal(b.closed, false)
  a.close()
  b.close()
})

test('iteration: for await is refused, because it would block the event loop', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const [a, b] = Socket.pair()
  for (const iterable of [listener, listener.connections(), a, a.reader()] as Iterable<unknown>[]) {
    const iterating = (async () => {
      for await (const _ of iterable) assert.fail('it waited')
    })()
    await assert.rejects(iterating, { name: 'TypeError', code: 'ERR_NOT_ASYNC', message: /toAsync\(\)/ })
  }
  b.sendAll('chunk')
  b.close()
  // Streams are made of chunks, and one asks for the next when there is room.
  assert.equal(await text(Readable.from(a.chunks())), 'chunk')
  a.close()
})

test('iteration: over a listener it yields connections until the loop is left', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  for (let i = 0; i < 2; i++) {
    const client = new Socket()
    client.connect(listener.getSockName())
    client.sendAll(`client ${i}`)
    client.close()
  }
  const texts: string[] = []
  for (const connection of listener) {
    texts.push([...connection.chunks()].join(''))
    connection.close()
    if (texts.length === 2) break
  }
  assert.deepEqual(texts, ['client 0', 'client 1'])
  assert.equal(listener.closed, false)
})

test('SOCK_SEQPACKET: keeps the boundaries of messages and has an end', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  a.send('first')
  a.send('second')
  assert.equal(b.recv(1024)!.toString(), 'first')
  assert.equal(b.recv(3)!.toString(), 'sec')
  a.close()
  assert.equal(b.recv(1024), null)
  b.close()
})

test('SOCK_SEQPACKET: a message without bytes is not the end', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  a.send('')
  a.send('more')
  assert.deepEqual(b.recv(10), Buffer.alloc(0))
  assert.equal(b.recv(10)!.toString(), 'more')
  a.close()
  assert.equal(b.recv(10), null)
  b.close()
})

test('connect: a name is found for a protocol that getaddrinfo does not know', (t) => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  let socket: Socket
  try {
    socket = new Socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
  } catch (error) {
    return t.skip(`no MPTCP: ${error}`)
  }
  socket.connect({ host: 'localhost', port: portOf(listener) })
  socket.close()
})

test('close: a second call has no effect', { skip: uncountable }, () => {
  leakingNothing(() => {
    using socket = new Socket()
    socket.close()
    socket.close()
    assert.equal(socket.closed, true)
    assert.equal(socket.fd, -1)
  })
})

test('using: closes the socket when the block is left by an exception', { skip: uncountable }, () => {
  leakingNothing(() => {
    assert.throws(() => {
      using pair = new Socket(AF_UNIX, SOCK_DGRAM)
      pair.recv(-1)
    }, RangeError)
  })
})

test('trySend: a large transfer arrives whole', () => {
  const [client, server] = tcpPair()
  const sent = Buffer.alloc(3_000_000, 'abcdefghijklmnopqrstuvwxyz')
  const parts: Buffer[] = []
  let offset = 0
  while (offset < sent.length) {
    offset += client.trySend(sent.subarray(offset)) ?? 0
    parts.push(server.recv(100_000)!)
  }
  client.close()
  parts.push(...server.chunks())
  assert.ok(Buffer.concat(parts).equals(sent))
  server.close()
})

test('recv: a short result does not keep a large buffer alive', () => {
  const [a, b] = Socket.pair()
  a.send('tiny')
  const bytes = b.recv(10_000_000)!
  assert.ok(bytes.buffer.byteLength <= 2 * bytes.length)
  a.send(Buffer.alloc(30_000))
  const more = b.recv(1_000_000)!
  assert.ok(more.buffer.byteLength <= 2 * more.length)
  a.close()
  b.close()
})

test('wait: returns the readiness', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.tryWait('read'), undefined)
  assert.deepEqual(a.wait('write'), { read: false, write: true, error: false, hangup: false })
  b.send('x')
  assert.deepEqual(a.wait('both'), { read: true, write: true, error: false, hangup: false })
  b.close()
  assert.deepEqual(a.wait('read'), { read: true, write: false, error: false, hangup: true })
  a.close()
})

test('close, detach: later verbs throw', () => {
  const socket = new Socket()
  socket.close()
  assert.throws(
    () => socket.recv(1),
    (error) => error instanceof SocketError && error.code === 'ERR_SOCKET_CLOSED',
  )
  const [a, b] = Socket.pair()
  Socket.fromFd(a.detach()).close()
  assert.throws(() => a.send('x'), { code: 'ERR_SOCKET_DETACHED' })
  assert.equal(a.fd, -1)
  b.close()
})
