// A poll set that refuses a socket. Each wait registers again, so an operation can fail after earlier ones succeeded.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, attach, createConnection, Socket, serve, toDuplex } from 'berkeley'
import { PollBackend } from '../../src/readiness/poll.js'
import { startReactor, turns } from '../support/event-loop.js'
import { nextEvent } from '../support/promises.js'
import { refused, refusing } from '../support/readiness-backends.js'

process.env['BERKELEY_REACTOR'] = 'poll'
const set = PollBackend.prototype
const shape = ({ name, code, errno, syscall }: NodeJS.ErrnoException): unknown => {
  return { name, code, errno, syscall }
}

test('AsyncSocket: a verb that cannot wait rejects, and works when it is called again', async () => {
  await startReactor()
  const [a, b] = AsyncSocket.pair()
  {
    using _ = refusing(set)
    await assert.rejects(a.recv(1), refused)
    await assert.rejects(a.sendAll(Buffer.alloc(1 << 23)), refused)
  }
  const received = a.recv(1)
  await b.send('x')
  assert.equal(String(await received), 'x')
  for (const each of [a, b]) each.close()
})

test('attach: a connection that cannot wait for its queue reports an error and closes', async () => {
  await startReactor()
  const [inner, peer] = Socket.pair()
  const reported: unknown[] = []
  const closed = new Promise((resolve) => {
    const connection = attach(inner, {
      error: (_, error) => reported.push(shape(error)),
      close: (_, error) => resolve(error),
    })
    using _ = refusing(set)
    connection.write(Buffer.alloc(1 << 23))
  })
  assert.deepEqual(shape((await closed) as Error), refused)
  assert.deepEqual(reported, [refused])
  peer.close()
})

test('toDuplex: a stream that cannot wait emits error and close', async () => {
  await startReactor()
  const [inner, peer] = Socket.pair()
  const stream = toDuplex(inner)
  const errors: unknown[] = []
  stream.on('error', (error) => errors.push(shape(error)))
  const closed = nextEvent(stream, 'close')
  {
    using _ = refusing(set)
    stream.resume()
    await closed
  }
  assert.deepEqual(errors, [refused])
  peer.close()
})

test('serve: a server whose listener cannot wait reports an error and stops listening', async () => {
  await startReactor()
  const reported: unknown[] = []
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    { error: (connection, error) => reported.push([connection === null, shape(error)]) },
  )
  await turns()
  const client = createConnection(server.address)
  {
    using _ = refusing(set)
    for (let turn = 0; turn < 1000 && server.listening; turn++) await new Promise(setImmediate)
  }
  assert.deepEqual(reported.at(-1), [true, refused])
  assert.equal(server.listening, false)
  client.close()
  await server.close({ drainMs: 0 })
})
