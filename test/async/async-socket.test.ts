// What the verbs of an awaited socket give, and when.

import assert from 'node:assert/strict'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  AsyncSocket,
  type MessageFlag,
  MSG_DONTROUTE,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_PEEK,
  MSG_WAITALL,
  SO_PASSCRED,
  SO_RCVLOWAT,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { failureOf, succeeds } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { boundTo, fullDatagramReceiver } from '../support/listeners.js'
import { asyncPair, fullPair, receiveAll, receiveExactly, tcpPair } from '../support/pairs.js'
import { rejection } from '../support/promises.js'

const noPython =
  failureOf('python3', ['-c', 'import socket; socket.send_fds']) && 'python3 with socket.send_fds is not installed'

/** Lets another process send over a socket. */
async function sendAsOther(context: TestContext, socket: Socket, program: string): Promise<void> {
  const code = `import socket; s = socket.socket(fileno=3); ${program}`
  await succeeds(context, 'python3', ['-c', code], { descriptors: [socket.fd] })
}

test('recv waits, and gets what comes', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(100)
  assert.ok(await isPending(received))
  assert.equal(await b.send('hello'), 5)
  assert.equal(String(await received), 'hello')
  await b.sendAll('more than asked for')
  assert.equal(String(await a.recv(4)), 'more')
  assert.equal(String(await a.recv(100)), ' than asked for')
  a.close()
  b.close()
})

test('the end is null, again and again; what came with it comes first', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(100)
  assert.ok(await isPending(received))
  b.trySend('last words')
  b.close()
  assert.equal(String(await received), 'last words')
  assert.equal(await a.recv(100), null)
  assert.equal(await a.recv(100), null)
  assert.equal(await a.recvInto(Buffer.alloc(10)), 0)
  a.close()
})

test('data and end that were there before anybody asked', async () => {
  const [a, b] = asyncPair()
  b.trySend('last words')
  b.close()
  await turns()
  assert.equal(String(await a.recv(4)), 'last')
  assert.equal(String(await a.recv(100)), ' words')
  assert.equal(await a.recv(100), null)
  a.close()
})

test('an end that follows a short read', async () => {
  const [a, b] = asyncPair()
  for (const word of ['one', 'two', 'three']) {
    await b.sendAll(word)
    assert.equal(String(await a.recv(100)), word)
  }
  b.shutdown('write')
  assert.equal(await a.recv(100), null)
  await a.sendAll('still open this way')
  assert.equal(String(await b.recv(100)), 'still open this way')
  a.close()
  b.close()
})

test('bytes behind urgent data are not forgotten', async () => {
  const [a, b] = asyncPair()
  const first = a.recv(100)
  assert.ok(await isPending(first))
  b.trySend('abc')
  b.trySend('!', { flags: MSG_OOB })
  b.trySend('def')
  assert.equal(String(await first), 'abc')
  assert.equal(String(await a.recv(100)), 'def')
  a.close()
  b.close()
})

test('bytes behind descriptors that a process has passed are not forgotten', { skip: noPython }, async (context) => {
  const [peer, inner] = Socket.pair()
  const socket = inner.toAsync()
  const first = socket.recv(100)
  assert.ok(await isPending(first))
  await sendAsOther(context, peer, 'socket.send_fds(s, [b"abc"], [0]); s.send(b"def")')
  assert.equal(String(await first), 'abc')
  assert.equal(String(await socket.recv(100)), 'def')
  socket.close()
  peer.close()
})

test('bytes of another process behind ours are not forgotten', { skip: noPython }, async (context) => {
  const [peer, inner] = Socket.pair()
  const socket = inner.toAsync()
  socket.setOption(SO_PASSCRED, true)
  const first = socket.recv(100)
  assert.ok(await isPending(first))
  peer.send('ours')
  await sendAsOther(context, peer, 's.send(b"theirs")')
  assert.equal(String(await first), 'ours')
  assert.equal(String(await socket.recv(100)), 'theirs')
  socket.close()
  peer.close()
})

