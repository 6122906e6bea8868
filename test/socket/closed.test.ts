// Closed and detached sockets: every verb throws, and properties tell the state.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, DatagramBatch, SO_REUSEADDR, SO_TYPE, SOL_SOCKET, Socket, SocketError } from 'berkeley'

type Method = {
  [Name in keyof Socket]: Socket[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Socket]

const address = { host: '127.0.0.1', port: 9 }
const block = Buffer.alloc(4)
const batch = new DatagramBatch(1, 1)
batch.add('x')

/** Every method that needs the descriptor; the compiler reports one that is missing here. */
const verbs: Record<Exclude<Method, 'close' | 'toJSON' | symbol> | 'iteration', (socket: Socket) => unknown> = {
  accept: (socket) => socket.accept(),
  bind: (socket) => socket.bind(address),
  chunks: (socket) => socket.chunks().next(),
  connect: (socket) => socket.connect(address),
  connectEx: (socket) => socket.connectEx(address),
  connections: (socket) => socket.connections().next(),
  detach: (socket) => socket.detach(),
  disconnect: (socket) => socket.disconnect(),
  dup: (socket) => socket.dup(),
  getOption: (socket) => socket.getOption(SO_TYPE),
  getPeerName: (socket) => socket.getPeerName(),
  getRawOption: (socket) => socket.getRawOption(SOL_SOCKET, 3),
  getSockName: (socket) => socket.getSockName(),
  listen: (socket) => socket.listen(),
  reader: (socket) => socket.reader(),
  recv: (socket) => socket.recv(1),
  recvFrom: (socket) => socket.recvFrom(1),
  recvFromInto: (socket) => socket.recvFromInto(block),
  recvInto: (socket) => socket.recvInto(block),
  recvBatch: (socket) => socket.recvBatch(batch),
  recvFds: (socket) => socket.recvFds(1, 1),
  recvMsg: (socket) => socket.recvMsg(1),
  recvMsgInto: (socket) => socket.recvMsgInto([block]),
  send: (socket) => socket.send('x'),
  sendAll: (socket) => socket.sendAll('x'),
  sendFile: (socket) => socket.sendFile(0),
  sendFileAll: (socket) => socket.sendFileAll(0),
  sendBatch: (socket) => socket.sendBatch(batch),
  sendFds: (socket) => socket.sendFds('x', [0]),
  sendMsg: (socket) => socket.sendMsg('x'),
  sendTo: (socket) => socket.sendTo('x', address),
  setBlocking: (socket) => socket.setBlocking(false),
  setOption: (socket) => socket.setOption(SO_REUSEADDR, true),
  setRawOption: (socket) => socket.setRawOption(SOL_SOCKET, 2, 1),
  setTimeout: (socket) => socket.setTimeout(1),
  shutdown: (socket) => socket.shutdown('both'),
  takeError: (socket) => socket.takeError(),
  toAsync: (socket) => socket.toAsync(),
  tryAccept: (socket) => socket.tryAccept(),
  tryConnect: (socket) => socket.tryConnect(address),
  tryRecv: (socket) => socket.tryRecv(1),
  tryRecvFrom: (socket) => socket.tryRecvFrom(1),
  tryRecvFromInto: (socket) => socket.tryRecvFromInto(block),
  tryRecvInto: (socket) => socket.tryRecvInto(block),
  tryRecvBatch: (socket) => socket.tryRecvBatch(batch),
  tryRecvMsg: (socket) => socket.tryRecvMsg(1),
  tryRecvMsgInto: (socket) => socket.tryRecvMsgInto([block]),
  trySend: (socket) => socket.trySend('x'),
  trySendFile: (socket) => socket.trySendFile(0),
  trySendBatch: (socket) => socket.trySendBatch(batch),
  trySendMsg: (socket) => socket.trySendMsg('x'),
  trySendTo: (socket) => socket.trySendTo('x', address),
  tryWait: (socket) => socket.tryWait('read'),
  wait: (socket) => socket.wait('read'),
  iteration: (socket) => socket[Symbol.iterator]().next(),
}

function closedSocket(): Socket {
  const socket = new Socket(AF_INET)
  socket.close()
  return socket
}

function detachedSocket(): Socket {
  const socket = new Socket(AF_INET)
  Socket.fromFd(socket.detach()).close()
  return socket
}

const ends: [string, () => Socket, string][] = [
  ['closed', closedSocket, 'ERR_SOCKET_CLOSED'],
  ['detached', detachedSocket, 'ERR_SOCKET_DETACHED'],
]

for (const [state, make, code] of ends) {
  test(`${state}: every verb throws ${code}`, () => {
    const socket = make()
    for (const [name, act] of Object.entries(verbs)) {
      const check = (error: unknown): boolean => {
        assert.ok(error instanceof SocketError, `${name}: ${error}`)
        assert.deepEqual([error.code, error.errno], [code, 0], name)
        assert.equal(error.message.startsWith(`${error.syscall} ${code}: `), true, error.message)
        return true
      }
      assert.throws(() => act(socket), check, name)
    }
    socket.close()
    socket[Symbol.dispose]()
  })

  test(`${state}: the properties that remain`, () => {
    const socket = make()
    const { closed, fd, listening, peerAddress, family } = socket
    assert.deepEqual([closed, fd, listening, peerAddress, family], [state === 'closed', -1, false, null, AF_INET])
  })
}

test('listening: false once the listener is detached or closed', () => {
  const listener = new Socket()
  listener.listen()
  assert.equal(listener.listening, true)
  const adopted = Socket.fromFd(listener.detach())
  assert.deepEqual([listener.listening, adopted.listening], [false, true])
  adopted.close()
  assert.equal(adopted.listening, false)
})

test('reader: of a closed socket it returns what it holds, and then throws', () => {
  const [a, b] = Socket.pair()
  a.send('one\ntwo')
  const reader = b.reader()
  assert.equal(reader.readLine(), 'one')
  b.close()
  assert.equal(reader.bufferedBytes, 3)
  assert.throws(() => reader.readLine(), { code: 'ERR_SOCKET_CLOSED' })
  assert.equal(reader.takeBuffered().toString(), 'two')
  assert.throws(() => reader.readExactly(1), { code: 'ERR_SOCKET_CLOSED' })
  a.close()
})
