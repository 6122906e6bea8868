// The asynchronous context of handlers: handlers run outside the context of the code that first used the reactor.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { AsyncSocket, openConnection, serve } from 'berkeley'

test('serve: handlers run in no caller’s asynchronous context', async () => {
  const storage = new AsyncLocalStorage<string>()
  await storage.run('the first to wait', async () => {
    const [a, b] = AsyncSocket.pair()
    const received = a.recv(1)
    b.trySend('x')
    await received
    assert.equal(storage.getStore(), 'the first to wait')
    for (const socket of [a, b]) socket.close()
  })
  const seen = new Set<string | undefined>()
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    {
      open: () => seen.add(storage.getStore()),
      data: (connection, bytes) => {
        seen.add(storage.getStore())
        connection.write(bytes)
      },
    },
  )
  await storage.run('a client', async () => {
    const client = await openConnection(server.address as { host: string; port: number })
    // Enough rounds that the fairness budget defers some of them.
    for (let round = 0; round < 200; round++) {
      await client.sendAll('x')
      await client.recv(1)
      assert.equal(storage.getStore(), 'a client')
    }
    client.close()
  })
  await server.close()
  assert.deepEqual([...seen], [undefined])
})
