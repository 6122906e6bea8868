// ws over our streams, on both sides.
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { LARGE, largeBody, OPERATIONS, sha256 } from '../support/large-body.js'
import { type Place, transport } from '../support/transport.js'

/** A server that gives each of its sockets to `serve`. */
function serverFor(context: TestContext, serve: (socket: WebSocket) => void): Promise<Place> {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head, serve))
  return transport.listen(context, (stream) => server.emit('connection', stream))
}

/** A connected client; as ws would, it makes the stream itself. */
async function clientOf(context: TestContext, place: Place): Promise<WebSocket> {
  const stream = await transport.open(place)
  const socket = new WebSocket(`ws://${place.host}:${place.port}`, { createConnection: () => stream })
  context.after(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** Sends back what comes. */
function echo(socket: WebSocket): void {
  socket.on('error', () => {})
  socket.on('message', (data, binary) => socket.send(data, { binary }))
}

/** The whole messages that come. */
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
  const heard: string[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      if (heard.push(String(data)) === OPERATIONS) resolve()
    })
  })
  for (let index = 0; index < OPERATIONS; index++) socket.send(`message ${index}`)
  await all
  assert.deepEqual(
    heard,
    heard.map((_, index) => `message ${index}`),
  )
  socket.close(1000, 'done')
  assert.deepEqual((await once(socket, 'close')).map(String), ['1000', 'done'])
})

test('ws: 50 MB there and back again', options, async (context) => {
  const socket = await clientOf(context, await serverFor(context, echo))
  const body = largeBody()
  const hash = sha256(body)
  socket.send(body)
  const [answer] = await once(socket, 'message')
  assert.equal(answer.length, LARGE)
  assert.equal(sha256(answer), hash)
})

test('ws: a client that goes in the middle of a message is gone for the server', options, async (context) => {
  const sockets = new EventEmitter<{ socket: [WebSocket] }>()
  const accepted = once(sockets, 'socket')
  const place = await serverFor(context, (socket) => sockets.emit('socket', socket))
  const socket = await clientOf(context, place)
  const [served] = await accepted
  const messages = messagesOf(served)
  const gone = once(served, 'close')
  socket.send(largeBody(), () => {})
  socket.terminate()
  assert.equal((await once(socket, 'close'))[0], 1006)
  assert.equal((await gone)[0], 1006)
  assert.deepEqual(messages, [])
})

test('ws: a server that goes in the middle of a message is gone for the client', options, async (context) => {
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
