// A connection as web streams: what Response, pipeTo and readers make of it, and every way to end it.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
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
  type WebStreams,
} from 'berkeley'
import { Child } from './child.js'
import { openDescriptors, uncountable } from './descriptors.js'
import { fill, tcpPair } from './pairs.js'
import { httpServer } from './peer-server.js'

const limits = { timeout: 60_000 }
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Web streams over one end of a unix pair, and the other end. */
function unixPair(): { web: WebStreams; peer: AsyncSocket } {
  const [a, peer] = AsyncSocket.pair()
  return { web: toWeb(a), peer }
}

/** The same over TCP. */
function internetPair(): { web: WebStreams; peer: AsyncSocket } {
  const [a, b] = tcpPair()
  return { web: toWeb(a), peer: b.toAsync() }
}

test('a request and its response, read by Response', limits, async (context) => {
  const page = 'a line of a page\n'.repeat(10_000)
  const port = await httpServer(context, (request, response) => {
    response.setHeader('content-length', page.length).end(request.method === 'PUT' ? page : '')
  })
  const { readable, writable } = toWeb(await openConnection({ host: '127.0.0.1', port }))
  const writer = writable.getWriter()
  await writer.write('PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n')
  await writer.write(Buffer.from('Content-Length: 0\r\n\r\n'))
  const answer = await new Response(readable).text()
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.ok(answer.endsWith(`\r\n\r\n${page}`))
  await writer.close()
})

