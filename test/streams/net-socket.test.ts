// Descriptors that pass between our sockets and node:net, both ways.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket as NetSocket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { AsyncSocket, dupFd, openConnection, Socket, toDuplex } from 'berkeley'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { blocksOf, largeBody, sha256, sha256Of } from '../support/large-body.js'
import { tcpPair } from '../support/pairs.js'
import { nextEvent } from '../support/promises.js'

/** The descriptor of a socket of node:net: no public member tells it. */
function fdOf(socket: NetSocket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd
}

/** Both ends of a connection as node:net has them. */
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

test('a connection of node:net goes on as a stream of ours', linux, async (context) => {
  const [client, accepted] = await netPair(context)
  const stream = toDuplex(dupFd(fdOf(accepted)))
  // Its own descriptor: the connection lives on.
  accepted.destroy()
  await once(accepted, 'close')
  assert.equal(stream.remotePort, client.localPort)
  client.write('from node:net')
  assert.equal(String((await once(stream, 'data'))[0]), 'from node:net')
  stream.end('and back')
  assert.equal(String(Buffer.concat(await client.toArray())), 'and back')
})

test('a connection of ours goes on as one of node:net', linux, async () => {
  const [a, b] = tcpPair()
  const stream = new NetSocket({ fd: a.toAsync().detach() })
  const peer = toDuplex(b)
  peer.write('from ours')
  assert.equal(String((await once(stream, 'data'))[0]), 'from ours')
  stream.end('and back')
  assert.equal(String(Buffer.concat(await peer.toArray())), 'and back')
})

test('there and back again, and 50 MB pass', linux, async () => {
  const before = openDescriptors()
  const [a, b] = AsyncSocket.pair()
  const net = new NetSocket({ fd: a.detach() })
  await new Promise(setImmediate)
  const ours = toDuplex(dupFd(fdOf(net)))
  net.destroy()
  const body = largeBody()
  const arrives = sha256Of(toDuplex(b))
  for (const block of blocksOf(body)) if (!ours.write(block)) await once(ours, 'drain')
  const closed = nextEvent(ours, 'close')
  ours.resume().end()
  assert.equal(await arrives, sha256(body))
  await closed
  assert.ok(openDescriptors() <= before + 3)
})

test('a listener of ours serves node:net, and the other way round', linux, async (context) => {
  const listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  const server = createServer((connection) => connection.end('from a listener of ours'))
  context.after(() => server.close())
  server.listen({ fd: listener.detach() })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = await openConnection({ host: '127.0.0.1', port })
  assert.equal(String(Buffer.concat(await toDuplex(socket).toArray())), 'from a listener of ours')
})
