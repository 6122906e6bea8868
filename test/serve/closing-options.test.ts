// The end of a server by its own options: a signal, and the time that connections have.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConnection, type ServeOptions, serve, serveBlocking } from 'berkeley'
import { deferred } from '../support/promises.js'

const anywhere = { host: '127.0.0.1', port: 0 }

/** A server with an open connection, and the promise that the connection closes. */
async function busyServer(options: ServeOptions) {
  const opened = deferred<void>()
  const closed = deferred<void>()
  const server = serve({ ...anywhere, ...options }, { open: () => opened.resolve(), close: () => closed.resolve() })
  const client = await openConnection(server.address)
  await opened.promise
  return { server, client, closed: closed.promise }
}

test('serve: drainMs bounds the end of an await using block, and close without a limit', {
  timeout: 60_000,
}, async () => {
  const { server, client, closed } = await busyServer({ drainMs: 20 })
  await server[Symbol.asyncDispose]()
  await closed
  client.close()
  const other = await busyServer({ drainMs: 0 })
  await other.server.close()
  await other.closed
  other.client.close()
  for (const drainMs of [-1, '1']) {
    assert.throws(() => serve({ ...anywhere, drainMs: drainMs as number }, {}), /drainMs/)
  }
})

test('serve: a connection with queued bytes at the end of drainMs is reset, and its handlers get the error', {
  timeout: 60_000,
}, async () => {
  const calls: [name: string, error: Error | null][] = []
  const replied = deferred<void>()
  const server = serve(anywhere, {
    data(connection) {
      connection.write(Buffer.alloc(20_000_000))
      replied.resolve()
    },
    error: (_, error) => calls.push(['error', error]),
    close: (_, error) => calls.push(['close', error]),
  })
  const idle = await openConnection(server.address)
  const slow = await openConnection(server.address)
  await slow.send('request')
  await replied.promise
  await server.close({ drainMs: 20 })
  const failures = calls.filter(([, error]) => error !== null)
  assert.deepEqual(calls.map(([name]) => name).sort(), ['close', 'close', 'error'])
  assert.equal(failures.length, 2)
  for (const [, error] of failures) {
    assert.match(String(error), /^SocketTimeoutError: drain timed out 127\.0\.0\.1:\d+ after 20 ms$/)
  }
  await assert.rejects(slow.reader().readAll(), { code: 'ECONNRESET' })
  assert.equal(await idle.recv(1), null)
  slow.close()
  idle.close()
})

test('serve: a signal closes the server, once', { timeout: 60_000 }, async () => {
  const controller = new AbortController()
  const { server, client, closed } = await busyServer({ signal: controller.signal, drainMs: 0 })
  controller.abort()
  await closed
  assert.equal(server.listening, false)
  await server.close()
  client.close()
  assert.throws(() => serve({ ...anywhere, signal: AbortSignal.abort() }, {}), { name: 'AbortError' })
  assert.throws(() => serve({ ...anywhere, signal: 1 as never }, {}), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('serveBlocking: drainMs bounds the end of an await using block', { timeout: 60_000 }, async () => {
  const waits = 'data:text/javascript,export default (socket) => { socket.recv(1) }'
  const server = serveBlocking({ ...anywhere, threads: 1 }, waits, { drainMs: 20 })
  const client = await openConnection(server.address)
  await server[Symbol.asyncDispose]()
  client.close()
})
