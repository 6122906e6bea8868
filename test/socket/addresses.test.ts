// Where a socket is: the one name of it on servers of all kinds, and the two on connections.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, attach, createServer, openConnection, Socket, serve, serveBlocking } from 'berkeley'

const anywhere = { host: '127.0.0.1', port: 0 } as const

test('address: of every kind of server', async () => {
  using listener = createServer(anywhere)
  assert.deepEqual(listener.address, listener.getSockName())
  const server = serve(anywhere, {})
  assert.deepEqual(Object.keys(server.address), ['family', 'host', 'port'])
  await server.close()
  assert.ok(server.address.port > 0, 'it stays readable')
  const threads = serveBlocking({ ...anywhere, threads: 1 }, 'data:text/javascript,export default () => {}')
  assert.ok(threads.address.port > 0)
  await threads.close()
})

test('localAddress, peerAddress: of both ends of a connection, in every mode', async () => {
  using listener = createServer(anywhere)
  using client = new Socket()
  assert.equal(client.peerAddress, null)
  client.connect(listener.address)
  using accepted = listener.accept()
  assert.deepEqual(client.peerAddress, listener.address)
  assert.deepEqual(accepted.localAddress, listener.address)
  assert.deepEqual(accepted.peerAddress, client.localAddress)
  const awaited = await openConnection(listener.address)
  assert.deepEqual([awaited.peerAddress, awaited.localAddress], [awaited.getPeerName(), awaited.getSockName()])
  const connection = attach(awaited, {})
  assert.deepEqual(connection.peerAddress, listener.address)
  assert.deepEqual(connection.localAddress, connection.getSockName())
  connection.close()
})

test('localAddress, peerAddress: null of a socket that is closed or detached, and was not accepted', () => {
  const [a, b] = Socket.pair()
  a.close()
  assert.deepEqual([a.localAddress, a.peerAddress], [null, null])
  const [c] = AsyncSocket.pair()
  b.toAsync().close()
  assert.deepEqual([b.localAddress, b.peerAddress], [null, null])
  c.close()
})
