// Connections that fail: the handler of errors is called once, whatever it does.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { attach, type Connection, SO_LINGER } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'

/** What the handlers of a connection are told whose peer resets it. */
async function toldOfReset(react: (connection: Connection) => void): Promise<(string | undefined)[]> {
  const [socket, peer] = tcpPair()
  const told: (string | undefined)[] = []
  const ended = new EventTarget()
  const closed = once(ended, 'close')
  attach(socket, {
    error(connection, error) {
      told.push((error as NodeJS.ErrnoException).code)
      react(connection!)
    },
    close(_, error) {
      told.push((error as NodeJS.ErrnoException | null)?.code)
      ended.dispatchEvent(new Event('close'))
    },
  })
  peer.setOption(SO_LINGER, 0)
  peer.close()
  await closed
  return told
}

test('an error handler that answers the peer, who is gone, is called once', async () => {
  assert.deepEqual(await toldOfReset((connection) => connection.write('sorry')), ['ECONNRESET', 'ECONNRESET'])
  assert.deepEqual(await toldOfReset((connection) => connection.end('sorry')), ['ECONNRESET', 'ECONNRESET'])
})

test('an error handler that closes the connection does not hide from close why', async () => {
  assert.deepEqual(await toldOfReset((connection) => connection.close()), ['ECONNRESET', 'ECONNRESET'])
  assert.deepEqual(await toldOfReset((connection) => connection.reset()), ['ECONNRESET', 'ECONNRESET'])
})

test('nor does one that is told of what a handler threw', async () => {
  const [socket, other] = tcpPair()
  const peer = other.toAsync()
  const told: unknown[] = []
  attach(socket, {
    data() {
      throw new Error('not my day')
    },
    error: (connection) => connection?.close(),
    close: (_, error) => told.push(error?.message),
  })
  await peer.sendAll('x')
  assert.equal(await peer.recv(1), null)
  assert.deepEqual(told, ['not my day'])
  peer.close()
})

test('a handler of the end that rejects is told before close, and so is why to close', async () => {
  const [socket, other] = tcpPair()
  const peer = other.toAsync()
  const told: string[] = []
  const closed = new Promise<void>((resolve) => {
    attach(socket, {
      async end() {
        await turns(5)
        throw new Error('not my day')
      },
      error: (_, error) => told.push(`error: ${error.message}`),
      close(_, error) {
        told.push(`close: ${error?.message}`)
        resolve()
      },
    })
  })
  peer.shutdown('write')
  await closed
  assert.deepEqual(told, ['error: not my day', 'close: not my day'])
  peer.close()
})

for (const [when, words] of [
  ['', []],
  [' that has sent something', ['last words']],
] as const) {
  test(`end after the reset of a peer${when} is not what failed`, async () => {
    for (const isPaused of [false, true]) {
      const [socket, peer] = tcpPair()
      const told: string[] = []
      const closed = new Promise<void>((resolve) => {
        const connection = attach(socket, {
          data: (_, bytes) => void told.push(String(bytes)),
          error: (_, error) => told.push(error.message),
          close: (_, error) => resolve(void told.push(`close: ${error?.message}`)),
        })
        if (isPaused) connection.pause()
        for (const word of words) peer.sendAll(word)
        peer.setOption(SO_LINGER, 0)
        peer.close()
        connection.end()
        connection.resume()
      })
      await closed
      assert.deepEqual(told, [...words, 'recv ECONNRESET', 'close: recv ECONNRESET'])
    }
  })
}
