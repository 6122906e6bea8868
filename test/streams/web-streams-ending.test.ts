// toWeb: the ways in which a connection as web streams ends.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AsyncSocket, openConnection, Socket, toWeb, type WebStreams } from 'berkeley'
import { Child } from '../support/child.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { tcpPair, webPair, webTcpPair } from '../support/pairs.js'

const testOptions = { timeout: 60_000 }
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test('toWeb: the end in one direction leaves the other open', testOptions, async () => {
  const { web, peer } = webTcpPair()
  const writer = web.writable.getWriter()
  peer.shutdown('write')
  const reader = web.readable.getReader()
  assert.equal((await reader.read()).done, true)
  await writer.write('still here')
  assert.equal(String(await peer.recv(100)), 'still here')
  await writer.close()
  assert.equal(await peer.recv(1), null)
  peer.close()

  const other = webTcpPair()
  await other.web.writable.close()
  assert.equal(await other.peer.recv(1), null)
  await other.peer.sendAll('a reply')
  other.peer.close()
  assert.equal(await new Response(other.web.readable).text(), 'a reply')
})

test('toWeb: cancel of the readable ends receiving, and writing continues', testOptions, async () => {
  const { web, peer } = webPair()
  const reader = web.readable.getReader()
  await peer.sendAll('something')
  await reader.read()
  const pending = reader.read()
  await nextTurn()
  await reader.cancel('enough')
  assert.equal((await pending).done, true)
  await assert.rejects(peer.sendAll('more'), { code: 'EPIPE' })
  const writer = web.writable.getWriter()
  await writer.write('goodbye')
  await writer.close()
  assert.equal(String(await peer.recv(100)), 'goodbye')
  assert.equal(await peer.recv(1), null)
  peer.close()
})

test('toWeb: an abort of pipeTo with bytes unread resets the connection on close', testOptions, async () => {
  const { web, peer } = webTcpPair()
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
  // Closing a connection with bytes unread resets it for the peer.
  await assert.rejects(flood, { code: /^(ECONNRESET|EPIPE)$/ })
  peer.close()
})

test('toWeb: abort of the writable resets the connection, and ends a pending write', testOptions, async () => {
  const { web, peer } = webTcpPair()
  const writer = web.writable.getWriter()
  const reader = web.readable.getReader()
  const writing = writer.write(Buffer.alloc(50_000_000))
  const reading = reader.read()
  await nextTurn()
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

test('toWeb: a reset by the peer fails both streams with ECONNRESET', testOptions, async () => {
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

test('toWeb: after a failed write the bytes of the peer can still be read', testOptions, async () => {
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

/** Connects to a server in its own process that sends without end and reads nothing. */
async function connectToEndlessServer(context: TestContext): Promise<WebStreams & { kill: () => Promise<void> }> {
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
  'toWeb: a peer that is killed without unread bytes ends the stream after the bytes that it sent',
  testOptions,
  async (context) => {
    const { readable, writable, kill } = await connectToEndlessServer(context)
    const reader = readable.getReader()
    await reader.read()
    await kill()
    while (!(await reader.read()).done) {}
    await writable.abort()
  },
)

test('toWeb: a peer that is killed with unread bytes fails both streams', testOptions, async (context) => {
  const reset = { name: 'SocketError', code: 'ECONNRESET' }
  for (const size of [1, 20_000_000]) {
    const { readable, writable, kill } = await connectToEndlessServer(context)
    const writer = writable.getWriter()
    const writing = writer.write(Buffer.alloc(size))
    // A write succeeds once the kernel has accepted its bytes, whether they reach the peer or not.
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

test('toWeb: without allowHalfOpen, our side ends with the peer’s end and with cancel', testOptions, async () => {
  for (const end of ['peer', 'cancel'] as const) {
    const [a, b] = AsyncSocket.pair()
    const { readable, writable } = toWeb(a, { allowHalfOpen: false })
    const writer = writable.getWriter()
    const writes = ['the first, ', 'x'.repeat(1_000_000), ', the last'].map((text) => writer.write(text))
    if (end === 'peer') {
      b.shutdown('write')
      assert.equal((await new Response(readable).text()).length, 0)
    } else await readable.cancel()
    const received = (await b.reader().readAll()).toString()
    assert.deepEqual([received.length, received.slice(0, 9), received.slice(-8)], [1_000_021, 'the first', 'the last'])
    await Promise.all(writes)
    await assert.rejects(writer.write('too late'), { code: 'ERR_SOCKET_CLOSED' })
    b.close()
  }
  const [a, b] = AsyncSocket.pair()
  const { readable, writable } = toWeb(a, { allowHalfOpen: false })
  b.close()
  await readable.pipeTo(writable)
})

test('toWeb: however the streams end, no descriptor leaks', { ...testOptions, skip: uncountable }, async () => {
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
  for (const pair of [webPair, webTcpPair]) {
    for (const end of endings) {
      const { web, peer } = pair()
      await end(web, peer)
      peer.close()
    }
  }
  assert.equal(openDescriptors(), before)
})
