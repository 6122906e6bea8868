// Inspection changes nothing: what the peer of a socket sees is the same, whether the socket was logged or not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  AF_INET6,
  AF_UNIX,
  AsyncSocket,
  afName,
  attach,
  createServer,
  IPPROTO_TCP,
  ipProtoName,
  Selector,
  SO_LINGER,
  SOCK_DGRAM,
  Socket,
  type SocketError,
  serve,
  serveBlocking,
  sockTypeName,
} from 'berkeley'
import { tcpPair } from '../support/pairs.js'

/** What a peer receives: the bytes, and how they end. */
function receivedBy(peer: Socket): { bytes: number; end: string } {
  let bytes = 0
  try {
    for (const chunk of peer.chunks()) bytes += chunk.length
    return { bytes, end: 'end' }
  } catch (error) {
    return { bytes, end: (error as SocketError).code }
  }
}

const looks: Record<string, (value: unknown) => unknown> = {
  'not inspected': () => {},
  inspected: (value) => inspect(value),
  'inspected within something else': (value) => inspect({ list: [value] }, { depth: 5 }),
}

for (const [how, look] of Object.entries(looks)) {
  // Bytes that were received and never read make close(2) reset the connection. A close that lingers ends it before.
  test(`inspect: a socket that is ${how} ends its side before it lingers`, () => {
    const [socket, peer] = tcpPair()
    socket.setOption(SO_LINGER, 5)
    peer.send('never read')
    socket.sendAll('the last words')
    look(socket)
    socket.close()
    assert.deepEqual(receivedBy(peer), { bytes: 14, end: 'end' })
    peer.close()
  })

  // Received bytes that no handler got are in the kernel no longer: a close has to say itself that they are lost.
  test(`inspect: a connection whose socket was ${how} resets when it closes with bytes untaken`, () => {
    const [socket, peer] = tcpPair()
    peer.send('a line\nand more')
    assert.equal(socket.reader().readLine(), 'a line')
    look(socket)
    const connection = attach(socket, { open: (self) => self.pause() })
    look(connection)
    connection.close()
    assert.deepEqual(receivedBy(peer), { bytes: 0, end: 'ECONNRESET' })
    peer.close()
  })
}

/** Everything that has a socket inside, and what people see of it. */
async function facesOfAllKinds(): Promise<{ faces: Record<string, object>; close: () => Promise<void> }> {
  const anywhere = { host: '127.0.0.1', port: 0 }
  const [a, b] = Socket.pair()
  const [c] = AsyncSocket.pair()
  const server = serve(anywhere, {})
  const threads = serveBlocking({ ...anywhere, threads: 1 }, 'data:text/javascript,export default () => {}')
  const connection = attach(b, {})
  const selector = new Selector()
  const faces = { Socket: a, AsyncSocket: c, Server: server, BlockingServer: threads, Connection: connection }
  const others = { Selector: selector, SocketReader: a.reader(), AsyncSocketReader: c.reader() }
  const close = async (): Promise<void> => {
    connection.close()
    selector.close()
    await Promise.all([server.close(), threads.close()])
  }
  return { faces: { ...faces, ...others }, close }
}

test('inspect: shows names, addresses, mode, state and held bytes', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.address
  const shows = (value: unknown, pattern: RegExp) => assert.match(inspect(value, { breakLength: 1000 }), pattern)
  shows(
    listener,
    new RegExp(
      `^Socket \\{ fd: \\d+, family: 'AF_INET', type: 'SOCK_STREAM', mode: 'blocking', state: 'listening', local: '127.0.0.1:${port}' \\}$`,
    ),
  )
  using client = new Socket()
  shows(client, /state: 'unconnected'/)
  client.connect(listener.address, { timeout: 10_000 })
  client.setTimeout(2000)
  shows(
    client,
    new RegExp(`mode: 'timed, 2000 ms', state: 'connected', local: '127.0.0.1:\\d+', peer: '127.0.0.1:${port}'`),
  )
  const accepted = listener.accept()
  client.send('a line\nrest')
  accepted.reader().readLine()
  shows(accepted, /bufferedBytes: 4/)
  shows(accepted.reader(), /^SocketReader \{ bufferedBytes: 4, ended: false \}$/)
  const awaited = accepted.toAsync()
  shows(accepted, /state: 'detached'/)
  shows(awaited, /^AsyncSocket .*mode: 'await'/)
  awaited.close()
  shows(awaited, /state: 'closed'/)
  shows(new Socket(AF_UNIX, SOCK_DGRAM), /family: 'AF_UNIX', type: 'SOCK_DGRAM'/)
  assert.deepEqual(JSON.parse(JSON.stringify(client)).peer, `127.0.0.1:${port}`)
})

test('inspect, JSON: say something of every kind of face, and REPLs complete no internals', async () => {
  const { faces, close } = await facesOfAllKinds()
  for (const [name, face] of Object.entries(faces)) {
    assert.match(inspect(face), new RegExp(`^${name} \\{\\s+\\S`))
    assert.ok(Object.keys(JSON.parse(JSON.stringify(face)) as object).length > 0, name)
    const own = Object.keys(face).filter((key) => !key.startsWith('_') && key !== 'data' && key !== 'domain')
    assert.deepEqual(own, ['uncloneable'], name)
  }
  await close()
})

test('structuredClone: refuses every kind of face, and says how to hand a socket over', async () => {
  const { faces, close } = await facesOfAllKinds()
  for (const [name, face] of Object.entries(faces)) {
    const refused = { name: 'DataCloneError', message: /share\(socket\).*could not be cloned/ }
    // What an emitter has besides cannot be cloned either.
    assert.throws(
      () => structuredClone({ face }),
      name === 'BlockingServer' ? { name: 'DataCloneError' } : refused,
      name,
    )
  }
  await close()
})

test('afName, sockTypeName, ipProtoName: name the numbers that sockets are made of', () => {
  assert.deepEqual([afName(AF_INET6), afName(AF_UNIX), afName(12345)], ['AF_INET6', 'AF_UNIX', 'UNKNOWN(12345)'])
  assert.deepEqual([sockTypeName(SOCK_DGRAM), ipProtoName(IPPROTO_TCP)], ['SOCK_DGRAM', 'IPPROTO_TCP'])
})
