// A connection with handlers that is paused: a reset of its peer ends it at once, an orderly end waits for `resume`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attach, type Connection, type Handlers, SO_LINGER, Socket } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { tcpPair } from '../support/pairs.js'
import { deferred } from '../support/promises.js'

/** The sets that are level-triggered do not watch a paused connection that holds bytes. */
const isEdgeTriggered = process.env['BERKELEY_REACTOR'] !== 'poll'
const timeout = 60_000

/** A connection to handlers, the other end, and the handlers that were called. */
class Paused {
  readonly peer: Socket
  readonly connection: Connection
  readonly calls: string[] = []
  readonly #closed = deferred()

  constructor([socket, peer]: readonly [Socket, Socket] = tcpPair(), handlers: Handlers = {}) {
    this.peer = peer
    this.connection = attach(socket, {
      ...handlers,
      data: (connection, bytes) => {
        this.calls.push(`data ${bytes}`)
        handlers.data?.(connection, bytes)
      },
      end: () => void this.calls.push('end'),
      error: (_, error) => void this.calls.push(`error ${(error as NodeJS.ErrnoException).code}`),
      close: (_, error) => {
        this.calls.push(`close ${(error as NodeJS.ErrnoException | null)?.code}`)
        this.#closed.resolve()
      },
    })
  }

  get closed(): Promise<void> {
    return this.#closed.promise
  }

  resetByPeer(): void {
    this.peer.setOption(SO_LINGER, 0)
    this.peer.close()
  }
}

const RESET = ['error ECONNRESET', 'close ECONNRESET']

test('pause: a reset is reported, and closes the connection', { timeout }, async () => {
  const paused = new Paused()
  paused.connection.pause()
  await turns(2)
  paused.resetByPeer()
  await paused.closed
  assert.deepEqual(paused.calls, RESET)
})

test('pause: so it is of a connection that was paused when it opened', { timeout }, async () => {
  const paused = new Paused(tcpPair(), { open: (connection) => connection.pause() })
  paused.resetByPeer()
  await paused.closed
  assert.deepEqual(paused.calls, RESET)
})

test('pause: so it is of a unix socket whose peer closes with unread bytes', { timeout }, async () => {
  const [socket, peer] = Socket.pair()
  socket.send('unread')
  const paused = new Paused([socket, peer])
  paused.connection.pause()
  peer.close()
  await paused.closed
  assert.deepEqual(paused.calls, RESET)
})

test('pause: bytes that wait in the kernel are lost with a reset', { timeout, skip: !isEdgeTriggered }, async () => {
  const paused = new Paused()
  paused.connection.pause()
  paused.peer.send('hello')
  await turns(2)
  paused.resetByPeer()
  await paused.closed
  assert.deepEqual(paused.calls, RESET)
})

test('pause: a reset that arrived with the bytes of the handler that pauses is reported', { timeout }, async () => {
  const [socket, peer] = tcpPair()
  peer.send('hello')
  peer.setOption(SO_LINGER, 0)
  peer.close()
  // Both are there when the kernel is asked.
  socket.wait('read')
  const paused = new Paused([socket, peer], { data: (connection) => connection.pause() })
  await paused.closed
  assert.deepEqual(paused.calls, ['data hello', ...RESET])
})

test('pause: the end of the peer waits for resume, after the bytes before it', { timeout }, async () => {
  const paused = new Paused()
  paused.connection.pause()
  paused.peer.send('hello')
  paused.peer.shutdown('write')
  await turns(5)
  assert.deepEqual(paused.calls, [])
  paused.connection.resume()
  await paused.closed
  assert.deepEqual(paused.calls, ['data hello', 'end', 'close undefined'])
  paused.peer.close()
})

test('pause: resume delivers what arrived meanwhile, once and in order', { timeout }, async () => {
  const paused = new Paused()
  for (let round = 0; round < 50; round++) {
    paused.connection.pause()
    paused.peer.send(`${round}`)
    await turns(1)
    assert.equal(paused.calls.length, round)
    paused.connection.resume()
    while (paused.calls.length === round) await turns(1)
    assert.equal(paused.calls[round], `data ${round}`)
  }
  paused.connection.close()
  await paused.closed
  paused.peer.close()
})
