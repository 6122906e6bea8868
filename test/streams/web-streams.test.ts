// toWeb: a connection as web streams, read by Response, pipeTo and readers of both modes; and ownership of its socket.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { createGunzip } from 'node:zlib'
import {
  AF_INET,
  AsyncSocket,
  createServer,
  type InetAddress,
  openConnection,
  SOCK_DGRAM,
  Socket,
  toWeb,
} from 'berkeley'
import { httpServer } from '../support/node-servers.js'
import { fill, webPair, webTcpPair } from '../support/pairs.js'

const testOptions = { timeout: 60_000 }
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('toWeb: Response reads the reply of an HTTP server', testOptions, async (context) => {
  const page = 'a line of a page\n'.repeat(10_000)
  const port = await httpServer(context, (request, response) => {
    response.setHeader('content-length', page.length).end(request.method === 'PUT' ? page : '')
  })
  const { readable, writable } = toWeb(await openConnection({ host: '127.0.0.1', port }))
  const writer = writable.getWriter()
  await writer.write('PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n')
  await writer.write(Buffer.from('Content-Length: 0\r\n\r\n'))
  const reply = await new Response(readable).text()
  assert.match(reply, /^HTTP\/1\.1 200 OK\r\n/)
  assert.ok(reply.endsWith(`\r\n\r\n${page}`))
  await writer.close()
})

test('toWeb: pipeTo echoes 20 MB', testOptions, async () => {
  const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  const { port } = listener.getSockName() as InetAddress
  const bytes = randomBytes(20_000_000)
  const client = connect({ port, host: '127.0.0.1' })
  const { readable, writable } = toWeb(await listener.accept())
  const piped = readable.pipeTo(writable)
  client.end(bytes)
  assert.equal(sha256(await buffer(client)), sha256(bytes))
  await piped
  listener.close()
})

test('toWeb: the writable takes the output of a CompressionStream', testOptions, async () => {
  const { web, peer } = webTcpPair()
  const text = Buffer.from('a text that compresses well, '.repeat(100_000))
  const sent = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')).pipeTo(web.writable)
  const gunzip = createGunzip()
  const unpacked = buffer(gunzip)
  for await (const chunk of peer.chunks()) gunzip.write(chunk)
  gunzip.end()
  await sent
  assert.ok((await unpacked).equals(text))
  await peer.sendAll('and a reply')
  peer.close()
  assert.equal(await new Response(web.readable).text(), 'and a reply')
})

test('toWeb: a BYOB reader receives into the memory of the caller', testOptions, async () => {
  const { web, peer } = webPair()
  const reader = web.readable.getReader({ mode: 'byob' })
  await peer.sendAll('hello')
  const first = await reader.read(new Uint8Array(3))
  assert.deepEqual([first.done, Buffer.from(first.value!).toString()], [false, 'hel'])
  const second = await reader.read(new Uint8Array(first.value!.buffer))
  assert.equal(Buffer.from(second.value!).toString(), 'lo')
  const pending = reader.read(new Uint16Array(100))
  await peer.sendAll('ab')
  const third = await pending
  assert.deepEqual(third.value, new Uint16Array(Uint8Array.from(Buffer.from('ab')).buffer))
  const last = reader.read(new Uint8Array(100))
  peer.close()
  const { done, value } = await last
  assert.deepEqual([done, value!.length, value!.buffer.byteLength], [true, 0, 100])
  await web.writable.close()
})

test('toWeb: a reader that is released while a read is pending loses no bytes', testOptions, async () => {
  for (const mode of [undefined, 'byob'] as const) {
    const { web, peer } = webPair()
    const first = web.readable.getReader({ mode: mode as 'byob' })
    const read = first.read(new Uint8Array(10))
    await nextTurn()
    first.releaseLock()
    await assert.rejects(read, TypeError)
    await peer.sendAll('not lost')
    const second = web.readable.getReader()
    assert.equal(Buffer.from((await second.read()).value!).toString(), 'not lost')
    await second.cancel()
    await web.writable.close()
    peer.close()
  }
})