test('an echo by pipeTo: 20 MB there and back', limits, async () => {
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

test('compressed on its way', limits, async () => {
  const { web, peer } = internetPair()
  const text = Buffer.from('a text that is much alike, '.repeat(100_000))
  const sent = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')).pipeTo(web.writable)
  const gunzip = createGunzip()
  const unpacked = buffer(gunzip)
  for await (const chunk of peer.chunks()) gunzip.write(chunk)
  gunzip.end()
  await sent
  assert.ok((await unpacked).equals(text))
  await peer.sendAll('and an answer')
  peer.close()
  assert.equal(await new Response(web.readable).text(), 'and an answer')
})

test('a reader with memory of its own', limits, async () => {
  const { web, peer } = unixPair()
  const reader = web.readable.getReader({ mode: 'byob' })
  await peer.sendAll('hello')
  const first = await reader.read(new Uint8Array(3))
  assert.deepEqual([first.done, Buffer.from(first.value!).toString()], [false, 'hel'])
  const second = await reader.read(new Uint8Array(first.value!.buffer))
  assert.equal(Buffer.from(second.value!).toString(), 'lo')
  const waiting = reader.read(new Uint16Array(100))
  await peer.sendAll('ab')
  const third = await waiting
  assert.deepEqual(third.value, new Uint16Array(Uint8Array.from(Buffer.from('ab')).buffer))
  const last = reader.read(new Uint8Array(100))
  peer.close()
  const { done, value } = await last
  assert.deepEqual([done, value!.length, value!.buffer.byteLength], [true, 0, 100])
  await web.writable.close()
})

test('a reader that is replaced while it waits loses nothing', limits, async () => {
  for (const mode of [undefined, 'byob'] as const) {
    const { web, peer } = unixPair()
    const first = web.readable.getReader({ mode: mode as 'byob' })
    const read = first.read(new Uint8Array(10))
    await turn()
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

test('a reader of one kind after one of the other', limits, async () => {
  const { web, peer } = unixPair()
  for (const text of ['one', 'two', 'three']) {
    await peer.sendAll(text)
    const plain = web.readable.getReader()
    const start = (await plain.read()).value!
    assert.equal(Buffer.from(start).toString(), text)
    plain.releaseLock()
    await peer.sendAll(text)
    const own = web.readable.getReader({ mode: 'byob' })
    assert.equal(Buffer.from((await own.read(new Uint8Array(100))).value!).toString(), text)
    own.releaseLock()
  }
  peer.close()
  await web.writable.close()
})

test('nothing is received before it is read', limits, async () => {
  const [a, b] = Socket.pair()
  const taken = fill(b)
  const { readable, writable } = toWeb(a)
  for (let turns = 0; turns < 10; turns++) await turn()
  assert.equal(b.trySend('x'), undefined)
  const reader = readable.getReader()
  let read = (await reader.read()).value!.length
  while (read < taken) read += (await reader.read()).value!.length
  assert.equal(read, taken)
  await reader.cancel()
  await writable.close()
  b.close()
})

test('a writer waits for a peer that does not read', limits, async () => {
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
  for (let turns = 0; turns < 10; turns++) await turn()
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

test('the peer’s end leaves our side open, and ours the peer’s', limits, async () => {
  const { web, peer } = internetPair()
  const writer = web.writable.getWriter()
  peer.shutdown('write')
  const reader = web.readable.getReader()
  assert.equal((await reader.read()).done, true)
  await writer.write('still here')
  assert.equal(String(await peer.recv(100)), 'still here')
  await writer.close()
  assert.equal(await peer.recv(1), null)
  peer.close()

  const other = internetPair()
  await other.web.writable.close()
  assert.equal(await other.peer.recv(1), null)
  await other.peer.sendAll('an answer')
  other.peer.close()
  assert.equal(await new Response(other.web.readable).text(), 'an answer')
})

test('cancelling ends receiving, and writing goes on', limits, async () => {
  const { web, peer } = unixPair()
  const reader = web.readable.getReader()
  await peer.sendAll('something')
  await reader.read()
  const waiting = reader.read()
  await turn()
  await reader.cancel('enough')
  assert.equal((await waiting).done, true)
  await assert.rejects(peer.sendAll('more'), { code: 'EPIPE' })
  const writer = web.writable.getWriter()
  await writer.write('goodbye')
  await writer.close()
  assert.equal(String(await peer.recv(100)), 'goodbye')
  assert.equal(await peer.recv(1), null)
  peer.close()
})

test('cancelled in the middle of a pipe', limits, async () => {
  const { web, peer } = internetPair()
  const controller = new AbortController()
  const seen: Uint8Array[] = []
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      seen.push(chunk)
      if (seen.length === 3) controller.abort(new Error('seen enough'))
    },
  })
  const flood = peer.sendAll(Buffer.alloc(50_000_000))
  await assert.rejects(web.readable.pipeTo(sink, { signal: controller.signal }), /seen enough/)
  await web.writable.close()
  // The connection is closed with bytes unread: that is a reset to the peer.
  await assert.rejects(flood, { code: /^(ECONNRESET|EPIPE)$/ })
  peer.close()
})

test('aborting resets, and ends a write that waits', limits, async () => {
  const { web, peer } = internetPair()
  const writer = web.writable.getWriter()
  const reader = web.readable.getReader()
  const writing = writer.write(Buffer.alloc(50_000_000))
  const reading = reader.read()
  await turn()
  const reason = new Error('no longer wanted')
  const aborted = writer.abort(reason)
  await assert.rejects(writing, (error) => error === reason || (error as { code: string }).code === 'ERR_SOCKET_CLOSED')
  await assert.rejects(reading, (error) => error === reason)
  await aborted
  await assert.rejects(writer.closed, (error) => error === reason)
  await assert.rejects(
    async () => {
      while ((await peer.recv(65536)) !== null) {}
    },
    { code: 'ECONNRESET' },
  )
  peer.close()
})

test('a reset by the peer fails both, with what it was', limits, async () => {
  const [a, b] = tcpPair()
  const { readable, writable } = toWeb(a)
  const writer = writable.getWriter()
  await writer.write('never read')
  b.wait('read')
  b.close()
  const failed = { name: 'SocketError', code: 'ECONNRESET', syscall: 'recv' }
  await assert.rejects(readable.getReader().read(), failed)
  await assert.rejects(writer.write('more'), failed)
  await assert.rejects(writer.closed, failed)
})

test('a write that fails leaves what the peer has sent', limits, async () => {
  const [a, b] = Socket.pair()
  b.sendAll('last words')
  b.shutdown('both')
  const { readable, writable } = toWeb(a)
  const writer = writable.getWriter()
  await assert.rejects(writer.write('too late'), { name: 'SocketError', code: 'EPIPE' })
  assert.equal(await new Response(readable).text(), 'last words')
  await assert.rejects(writer.closed, { code: 'EPIPE' })
  b.close()
})

/** A server in a process of its own, which sends without end and reads nothing of its own accord. */
async function deafServer(context: TestContext): Promise<WebStreams & { kill: () => Promise<void> }> {
  const program = `
    const server = require('node:net').createServer({ pauseOnConnect: true }, (socket) => {
      const send = () => { while (socket.write(Buffer.alloc(65536))); socket.once('drain', send) }
      send()
    }).listen(0, '127.0.0.1', () => console.log('port: ' + server.address().port))`
  const child = new Child(context, process.execPath, ['-e', program])
  const [, port] = await child.prints(/port: (\d+)/)
  const streams = toWeb(await openConnection({ host: '127.0.0.1', port: Number(port) }))
  return { ...streams, kill: () => child.stop() }
}

test(
  'a server that is killed in the middle, and had nothing left to read: what it sent, and the end',
  limits,
  async (context) => {
    const { readable, writable, kill } = await deafServer(context)
    const reader = readable.getReader()
    await reader.read()
    await kill()
    while (!(await reader.read()).done) {}
    await writable.abort()
  },
)

test('a server that is killed with bytes unread fails both sides, whoever is told first', limits, async (context) => {
  const reset = { name: 'SocketError', code: 'ECONNRESET' }
  for (const size of [1, 20_000_000]) {
    const { readable, writable, kill } = await deafServer(context)
    const writer = writable.getWriter()
    const writing = writer.write(Buffer.alloc(size))
    // What the kernel takes at once is written, whatever becomes of it.
    const written = size === 1 ? await writing : assert.rejects(writing, reset)
    const reader = readable.getReader()
    await reader.read()
    await kill()
    await written
    await assert.rejects(async () => {
      while (!(await reader.read()).done) {}
    }, reset)
    await assert.rejects(writer.closed, reset)
  }
})

test('without half-open, our side ends with the peer’s, and with a cancelled readable', limits, async () => {
  for (const end of ['peer', 'cancel'] as const) {
    const [a, b] = AsyncSocket.pair()
    const { readable, writable } = toWeb(a, { allowHalfOpen: false })
    const writer = writable.getWriter()
    const words = ['the first, ', 'x'.repeat(1_000_000), ', the last'].map((text) => writer.write(text))
    if (end === 'peer') {
      b.shutdown('write')
      assert.equal((await new Response(readable).text()).length, 0)
    } else await readable.cancel()
    const heard = (await b.reader().readAll()).toString()
    assert.deepEqual([heard.length, heard.slice(0, 9), heard.slice(-8)], [1_000_021, 'the first', 'the last'])
    await Promise.all(words)
    await assert.rejects(writer.write('too late'), { code: 'ERR_SOCKET_CLOSED' })
    b.close()
  }
  const [a, b] = AsyncSocket.pair()
  const { readable, writable } = toWeb(a, { allowHalfOpen: false })
  b.close()
  await readable.pipeTo(writable)
})

test('a socket is given away, with what its reader held', limits, async () => {
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

test('a socket that does not wait becomes streams that do', async () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  const text = new Response(toWeb(a).readable).text()
  setImmediate(() => {
    b.sendAll('late')
    b.close()
  })
  assert.equal(await text, 'late')
})

test('what cannot become streams', async () => {
  const datagrams = new Socket(AF_INET, SOCK_DGRAM)
  assert.throws(() => toWeb(datagrams), { code: 'ERR_NOT_A_STREAM' })
  assert.throws(() => toWeb({} as never), { code: 'ERR_INVALID_ARG_TYPE' })
  datagrams.close()
  const closed = new Socket()
  closed.close()
  assert.throws(() => toWeb(closed), { code: 'ERR_SOCKET_CLOSED' })
  const [a, b] = AsyncSocket.pair()
  assert.throws(() => toWeb(a, { highWaterMark: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const waiting = a.recv(1)
  assert.throws(() => toWeb(a), { code: 'ERR_SOCKET_BUSY' })
  await b.sendAll('x')
  assert.equal(String(await waiting), 'x')
  for (const socket of [a, b]) socket.close()
})

test('what is no data fails the writer', async () => {
  const { web, peer } = unixPair()
  const writer = web.writable.getWriter()
  await assert.rejects(writer.write(5 as unknown as string), { code: 'ERR_INVALID_ARG_TYPE' })
  await web.readable.cancel()
  assert.equal(await peer.recv(1), null)
  peer.close()
})

test('however it ends, no descriptor is left', { ...limits, skip: uncountable }, async () => {
  const before = openDescriptors()
  const endings: ((web: WebStreams, peer: AsyncSocket) => Promise<unknown>)[] = [
    async ({ readable, writable }) => [await readable.cancel(), await writable.close()],
    async ({ readable, writable }) => [await writable.close(), await readable.cancel()],
    async ({ writable }) => writable.abort(),
    async ({ readable, writable }) => [await readable.cancel(), await writable.abort()],
    async ({ readable, writable }, peer) => {
      peer.close()
      await readable.pipeTo(writable)
    },
    async ({ readable, writable }, peer) => {
      peer.close()
      const writer = writable.getWriter()
      for (let error = null; error === null; ) error = await writer.write('x').then(() => null, Boolean)
      await readable.cancel()
    },
  ]
  for (const pair of [unixPair, internetPair]) {
    for (const end of endings) {
      const { web, peer } = pair()
      await end(web, peer)
      peer.close()
    }
  }
  assert.equal(openDescriptors(), before)
})
