// serve: what the queue of `write` may hold, when a peer sends and does not read.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Connection,
  createConnection,
  type HandlerOptions,
  type HostAddress,
  type Server,
  type Socket,
  type SocketError,
  serve,
} from 'berkeley'
import { turns } from '../support/event-loop.js'
import { fill } from '../support/pairs.js'

const BLOCK = Buffer.alloc(65536, 'x')

interface Echo {
  readonly server: Server<unknown, HostAddress>
  readonly client: Socket
  readonly connection: Connection
  readonly errors: string[]
}

/** A server that sends everything back, and a client that does not read. */
async function echo(options: HandlerOptions): Promise<Echo> {
  const errors: string[] = []
  let opened: (connection: Connection) => void = () => {}
  const connected = new Promise<Connection>((resolve) => {
    opened = resolve
  })
  const server = serve(
    { host: '127.0.0.1', port: 0, ...options },
    {
      open: (connection) => opened(connection),
      data: (connection, bytes) => connection.write(bytes),
      error: (_, error) => errors.push((error as SocketError).code),
    },
  )
  const client = createConnection(server.address)
  return { server, client, connection: await connected, errors }
}

/** Sends without reading until nothing moves any more; returns how many bytes the kernel took. */
async function flood(client: Socket): Promise<number> {
  let total = 0
  for (let idle = 0; idle < 20; ) {
    const taken = fill(client)
    total += taken
    idle = taken > 0 ? 0 : idle + 1
    await turns(2)
  }
  return total
}

/** Receives `count` bytes without blocking the event loop. */
async function drain(client: Socket, count: number): Promise<void> {
  for (let left = count; left > 0; ) {
    const bytes = client.tryRecv(BLOCK.length)
    if (bytes) left -= bytes.length
    else await turns()
  }
}

test('maxBufferedBytes: a peer that sends and never reads is held up, and gets every byte once it reads', async () => {
  const { server, client, connection, errors } = await echo({ maxBufferedBytes: 200_000 })
  const sent = await flood(client)
  assert.ok(connection.bufferedBytes > 200_000, String(connection.bufferedBytes))
  assert.ok(connection.bufferedBytes <= 200_000 + BLOCK.length, String(connection.bufferedBytes))
  await drain(client, sent)
  assert.equal(connection.bufferedBytes, 0)
  client.sendAll('again')
  await drain(client, 5)
  assert.deepEqual(errors, [])
  client.close()
  await server.close()
})

test('maxBufferedBytes: 1 MiB unless given', async () => {
  const { server, client, connection } = await echo({})
  await flood(client)
  assert.ok(connection.bufferedBytes <= (1 << 20) + BLOCK.length, String(connection.bufferedBytes))
  client.close()
  await server.close({ drainMs: 0 })
})

test('maxBufferedBytes: a connection that the program paused stays paused when its queue is empty', async () => {
  const { server, client, connection } = await echo({ maxBufferedBytes: 0 })
  const sent = await flood(client)
  connection.pause()
  let received = 0
  for (let idle = 0; idle < 20; idle++) {
    for (let bytes = client.tryRecv(BLOCK.length); bytes; bytes = client.tryRecv(BLOCK.length)) {
      received += bytes.length
      idle = 0
    }
    await turns(2)
  }
  assert.equal(connection.bufferedBytes, 0)
  assert.ok(received < sent, `${received} of ${sent}`)
  connection.resume()
  await drain(client, sent - received)
  client.close()
  await server.close({ drainMs: 0 })
})

test('maxTotalBufferedBytes: holds up every connection that queues', async () => {
  const { server, client, connection } = await echo({ maxBufferedBytes: 10_000_000, maxTotalBufferedBytes: 100_000 })
  const second = createConnection(server.address)
  await flood(client)
  await flood(second)
  assert.ok(connection.bufferedBytes <= 100_000 + BLOCK.length, String(connection.bufferedBytes))
  client.close()
  second.close()
  await server.close({ drainMs: 0 })
})

test("whenFull 'close': a connection that exceeds the limit is closed with ERR_BUFFER_FULL", async () => {
  const { server, client, connection, errors } = await echo({ maxBufferedBytes: 50_000, whenFull: 'close' })
  while (!connection.closed) {
    try {
      fill(client)
    } catch {}
    await turns()
  }
  assert.deepEqual(errors, ['ERR_BUFFER_FULL'])
  client.close()
  await server.close()
})

test('idleTimeout: closes a peer that goes on sending and takes nothing', async () => {
  const { server, client, connection, errors } = await echo({ maxBufferedBytes: 1000, idleTimeout: 50 })
  await flood(client)
  const keepsSending = setInterval(() => {
    try {
      client.trySend('x')
    } catch {}
  }, 5)
  while (!connection.closed) await turns(3)
  clearInterval(keepsSending)
  assert.deepEqual(errors, ['ERR_SOCKET_TIMEOUT'])
  client.close()
  await server.close()
})

test('options: limits of another kind are refused', () => {
  const address = { host: '127.0.0.1', port: 0 }
  const wrong = { maxBufferedBytes: -1, maxTotalBufferedBytes: 1.5, whenFull: 'drop' }
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(
      () => serve({ ...address, [name]: value } as never, {}),
      (error: Error) => error.message.includes(name),
    )
  }
})
