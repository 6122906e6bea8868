// Messages on diagnostics_channel of connections, closes and errors, in every mode.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { closeSync, openSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import {
  type AcceptMessage,
  AsyncSocket,
  attach,
  type CloseMessage,
  type ConnectMessage,
  createConnection,
  createServer,
  type ErrorMessage,
  type HostInput,
  SO_LINGER,
  Socket,
  serve,
} from 'berkeley'
import { isPending, turns } from '../support/event-loop.js'
import { deadPort, portOf } from '../support/listeners.js'
import { asyncPair, tcpPair } from '../support/pairs.js'

/** The messages that a channel publishes until the test is over. */
function messagesOf<Message>(context: TestContext, name: string): Message[] {
  const messages: Message[] = []
  const listener = (message: unknown): void => void messages.push(message as Message)
  subscribe(name, listener)
  context.after(() => unsubscribe(name, listener))
  return messages
}

function codes(messages: readonly ErrorMessage[]): string[] {
  return messages.map(({ error }) => `${error.syscall} ${error.code}`)
}

test('berkeley:connect, accept and close: published for both ends of a connection', async (context) => {
  const connects = messagesOf<ConnectMessage>(context, 'berkeley:connect')
  const accepts = messagesOf<AcceptMessage>(context, 'berkeley:accept')
  const closes = messagesOf<CloseMessage>(context, 'berkeley:close')
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = { host: '127.0.0.1', port: portOf(listener) }
  const blocking = createConnection(address)
  const accepted = listener.accept()
  const awaited = new AsyncSocket()
  await awaited.connect(address)
  const second = await listener.toAsync().accept()
  assert.deepEqual(
    connects.map(({ fd, address: to }) => [fd, (to as HostInput).port]),
    [blocking, awaited].map(({ fd }) => [fd, address.port]),
  )
  assert.deepEqual(
    accepts.map(({ fd, address: peer }) => [fd, peer]),
    [
      [accepted.fd, blocking.getSockName()],
      [second.fd, awaited.getSockName()],
    ],
  )
  const numbers = [blocking, accepted, awaited, second].map(({ fd }) => fd)
  for (const socket of [blocking, accepted, awaited, second]) {
    socket.close()
    socket.close()
  }
  assert.deepEqual(
    closes.map(({ fd }) => fd),
    numbers,
  )
})

test('berkeley:accept and close: published for the connections of serve', async (context) => {
  const server = serve({ host: '127.0.0.1', port: 0 }, { data: (self, bytes) => self.end(bytes) })
  const accepts = messagesOf<AcceptMessage>(context, 'berkeley:accept')
  const closes = messagesOf<CloseMessage>(context, 'berkeley:close')
  const client = new Socket()
  client.connect(server.address as HostInput)
  await turns()
  assert.deepEqual(accepts[0]!.address, client.getSockName())
  assert.ok(accepts[0]!.listenerFd >= 0 && accepts[0]!.listenerFd !== accepts[0]!.fd)
  client.close()
  await server.close()
  assert.ok(closes.some(({ fd }) => fd === accepts[0]!.fd))
})

test('berkeley:error: published for failures of the kernel, in every mode', async (context) => {
  const errors = messagesOf<ErrorMessage>(context, 'berkeley:error')
  const dead = { host: '127.0.0.1', port: deadPort() }
  assert.throws(() => createConnection(dead), { code: 'ECONNREFUSED' })
  await assert.rejects(new AsyncSocket().connect(dead), { code: 'ECONNREFUSED' })
  assert.deepEqual(codes(errors.splice(0)), ['connect ECONNREFUSED', 'connect ECONNREFUSED'])
  const resets: [string, (socket: Socket) => unknown][] = [
    ['recv', (socket) => assert.throws(() => socket.recv(1))],
    ['a reader', (socket) => assert.throws(() => socket.reader().readLine())],
    ['awaited', (socket) => assert.rejects(socket.toAsync().recv(1))],
    ['an awaited reader', (socket) => assert.rejects(socket.toAsync().reader().readLine())],
    ['handlers', (socket) => new Promise((close) => attach(socket, { close }))],
  ]
  for (const [name, act] of resets) {
    const [inner, peer] = tcpPair()
    peer.setOption(SO_LINGER, 0)
    peer.close()
    await act(inner)
    assert.deepEqual(codes(errors.splice(0)), ['recv ECONNRESET'], name)
  }
})

test('berkeley:error: not published for would-block, a timeout or a close', async (context) => {
  const errors = messagesOf<ErrorMessage>(context, 'berkeley:error')
  const [a, b] = asyncPair()
  assert.equal(a.tryRecv(1), undefined)
  await assert.rejects(a.recv(1, { timeout: 1 }))
  await assert.rejects(a.recv(1, { timeout: 0 }))
  await assert.rejects(a.reader().readLine({ timeout: 1 }))
  const pending = a.recv(1)
  assert.ok(await isPending(pending))
  a.close()
  await assert.rejects(pending)
  const blocking = b.toBlocking()
  blocking.setTimeout(1)
  assert.equal(blocking.recv(1), null)
  const [c, d] = tcpPair()
  assert.throws(() => c.recv(1, { timeout: 1 }))
  assert.throws(() => c.reader().readLine({ timeout: 1 }))
  assert.deepEqual(errors, [])
  for (const socket of [blocking, c, d]) socket.close()
})

test('berkeley:close: a subscriber that throws does not stop the close', async () => {
  const thrown: unknown[] = []
  const fail = (): never => {
    throw new Error('of the subscriber')
  }
  const note = (error: unknown): void => void thrown.push(error)
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', note)
  const [a, b] = asyncPair()
  subscribe('berkeley:close', fail)
  a.close()
  assert.ok(a.closed)
  unsubscribe('berkeley:close', fail)
  assert.equal(await b.recv(1), null)
  await turns()
  process.off('uncaughtException', note)
  for (const other of others) process.on('uncaughtException', other)
  assert.equal(thrown.length, 1)
  b.close()
})

test('berkeley:close: a subscriber that closes the socket again closes no other file', () => {
  const socket = new Socket()
  const { fd } = socket
  let other = -1
  const close = (): void => {
    socket.close()
    if (other < 0) other = openSync('/dev/null', 'r')
  }
  subscribe('berkeley:close', close)
  socket.close()
  unsubscribe('berkeley:close', close)
  assert.notEqual(other, fd)
  closeSync(other)
})
