// What an AsyncSocket has besides the verbs: disposal, chunks of a size, connectEx, connections that a signal ends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, createServer, errno } from 'berkeley'

test('AsyncSocket: is closed at the end of a using block', () => {
  let outer: AsyncSocket
  {
    using socket = new AsyncSocket()
    outer = socket
  }
  assert.equal(outer.closed, true)
})

test('AsyncSocket.chunks: receives at most so many bytes a step, within its options', async () => {
  const [a, b] = AsyncSocket.pair()
  await b.sendAll('abcde')
  b.shutdown('write')
  const chunks: string[] = []
  for await (const chunk of a.chunks(2)) chunks.push(String(chunk))
  assert.deepEqual(chunks, ['ab', 'cd', 'e'])
  const [c, d] = AsyncSocket.pair()
  await assert.rejects(c.chunks(2, { timeout: 20 }).next(), { code: 'ERR_SOCKET_TIMEOUT' })
  await assert.rejects(c.chunks(undefined, { signal: AbortSignal.abort() }).next(), { name: 'AbortError' })
  c.close()
  d.close()
})

test('AsyncSocket.connectEx: resolves to 0 or an errno, and rejects for misuse alone', async () => {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const { address } = listener
  assert.equal(await new AsyncSocket().connectEx(address), 0)
  listener.close()
  assert.equal(await new AsyncSocket().connectEx(address), errno.ECONNREFUSED)
  await assert.rejects(new AsyncSocket().connectEx('x' as never), { code: 'ERR_INVALID_ARG_TYPE' })
  await assert.rejects(new AsyncSocket().connectEx(address, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  const closed = new AsyncSocket()
  closed.close()
  await assert.rejects(closed.connectEx(address), { code: 'ERR_SOCKET_CLOSED' })
})

test('AsyncSocket.connections: its signal ends the iteration, and leaves the listener open', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  const controller = new AbortController()
  const client = new AsyncSocket()
  await client.connect(listener.getSockName())
  let count = 0
  await assert.rejects(
    async () => {
      for await (const connection of listener.connections({ signal: controller.signal })) {
        count++
        connection.close()
        controller.abort()
      }
    },
    { name: 'AbortError' },
  )
  assert.deepEqual([count, listener.listening], [1, true])
  client.close()
})
