// The verbs of AsyncSocket: what each resolves with, when it waits, and what its flags mean.

import assert from 'node:assert/strict'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
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
  SOCK_STREAM,
  Socket,
  type SocketType,
} from 'berkeley'
import { failureOf, succeeds } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { asyncListener, boundTo, fullDatagramReceiver } from '../support/listeners.js'
import { asyncPair, fullPair, receiveAll, receiveExactly, tcpPair } from '../support/pairs.js'
import { rejection } from '../support/promises.js'

const noPython =
  failureOf('python3', ['-c', 'import socket; socket.send_fds']) && 'python3 with socket.send_fds is not installed'

/** Runs a Python program that has the socket as `s`. */
async function sendFromPython(context: TestContext, socket: Socket, program: string): Promise<void> {
  const code = `import socket; s = socket.socket(fileno=3); ${program}`
  await succeeds(context, 'python3', ['-c', code], { descriptors: [socket.fd] })
}

test('AsyncSocket.recv: waits for bytes, and resolves with at most the requested number', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(100)
  assert.ok(await isPending(received))
  assert.equal(await b.send('hello'), 5)
  assert.equal(String(await received), 'hello')
  await b.sendAll('more than requested')
  assert.equal(String(await a.recv(4)), 'more')
  assert.equal(String(await a.recv(100)), ' than requested')
  a.close()
  b.close()
})