test('toWeb: default and BYOB readers alternate', testOptions, async () => {
  const { web, peer } = webPair()
  for (const text of ['one', 'two', 'three']) {
    await peer.sendAll(text)
    const plain = web.readable.getReader()
    const start = (await plain.read()).value!
    assert.equal(Buffer.from(start).toString(), text)
    plain.releaseLock()
    await peer.sendAll(text)
    const byob = web.readable.getReader({ mode: 'byob' })
    assert.equal(Buffer.from((await byob.read(new Uint8Array(100))).value!).toString(), text)
    byob.releaseLock()
  }
  peer.close()
  await web.writable.close()
})

test('toWeb: receives nothing before the readable is read', testOptions, async () => {
  const [a, b] = Socket.pair()
  const taken = fill(b)
  const { readable, writable } = toWeb(a)
  for (let turns = 0; turns < 10; turns++) await nextTurn()
  assert.equal(b.trySend('x'), undefined)
  const reader = readable.getReader()
  let read = (await reader.read()).value!.length
  while (read < taken) read += (await reader.read()).value!.length
  assert.equal(read, taken)
  await reader.cancel()
  await writable.close()
  b.close()
})

test('toWeb: a writer waits for a peer that does not read', testOptions, async () => {
  const [a, peer] = Socket.pair()
  const { readable, writable } = toWeb(a, { highWaterMark: 1000 })
  const writer = writable.getWriter()
  assert.equal(writer.desiredSize, 1000)
  const bytes = randomBytes(2_000_000)
  let written = false
  const done = writer.write(bytes).then(() => {
    written = true
  })
  assert.equal(writer.desiredSize, 1000 - bytes.length)
  for (let turns = 0; turns < 10; turns++) await nextTurn()
  assert.ok(!written)
  const reading = peer.toAsync()
  assert.ok((await reading.reader().readExactly(bytes.length))!.equals(bytes))
  await done
  await writer.ready
  assert.equal(writer.desiredSize, 1000)
  await writer.close()
  assert.equal(await reading.recv(1), null)
  reading.close()
  assert.deepEqual(await readable.getReader().read(), { done: true, value: undefined })
})

test('toWeb: takes ownership of the socket, and of the bytes that its reader holds', testOptions, async () => {
  const [a, b] = Socket.pair()
  b.sendAll('line\nthe rest')
  assert.equal(a.reader().readLine(), 'line')
  const { readable, writable } = toWeb(a)
  assert.throws(() => a.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  b.sendAll(' and more')
  b.close()
  assert.equal(await new Response(readable).text(), 'the rest and more')
  await writable.close()
})

test('toWeb: streams of a non-blocking socket wait', async () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  const text = new Response(toWeb(a).readable).text()
  setImmediate(() => {
    b.sendAll('late')
    b.close()
  })
  assert.equal(await text, 'late')
})

test('toWeb: refuses datagram sockets, wrong arguments, busy and closed sockets', async () => {
  const datagrams = new Socket(AF_INET, SOCK_DGRAM)
  assert.throws(() => toWeb(datagrams), { code: 'ERR_NOT_A_STREAM' })
  assert.throws(() => toWeb({} as never), { code: 'ERR_INVALID_ARG_TYPE' })
  datagrams.close()
  const closed = new Socket()
  closed.close()
  assert.throws(() => toWeb(closed), { code: 'ERR_SOCKET_CLOSED' })
  const [a, b] = AsyncSocket.pair()
  assert.throws(() => toWeb(a, { highWaterMark: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const received = a.recv(1)
  assert.throws(() => toWeb(a), { code: 'ERR_SOCKET_BUSY' })
  await b.sendAll('x')
  assert.equal(String(await received), 'x')
  for (const socket of [a, b]) socket.close()
})

test('toWeb: a chunk that is not data fails the writer', async () => {
  const { web, peer } = webPair()
  const writer = web.writable.getWriter()
  await assert.rejects(writer.write(5 as unknown as string), { code: 'ERR_INVALID_ARG_TYPE' })
  await web.readable.cancel()
  assert.equal(await peer.recv(1), null)
  peer.close()
})