test('one verb a direction', async () => {
  const [a, b] = fullPair()
  const busy = { code: 'ERR_SOCKET_BUSY' }
  const receiving = a.recv(10)
  const sending = a.send('x')
  await assert.rejects(a.recv(10), busy)
  await assert.rejects(a.recvInto(Buffer.alloc(1)), busy)
  await assert.rejects(a.readable(), busy)
  await assert.rejects(a.reader().readLine(), busy)
  await assert.rejects(a.send('x'), busy)
  await assert.rejects(a.sendAll('x'), busy)
  await assert.rejects(a.writable(), busy)
  assert.throws(() => a.toBlocking(), busy)
  assert.ok(await isPending(Promise.race([receiving, sending])))
  b.trySend('y')
  assert.equal(String(await receiving), 'y')
  a.close()
  await assert.rejects(sending, { code: 'ERR_SOCKET_CLOSED' })
  b.close()
})

test('wrong arguments reject at once, whether anything is ready or not', async () => {
  const wrong: [string, (socket: AsyncSocket) => Promise<unknown>][] = [
    ['ERR_OUT_OF_RANGE', (socket) => socket.recv(-1)],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.recv(1, { flags: 1n as never })],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.send('x', { flags: 1n as never })],
    ['ERR_OUT_OF_RANGE', (socket) => socket.recv(0, { flags: MSG_WAITALL })],
    ['ERR_OUT_OF_RANGE', (socket) => socket.recvInto(Buffer.alloc(4), { offset: 5 })],
    ['ERR_OUT_OF_RANGE', (socket) => socket.recvInto(Buffer.alloc(4), { length: -5, flags: MSG_WAITALL })],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.send(5 as unknown as string)],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.sendAll(5 as unknown as string)],
    ['ERR_OUT_OF_RANGE', (socket) => socket.sendFile(-1)],
    ['ERR_OUT_OF_RANGE', (socket) => socket.recv(1, { timeout: -1 })],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.recv(1, { signal: {} as AbortSignal })],
    ['ERR_INVALID_ARG_TYPE', (socket) => socket.recv(1, 5 as unknown as object)],
  ]
  const [fresh, peer] = asyncPair()
  const [stuck, other] = fullPair()
  await assert.rejects(stuck.recv(1, { timeout: 0 }), { code: 'EAGAIN' })
  await assert.rejects(stuck.send('x', { timeout: 0 }), { code: 'EAGAIN' })
  for (const socket of [fresh, stuck]) {
    for (const [code, act] of wrong) await assert.rejects(act(socket), { code }, String(act))
  }
  await peer.sendAll('fine')
  assert.equal(String(await fresh.recv(100)), 'fine')
  for (const socket of [fresh, peer, stuck, other]) socket.close()
})

test('memory of the caller’s, in parts', async () => {
  const [a, b] = asyncPair()
  const memory = Buffer.alloc(6, '.')
  const filled = a.recvInto(memory, { offset: 1, length: 3 })
  await b.sendAll('abcdef')
  assert.equal(await filled, 3)
  assert.equal(String(memory), '.abc..')
  assert.equal(await a.recvInto(new Uint16Array(memory.buffer, memory.byteOffset, 2)), 3)
  a.close()
  b.close()
})

test('flags that make one call a try', async () => {
  const wouldBlock = { name: 'WouldBlockError', code: 'EAGAIN' }
  const [a, b] = asyncPair()
  for (const flags of [MSG_DONTWAIT, MSG_ERRQUEUE]) {
    await assert.rejects(a.recv(1, { flags, timeout: 10_000 }), { ...wouldBlock, syscall: 'recv' })
    await assert.rejects(a.recvInto(Buffer.alloc(1), { flags }), wouldBlock)
    await assert.rejects(a.recvFrom(1, { flags }), wouldBlock)
  }
  await b.sendAll('x')
  await a.readable()
  assert.equal(String(await a.recv(1, { flags: MSG_DONTWAIT })), 'x')
  while (a.trySend(Buffer.alloc(65536)) !== undefined);
  await assert.rejects(a.send('x', { flags: MSG_DONTWAIT }), { ...wouldBlock, syscall: 'send' })
  for (const socket of [a, b]) socket.close()
})

