// Connections that fail: error is called once, whatever it does, and close gets the same error.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { attach, type Connection, createConnection, errno, SO_LINGER, serve } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

/** Resets a connection; returns the codes that its error and close handlers receive. */
async function codesOfReset(react: (connection: Connection) => void): Promise<(string | undefined)[]> {
  const [socket, peer] = tcpPair()
  const codes: (string | undefined)[] = []
  const ended = new EventTarget()
  const closed = once(ended, 'close')
  attach(socket, {
    error(connection, error) {
      codes.push((error as NodeJS.ErrnoException).code)
      react(connection!)
    },
    close(_, error) {
      codes.push((error as NodeJS.ErrnoException | null)?.code)
      ended.dispatchEvent(new Event('close'))
    },
  })
  peer.setOption(SO_LINGER, 0)
  peer.close()
  await closed
  return codes
}

test('attach: an error handler that writes to the reset connection is called once', async () => {
  assert.deepEqual(await codesOfReset((connection) => connection.write('sorry')), ['ECONNRESET', 'ECONNRESET'])
  assert.deepEqual(await codesOfReset((connection) => connection.end('sorry')), ['ECONNRESET', 'ECONNRESET'])
})

test('attach: close gets the error though the error handler closed the connection', async () => {
  assert.deepEqual(await codesOfReset((connection) => connection.close()), ['ECONNRESET', 'ECONNRESET'])
  assert.deepEqual(await codesOfReset((connection) => connection.reset()), ['ECONNRESET', 'ECONNRESET'])
})

test('attach: close gets the error of a handler though the error handler closed the connection', async () => {
  const [socket, other] = tcpPair()
  const peer = other.toAsync()
  const messages: unknown[] = []
  attach(socket, {
    data() {
      throw new Error('of data')
    },
    error: (connection) => connection?.close(),
    close: (_, error) => messages.push(error?.message),
  })
  await peer.sendAll('x')
  assert.equal(await peer.recv(1), null)
  assert.deepEqual(messages, ['of data'])
  peer.close()
})

test('attach: a rejection of the end handler is reported to error, then to close', async () => {
  const [socket, other] = tcpPair()
  const peer = other.toAsync()
  const calls: string[] = []
  const closed = new Promise<void>((resolve) => {
    attach(socket, {
      async end() {
        await turns(5)
        throw new Error('of end')
      },
      error: (_, error) => calls.push(`error: ${error.message}`),
      close(_, error) {
        calls.push(`close: ${error?.message}`)
        resolve()
      },
    })
  })
  peer.shutdown('write')
  await closed
  assert.deepEqual(calls, ['error: of end', 'close: of end'])
  peer.close()
})

for (const [when, texts] of [
  ['', []],
  [' with bytes unread', ['unread']],
] as const) {
  test(`Connection.end: after a reset${when}, the reset is the error that is reported`, async () => {
    for (const isPaused of [false, true]) {
      const [socket, peer] = tcpPair()
      const calls: string[] = []
      const closed = new Promise<void>((resolve) => {
        const connection = attach(socket, {
          data: (_, bytes) => void calls.push(String(bytes)),
          error: (_, error) => calls.push(error.message),
          close: (_, error) => resolve(void calls.push(`close: ${error?.message}`)),
        })
        if (isPaused) connection.pause()
        for (const text of texts) peer.sendAll(text)
        peer.setOption(SO_LINGER, 0)
        peer.close()
        connection.end()
        connection.resume()
      })
      await closed
      assert.deepEqual(calls, [...texts, 'recv ECONNRESET', 'close: recv ECONNRESET'])
    }
  })
}

test('Connection.close: closes although the connection cannot be made to reset', async (context) => {
  const [socket, peer] = tcpPair()
  peer.sendAll('delivered, not delivered')
  assert.equal(String(socket.reader().readUntil(', ')), 'delivered, ')
  context.mock.method(native, 'setOption', () => -errno.ENOBUFS)
  const codes: (string | undefined)[] = []
  const connection = attach(socket, {
    open: (self) => self.close(),
    close: (_, error) => codes.push((error as NodeJS.ErrnoException | null)?.code),
  })
  context.mock.restoreAll()
  assert.ok(connection.closed)
  assert.deepEqual(codes, ['ENOBUFS'])
  assert.equal(peer.recv(1, { timeout: 5000 }), null)
  peer.close()
})

test('serve: a close(2) that fails is reported to error and close, and the server finishes', async (context) => {
  const calls: string[] = []
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    {
      data: (self) => self.close(),
      error: (connection, error) => calls.push(`${connection === null ? 'server' : 'error'} ${error.message}`),
      close: (_, error) => calls.push(`close ${error?.message}`),
    },
  )
  const client = createConnection(server.address).toAsync()
  const { close } = native
  // The kernel has closed the descriptor even so.
  context.mock.method(native, 'close', (...args: Parameters<typeof close>) => {
    close(...args)
    return -errno.EIO
  })
  await client.sendAll('x')
  assert.equal(await client.recv(1, { timeout: 5000 }).catch(() => null), null)
  await server.close({ drainMs: 5000 })
  context.mock.restoreAll()
  assert.deepEqual(calls, ['error close EIO', 'close close EIO', 'server close EIO'])
  client.close()
})

test('Connection.reset: closes although the connection cannot be made to reset', (context) => {
  const [socket, peer] = tcpPair()
  const calls: string[] = []
  const note = (_: unknown, error: Error | null): void => void calls.push(error!.message)
  const connection = attach(socket, { error: note, close: note })
  context.mock.method(native, 'setOption', () => -errno.ENOBUFS)
  connection.reset()
  context.mock.restoreAll()
  assert.ok(connection.closed)
  assert.deepEqual(
    calls.map((text) => text.slice(0, 18)),
    ['setsockopt ENOBUFS', 'setsockopt ENOBUFS'],
  )
  peer.close()
})
