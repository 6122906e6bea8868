// Descriptors that move between sockets of berkeley and node:net, in both directions.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket as NetSocket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { AsyncSocket, dupFd, openConnection, Socket, toDuplex } from 'berkeley'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { blocksOf, largeBody, sha256, sha256Of } from '../support/large-body.js'
import { tcpPair } from '../support/pairs.js'
import { nextEvent } from '../support/promises.js'

/** The descriptor of a socket of node:net, which has no public member for it. */
function fdOf(socket: NetSocket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd
}

/** Both ends of a connection as sockets of node:net. */
async function netPair(context: TestContext): Promise<[NetSocket, NetSocket]> {
  const server = createServer().listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [NetSocket]
  context.after(() => {
    client.destroy()
    accepted.destroy()
  })
  return [client, accepted]
}

const linux = { skip: uncountable }

test('dupFd: a connection of node:net continues as a SocketDuplex', linux, async (context) => {
  const [client, accepted] = await netPair(context)
  const stream = toDuplex(dupFd(fdOf(accepted)))
  // The duplicate keeps the connection open.
  accepted.destroy()
  await once(accepted, 'close')
  assert.equal(stream.remotePort, client.localPort)
  client.write('from node:net')
  assert.equal(String((await once(stream, 'data'))[0]), 'from node:net')
  stream.end('and back')
  assert.equal(String(Buffer.concat(await client.toArray())), 'and back')
})

test('AsyncSocket.detach: the connection continues as a net.Socket', linux, async () => {
  const [a, b] = tcpPair()
  const stream = new NetSocket({ fd: a.toAsync().detach() })
  const peer = toDuplex(b)
  peer.write('from berkeley')
  assert.equal(String((await once(stream, 'data'))[0]), 'from berkeley')
  stream.end('and back')
  assert.equal(String(Buffer.concat(await peer.toArray())), 'and back')
})

test('AsyncSocket.detach: a connection returns from net.Socket by dupFd, and transfers 50 MB', linux, async () => {
  const before = openDescriptors()
  const [a, b] = AsyncSocket.pair()
  const net = new NetSocket({ fd: a.detach() })
  await new Promise(setImmediate)
  const stream = toDuplex(dupFd(fdOf(net)))
  net.destroy()
  const body = largeBody()
  const received = sha256Of(toDuplex(b))
  for (const block of blocksOf(body)) if (!stream.write(block)) await once(stream, 'drain')
  const closed = nextEvent(stream, 'close')
  stream.resume().end()
  assert.equal(await received, sha256(body))
  await closed
  assert.ok(openDescriptors() <= before + 3)
})

test('Socket.detach: a listener continues in a net.Server', linux, async (context) => {
  const listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  const server = createServer((connection) => connection.end('from a listener of berkeley'))
  context.after(() => server.close())
  server.listen({ fd: listener.detach() })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = await openConnection({ host: '127.0.0.1', port })
  assert.equal(String(Buffer.concat(await toDuplex(socket).toArray())), 'from a listener of berkeley')
})