test('who asks for something apart says nothing of the bytes that have come', async () => {
  for (const options of [{ flags: MSG_ERRQUEUE }, { flags: MSG_OOB }]) {
    const [inner, peer] = tcpPair()
    const [a, b] = [inner.toAsync(), peer.toAsync()]
    // From now on the reactor tells of it, and tells each edge once.
    const first = a.recv(10)
    await b.sendAll('first')
    await first
    await b.sendAll('second')
    await turns()
    await assert.rejects(a.recv(10, options))
    const next = a.recv(10)
    assert.equal(await isPending(next), false)
    assert.equal(String(await next), 'second')
    for (const socket of [a, b]) socket.close()
  }
})

test('MSG_PEEK takes nothing', async () => {
  const [a, b] = asyncPair()
  await b.sendAll('seen')
  for (let times = 0; times < 3; times++) assert.equal(String(await a.recv(100, { flags: MSG_PEEK })), 'seen')
  assert.equal(String(await a.recv(100)), 'seen')
  a.close()
  b.close()
})

test('MSG_WAITALL waits for all, and gives the part before the end or an abort', async () => {
  const [a, b] = asyncPair()
  const whole = a.recv(6, { flags: MSG_WAITALL })
  await b.sendAll('abc')
  assert.ok(await isPending(whole))
  await b.sendAll('defgh')
  assert.equal(String(await whole), 'abcdef')
  const controller = new AbortController()
  const memory = Buffer.alloc(8)
  const part = a.recvInto(memory, { flags: MSG_WAITALL, signal: controller.signal })
  assert.ok(await isPending(part))
  controller.abort()
  assert.equal(await part, 2)
  assert.equal(memory.toString('latin1', 0, 2), 'gh')
  await assert.rejects(a.recv(8, { flags: MSG_WAITALL, timeout: 5 }), { code: 'ERR_SOCKET_TIMEOUT' })
  const last = a.recv(8, { flags: MSG_WAITALL })
  b.trySend('ij')
  b.close()
  assert.equal(String(await last), 'ij')
  assert.equal(await a.recv(8, { flags: MSG_WAITALL }), null)
  a.close()
})

test('SO_RCVLOWAT is heeded, and what is less than it is not forgotten', async () => {
  const [a, b] = asyncPair()
  a.setOption(SO_RCVLOWAT, 4)
  const readable = a.readable()
  b.trySend('abc')
  assert.ok(await isPending(readable))
  b.trySend('d')
  await readable
  assert.equal(String(await a.recv(2)), 'ab')
  assert.equal(String(await a.recv(100)), 'cd')
  b.trySend('e')
  b.close()
  assert.equal(String(await a.recv(100)), 'e')
  assert.equal(await a.recv(100), null)
  a.close()
})

test('two who read the same stream share it between them', async () => {
  const [a, b] = asyncPair()
  const twin = a.dup()
  const first = a.recv(2)
  const second = twin.recv(2)
  await turns()
  b.trySend('abcd')
  assert.equal([String(await first), String(await second)].toSorted().join(''), 'abcd')
  b.trySend('e')
  assert.equal(String(await a.recv(2)), 'e')
  b.trySend('f')
  assert.equal(String(await twin.recv(2)), 'f')
  a.close()
  const left = twin.recv(2)
  b.close()
  assert.equal(await left, null)
  twin.close()
})

test('sendAll goes on while the peer reads slowly', async () => {
  const [a, b] = asyncPair()
  const block = Buffer.alloc(4 << 20, 'berkeley')
  const sent = a.sendAll(block)
  assert.ok(await isPending(sent))
  const halves = [await receiveExactly(b, 1 << 20)]
  halves.push(await receiveExactly(b, 3 << 20))
  await sent
  assert.ok(Buffer.concat(halves).equals(block))
  a.close()
  b.close()
})

test('what stops sendAll tells how much went out', async () => {
  const [a, b] = asyncPair()
  const controller = new AbortController()
  const sending = a.sendAll(Buffer.alloc(16 << 20, 'x'), { signal: controller.signal })
  assert.ok(await isPending(sending))
  controller.abort()
  const error = await rejection(sending)
  assert.equal(error.name, 'AbortError')
  a.shutdown('write')
  assert.equal((await receiveAll(b)).length, error['bytesSent'])
  a.close()
  b.close()
})

