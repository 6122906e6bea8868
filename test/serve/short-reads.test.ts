// After a short read of TCP nothing more is asked for, because it proves that the kernel holds no more. It proves nothing
// where readiness is withheld (SO_RCVLOWAT) or another holder may read from the same connection.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { attach, type Connection, createServer, errno, SO_RCVLOWAT, SOL_SOCKET, Socket } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { descriptorOf } from '../../src/socket/face.js'
import { turns } from '../support/event-loop.js'
import { portOf } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'

const ASKED_AGAIN = [5, -errno.EAGAIN]

/** What the receives return of a connection that gets five bytes. */
async function receives(
  context: TestContext,
  [socket, peer]: readonly [Socket, Socket],
  prepare: (connection: Connection) => void = () => {},
): Promise<number[]> {
  const results: number[] = []
  // Not by its getter, which would make the descriptor a shared one.
  const { fd } = descriptorOf(socket)
  const connection = attach(socket, { data() {} })
  prepare(connection)
  const { recv } = native
  context.mock.method(native, 'recv', (...args: Parameters<typeof recv>) => {
    const result = recv(...args)
    // What is not ready yet is no result of a receive.
    if (args[0] === fd && (result > 0 || results.length > 0)) results.push(result)
    return result
  })
  peer.sendAll('bytes')
  for (let tries = 0; tries < 10_000 && results.length === 0; tries++) await turns(1)
  await turns(5)
  context.mock.restoreAll()
  connection.close()
  peer.close()
  return results
}

test('attach: a short read proves that there is no more', async (context) => {
  assert.deepEqual(await receives(context, tcpPair()), [5])
})

test('attach: a short read proves nothing with SO_RCVLOWAT, wherever it was set', async (context) => {
  const before = tcpPair()
  before[0].setOption(SO_RCVLOWAT, 1)
  assert.deepEqual(await receives(context, before), ASKED_AGAIN)
  const raw = tcpPair()
  raw[0].setRawOption(SOL_SOCKET, SO_RCVLOWAT.number, 1)
  assert.deepEqual(await receives(context, raw), ASKED_AGAIN)
  const later = await receives(context, tcpPair(), (connection) => connection.setOption(SO_RCVLOWAT, 1))
  assert.deepEqual(later, ASKED_AGAIN)
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  listener.setOption(SO_RCVLOWAT, 1)
  const peer = new Socket()
  peer.connect({ host: '127.0.0.1', port: portOf(listener) })
  assert.deepEqual(await receives(context, [listener.accept(), peer]), ASKED_AGAIN)
})

test('attach: a short read proves nothing where a duplicate is known', async (context) => {
  const duplicated = tcpPair()
  const copy = duplicated[0].dup()
  assert.deepEqual(await receives(context, duplicated), ASKED_AGAIN)
  copy.close()
  const [socket, peer] = tcpPair()
  assert.deepEqual(await receives(context, [Socket.fromFd(socket.detach()), peer]), ASKED_AGAIN)
  const shown = tcpPair()
  assert.ok(shown[0].fd > 2)
  assert.deepEqual(await receives(context, shown), ASKED_AGAIN)
})
