// Every way in which a connection as web streams ends.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AsyncSocket, openConnection, Socket, toWeb, type WebStreams } from 'berkeley'
import { Child } from '../support/child.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { tcpPair, webPair, webTcpPair } from '../support/pairs.js'

const limits = { timeout: 60_000 }
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test('the peer’s end leaves our side open, and ours the peer’s', limits, async () => {
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
  await other.peer.sendAll('an answer')
  other.peer.close()
  assert.equal(await new Response(other.web.readable).text(), 'an answer')
})

test('cancelling ends receiving, and writing goes on', limits, async () => {
  const { web, peer } = webPair()
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
  // The connection is closed with bytes unread: that is a reset to the peer.
  await assert.rejects(flood, { code: /^(ECONNRESET|EPIPE)$/ })
  peer.close()
})

test('aborting resets, and ends a write that waits', limits, async () => {
  const { web, peer } = webTcpPair()
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
  for (const pair of [webPair, webTcpPair]) {
    for (const end of endings) {
      const { web, peer } = pair()
      await end(web, peer)
      peer.close()
    }
  }
  assert.equal(openDescriptors(), before)
})