test('a datagram waits for room at a receiver that is full', async () => {
  using obstacle = fullDatagramReceiver()
  const sender = new AsyncSocket(AF_UNIX, SOCK_DGRAM)
  const sent = sender.sendTo('late', obstacle.listener.getSockName() as { family: 'unix'; path: string })
  assert.ok(await isPending(sent))
  while (obstacle.listener.tryRecv(10) !== undefined) {}
  assert.equal(await sent, 4)
  assert.equal(String(obstacle.listener.recv(10)), 'late')
  sender.close()
})

test('datagrams by address and by name, with flags, and none without bytes is an end', async () => {
  const receiver = new AsyncSocket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  const sender = new AsyncSocket(AF_INET, SOCK_DGRAM)
  const target = boundTo(receiver)
  const first = receiver.recvFrom(100)
  assert.ok(await isPending(first))
  assert.equal(await sender.sendTo('by number', target), 9)
  const { data, address } = await first
  assert.equal(String(data), 'by number')
  assert.equal((address as { port: number }).port, boundTo(sender).port)
  await sender.sendTo('by name', { host: 'localhost', port: target.port }, { flags: MSG_DONTROUTE })
  const memory = Buffer.alloc(20)
  assert.equal((await receiver.recvFromInto(memory)).bytes, 7)
  await sender.sendTo('', target)
  assert.deepEqual(await receiver.recv(10), Buffer.alloc(0))
  await assert.rejects(sender.sendTo('x', { host: 'localhost', port: 9 }, { timeout: 0 }), {
    code: 'ERR_NAME_NOT_NUMERIC',
  })
  receiver.close()
  sender.close()
})

test('a file, to its end', async () => {
  const [a, b] = asyncPair()
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, Buffer.alloc(1 << 20, 'file'))
  const file = openSync(path, 'r')
  let sent = 0
  const sending = (async () => {
    for (let count = await a.sendFile(file, { offset: sent }); count > 0; ) {
      sent += count
      count = await a.sendFile(file, { offset: sent })
    }
    a.shutdown('write')
  })()
  const received = await receiveAll(b)
  await sending
  assert.deepEqual([sent, received.length], [1 << 20, 1 << 20])
  assert.ok(received.equals(Buffer.alloc(1 << 20, 'file')))
  closeSync(file)
  a.close()
  b.close()
})

test('readable and writable, and verbs that never wait', async () => {
  const [a, b] = fullPair()
  const writable = a.writable()
  assert.ok(await isPending(writable))
  assert.equal(a.trySend('x'), undefined)
  while (b.tryRecv(65536) !== undefined) await turns(1)
  await writable
  assert.equal(a.trySend('x'), 1)
  await b.readable()
  assert.equal(String(b.tryRecv(10)), 'x')
  assert.equal(b.tryRecv(10, { flags: 0 as MessageFlag }), undefined)
  const readable = b.readable()
  assert.ok(await isPending(readable))
  a.close()
  await readable
  assert.equal(b.tryRecv(10), null)
  b.close()
})

test('what has come is given to who does not wait, though the event loop has not turned', async () => {
  const [a, b] = tcpPair()
  const socket = a.toAsync()
  b.send('one')
  assert.equal(String(await socket.recv(100)), 'one')
  b.send('two')
  assert.equal(String(await socket.recv(100, { timeout: 0 })), 'two')
  socket.close()
  b.close()
})

test('memory that is filled from an offset to its end says nothing of what is left', async () => {
  const [a, b] = asyncPair()
  b.trySend('x')
  await a.recv(1)
  b.trySend('0123456789'.repeat(8))
  await turns()
  const memory = Buffer.alloc(100)
  assert.equal(await a.recvInto(memory, { offset: 50 }), 50)
  assert.equal(await a.recvInto(memory, { timeout: 5000 }), 30)
  for (const each of [a, b]) each.close()
})