test('AsyncSocket.recv: resolves with the last bytes, then with null every time', async () => {
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

test('AsyncSocket.recv: resolves with bytes and end that arrived before the call', async () => {
  const [a, b] = asyncPair()
  b.trySend('last words')
  b.close()
  await turns()
  assert.equal(String(await a.recv(4)), 'last')
  assert.equal(String(await a.recv(100)), ' words')
  assert.equal(await a.recv(100), null)
  a.close()
})

test('AsyncSocket.recv: resolves with null when the end follows a short read', async () => {
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

test('AsyncSocket.recv: receives bytes behind urgent data', async () => {
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

test('AsyncSocket.recv: receives bytes behind passed descriptors', { skip: noPython }, async (context) => {
  const [peer, inner] = Socket.pair()
  const socket = inner.toAsync()
  const first = socket.recv(100)
  assert.ok(await isPending(first))
  await sendFromPython(context, peer, 'socket.send_fds(s, [b"abc"], [0]); s.send(b"def")')
  assert.equal(String(await first), 'abc')
  assert.equal(String(await socket.recv(100)), 'def')
  socket.close()
  peer.close()
})

test('AsyncSocket.recv: with SO_PASSCRED, receives bytes of a second process', { skip: noPython }, async (context) => {
  const [peer, inner] = Socket.pair()
  const socket = inner.toAsync()
  socket.setOption(SO_PASSCRED, true)
  const first = socket.recv(100)
  assert.ok(await isPending(first))
  peer.send('from node')
  await sendFromPython(context, peer, 's.send(b"from python")')
  assert.equal(String(await first), 'from node')
  assert.equal(String(await socket.recv(100)), 'from python')
  socket.close()
  peer.close()
})

test('AsyncSocket: allows one pending operation in each direction', async () => {
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
  await assert.rejects(sending, { code: 'ERR_SOCKET_CLOSED', syscall: 'send' })
  b.close()
  const listener = new AsyncSocket()
  listener.listen()
  const accepting = listener.accept()
  listener.close()
  await assert.rejects(accepting, { code: 'ERR_SOCKET_CLOSED', syscall: 'accept' })
})

/** JavaScriptCore records no lines that await. */
const isBun = process.versions['bun'] !== undefined

test('AsyncSocket: the error of a verb that waited has the line that awaits it', { skip: isBun }, async () => {
  const [a, b] = AsyncSocket.pair()
  async function caller(): Promise<void> {
    await a.recv(1, { timeout: 1 })
  }
  const { stack } = await rejection(caller())
  assert.match(
    String(stack),
    /^SocketTimeoutError: recv timed out after 1 ms\n {4}at async caller \(.*async-socket\.test/,
  )
  a.close()
  b.close()
})

test('AsyncSocket: a verb of the other kind of socket rejects at once, though one of its own kind has waited in vain', async () => {
  const [a, b] = AsyncSocket.pair()
  const listener = asyncListener()
  const began = performance.now()
  await assert.rejects(a.recv(1, { timeout: 1 }), { code: 'ERR_SOCKET_TIMEOUT' })
  await assert.rejects(a.accept({ timeout: 10_000 }), { code: 'EINVAL' })
  await assert.rejects(listener.accept({ timeout: 1 }), { code: 'ERR_SOCKET_TIMEOUT' })
  await assert.rejects(listener.recv(1, { timeout: 10_000 }), { code: 'ENOTCONN' })
  // At the end of its time a verb is tried once more, and would reject then.
  assert.ok(performance.now() - began < 9_000)
  await assert.rejects(listener.readable({ timeout: 1 }), { code: 'ERR_SOCKET_TIMEOUT' })
  for (const socket of [a, b, listener]) socket.close()
})

test('AsyncSocket: a verb that is refused while another waits does not end that wait', async () => {
  const [a, b] = AsyncSocket.pair()
  const received = a.recv(1)
  await assert.rejects(a.accept(), { code: 'ERR_SOCKET_BUSY' })
  const sent = a.sendAll(Buffer.alloc(4_000_000))
  await turns(2)
  await b.sendAll('x')
  assert.equal(String(await received), 'x')
  b.close()
  await assert.rejects(sent)
  a.close()
})

test('AsyncSocket: wrong arguments reject, whether the socket is ready or not', async () => {
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

test('AsyncSocket.recv, MSG_WAITALL: memory grows with the bytes that arrive, and all of them are returned', async () => {
  const pairs = Array.from({ length: 50 }, () => AsyncSocket.pair())
  const before = process.memoryUsage().arrayBuffers
  const waiting = pairs.map(([a]) => a.recv(2 ** 30, { flags: MSG_WAITALL }))
  for (const [, b] of pairs) await b.send('x'.repeat(1000))
  await turns()
  const grown = process.memoryUsage().arrayBuffers - before
  assert.ok(grown < 50 * 65536, `${grown} bytes`)
  for (const [, b] of pairs) b.close()
  for (const received of await Promise.all(waiting)) {
    assert.equal(String(received), 'x'.repeat(1000))
    assert.ok(received!.buffer.byteLength <= 2000, 'a short result keeps more than twice its bytes')
  }
  for (const [a] of pairs) a.close()

  const message = Buffer.from(Array.from({ length: 300_001 }, (_, at) => at % 251))
  const [a, b] = asyncPair()
  const [received] = await Promise.all([a.recv(message.length, { flags: MSG_WAITALL }), b.sendAll(message)])
  assert.ok(message.equals(received!))
  a.close()
  b.close()
})

test('AsyncSocket.recvInto: fills the part of the caller’s memory that offset and length select', async () => {
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

test('AsyncSocket: MSG_DONTWAIT and MSG_ERRQUEUE make one call a try', async () => {
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

test('AsyncSocket.recv: a failed MSG_ERRQUEUE or MSG_OOB receive does not hide ordinary bytes', async () => {
  for (const options of [{ flags: MSG_ERRQUEUE }, { flags: MSG_OOB }]) {
    const [inner, peer] = tcpPair()
    const [a, b] = [inner.toAsync(), peer.toAsync()]
    // From now on the reactor watches the socket, and reports each edge once.
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

test('AsyncSocket.recv: MSG_PEEK leaves the bytes in the queue', async () => {
  const [a, b] = asyncPair()
  await b.sendAll('seen')
  for (let times = 0; times < 3; times++) assert.equal(String(await a.recv(100, { flags: MSG_PEEK })), 'seen')
  assert.equal(String(await a.recv(100)), 'seen')
  a.close()
  b.close()
})

test('AsyncSocket.recv: MSG_WAITALL waits for all bytes, and resolves with a part at the end or an abort', async () => {
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

test('AsyncSocket.recv: MSG_WAITALL with MSG_PEEK waits for all bytes, and leaves them in the queue', async () => {
  const [a, b] = asyncPair()
  const flags = (MSG_WAITALL | MSG_PEEK) as MessageFlag
  b.trySend('ab')
  const whole = a.recv(4, { flags })
  assert.ok(await isPending(whole))
  b.trySend('cd')
  assert.equal(String(await whole), 'abcd')
  const more = a.recv(8, { flags })
  assert.ok(await isPending(more))
  b.trySend('ef')
  b.close()
  assert.equal(String(await more), 'abcdef')
  assert.equal(String(await a.recv(100)), 'abcdef')
  assert.equal(await a.recv(8, { flags }), null)
  a.close()
})

test('AsyncSocket: options whose getter gives the socket away leave its bytes to the next owner', async () => {
  const verbs: ((socket: AsyncSocket, options: object) => Promise<unknown>)[] = [
    (socket, options) => socket.recv(10, options),
    (socket, options) => socket.recvInto(Buffer.alloc(10), options),
    (socket, options) => socket.send('x', options),
    (socket, options) => socket.sendAll('x', options),
    (socket, options) => socket.readable(options),
    (socket, options) => socket.reader().readLine(options),
  ]
  for (const verb of verbs) {
    for (const option of ['timeout', 'signal']) {
      const [a, b] = asyncPair()
      let owner: AsyncSocket | undefined
      let received: Promise<Buffer | null> | undefined
      const options = Object.defineProperty({}, option, {
        get: () => {
          owner ??= a.toBlocking().toAsync()
          received ??= owner.recv(10)
        },
      })
      await assert.rejects(verb(a, options), { code: 'ERR_SOCKET_DETACHED' }, `${verb} ${option}`)
      assert.ok(await isPending(received!))
      b.trySend('hello')
      assert.equal(String(await received), 'hello', `${verb} ${option}`)
      assert.equal(b.tryRecv(1), undefined)
      owner!.close()
      b.close()
    }
  }
})

test('AsyncSocket.recvInto, recvFromInto: memory that is transferred away meanwhile is refused, and no byte is lost', async () => {
  const detached = { code: 'ERR_INVALID_ARG_VALUE', message: /detached/ }
  const attempts: [SocketType, (socket: AsyncSocket, memory: ArrayBuffer) => Promise<unknown>][] = [
    [SOCK_STREAM, (socket, memory) => socket.recvInto(memory)],
    [SOCK_STREAM, (socket, memory) => socket.recvInto(memory, { flags: MSG_WAITALL })],
    [SOCK_DGRAM, (socket, memory) => socket.recvInto(memory)],
    [SOCK_DGRAM, (socket, memory) => socket.recvFromInto(memory)],
  ]
  for (const [type, receive] of attempts) {
    const [a, b] = AsyncSocket.pair(AF_UNIX, type)
    const memory = new ArrayBuffer(10)
    const received = receive(a, memory)
    structuredClone(memory, { transfer: [memory] })
    b.trySend('hello')
    await assert.rejects(received, detached)
    assert.equal(String(a.tryRecv(10)), 'hello')
    a.close()
    b.close()
  }
})

test('AsyncSocket.readable: honours SO_RCVLOWAT, and the remaining bytes are received', async () => {
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

test('AsyncSocket.recv: receives bytes below the SO_RCVLOWAT that the listener has passed on', async () => {
  const listener = asyncListener()
  listener.setOption(SO_RCVLOWAT, 8)
  const peer = new AsyncSocket()
  await peer.connect(boundTo(listener))
  const socket = await listener.accept()
  peer.trySend('0123456789')
  assert.equal(String(await socket.recv(100)), '0123456789')
  // Too few to be reported: the call has to ask the kernel.
  peer.trySend('abc')
  const received = socket.recv(100)
  assert.ok(!(await isPending(received)))
  assert.equal(String(await received), 'abc')
  for (const each of [listener, peer, socket]) each.close()
})

test('AsyncSocket.dup: two duplicates that receive share the bytes', async () => {
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

test('AsyncSocket.sendAll: waits for a peer that reads slowly', async () => {
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

test('AsyncSocket.sendAll: the error of an abort has bytesSent', async () => {
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

test('AsyncSocket.sendTo: waits until a full receiver has room', async () => {
  using obstacle = fullDatagramReceiver()
  const sender = new AsyncSocket(AF_UNIX, SOCK_DGRAM)
  const sent = sender.sendTo('late', obstacle.listener.getSockName() as { family: 'unix'; path: string })
  assert.ok(await isPending(sent))
  while (obstacle.listener.tryRecv(10) !== undefined) {}
  assert.equal(await sent, 4)
  assert.equal(String(obstacle.listener.recv(10)), 'late')
  sender.close()
})

test('AsyncSocket.sendTo: sends by address, by name, with flags, and an empty datagram', async () => {
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

test('AsyncSocket.sendFile: sends a file to its end', async () => {
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

test('AsyncSocket.sendFile: sends from no other file when its FileHandle is closed meanwhile', async () => {
  const folder = temporaryFolder()
  const paths = ['first', 'second'].map((name) => join(folder, name))
  for (const path of paths) writeFileSync(path, path)
  const [a, b] = fullPair()
  const first = await open(paths[0]!)
  const sent = a.sendFile(first, { offset: 0 })
  const { fd } = first
  await first.close()
  // A collection may just have closed dropped sockets with lower numbers.
  const seconds = [openSync(paths[1]!, 'r')]
  while (seconds.at(-1)! < fd) seconds.push(openSync(paths[1]!, 'r'))
  assert.equal(seconds.at(-1), fd)
  const refused = assert.rejects(sent, { code: 'ERR_OUT_OF_RANGE' })
  while (b.tryRecv(65536) !== undefined) await turns(1)
  await refused
  for (const second of seconds) closeSync(second)
  a.close()
  b.close()
})

test('AsyncSocket.readable and writable: resolve when trySend and tryRecv can go on', async () => {
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

test('AsyncSocket.recv: timeout 0 receives bytes that the event loop has not reported yet', async () => {
  const [a, b] = tcpPair()
  const socket = a.toAsync()
  b.send('one')
  assert.equal(String(await socket.recv(100)), 'one')
  b.send('two')
  assert.equal(String(await socket.recv(100, { timeout: 0 })), 'two')
  socket.close()
  b.close()
})

test('AsyncSocket.recvInto: filling memory from an offset to its end does not prove the queue empty', async () => {
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
