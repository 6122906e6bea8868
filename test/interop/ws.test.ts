// ws over SocketDuplex, on both sides.

import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { type Place, transport } from '../support/transport.js'

/** Starts a server that passes each WebSocket to `serve`. */
function serverFor(context: TestContext, serve: (socket: WebSocket) => void): Promise<Place> {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head, serve))
  return transport.listen(context, (stream) => server.emit('connection', stream))
}

/** Connects a client over a stream of the transport. */
async function clientOf(context: TestContext, place: Place): Promise<WebSocket> {
  const stream = await transport.open(place)
  const socket = new WebSocket(`ws://${place.host}:${place.port}`, { createConnection: () => stream })
  context.after(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** Sends every message back. */
function echo(socket: WebSocket): void {
  socket.on('error', () => {})
  socket.on('message', (data, binary) => socket.send(data, { binary }))
}

/** Collects the complete messages. */
function messagesOf(socket: WebSocket): unknown[] {
  const messages: unknown[] = []
  socket.on('error', () => {})
  socket.on('message', (data) => messages.push(data))
  return messages
}

const options = { timeout: 60_000 }

test('ws: 1,000 messages one by one, and 1,000 at once', options, async (context) => {
  const socket = await clientOf(context, await serverFor(context, echo))
  for (let index = 0; index < OPERATIONS; index++) {
    socket.send(`message ${index}`)
    assert.equal(String((await once(socket, 'message'))[0]), `message ${index}`)
  }
  const received: string[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      if (received.push(String(data)) === OPERATIONS) resolve()
    })
  })
  for (let index = 0; index < OPERATIONS; index++) socket.send(`message ${index}`)
  await all
  assert.deepEqual(
    received,
    received.map((_, index) => `message ${index}`),
  )
  socket.close(1000, 'done')
  assert.deepEqual((await once(socket, 'close')).map(String), ['1000', 'done'])
})

test('ws: 50 MB to the server and back', options, async (context) => {
  const socket = await clientOf(context, await serverFor(context, echo))
  const body = largeBody()
  const hash = sha256(body)
  socket.send(body)
  const [message] = await once(socket, 'message')
  assert.equal(message.length, LARGE)
  assert.equal(sha256(message), hash)
})

test('ws: a client that terminates within a message closes the server’s socket with 1006', options, async (context) => {
  const sockets = new EventEmitter<{ socket: [WebSocket] }>()
  const accepted = once(sockets, 'socket')
  const place = await serverFor(context, (socket) => sockets.emit('socket', socket))
  const socket = await clientOf(context, place)
  const [served] = await accepted
  const messages = messagesOf(served)
  const closed = once(served, 'close')
  socket.send(largeBody(), () => {})
  socket.terminate()
  assert.equal((await once(socket, 'close'))[0], 1006)
  assert.equal((await closed)[0], 1006)
  assert.deepEqual(messages, [])
})

test('ws: a server that terminates within a message closes the client’s socket with 1006', options, async (context) => {
  const place = await serverFor(context, (socket) => {
    socket.on('error', () => {})
    socket.send(largeBody(), () => {})
    socket.once('message', () => socket.terminate())
  })
  const socket = await clientOf(context, place)
  const messages = messagesOf(socket)
  socket.send('enough')
  assert.equal((await once(socket, 'close'))[0], 1006)
  assert.deepEqual(messages, [])
})
