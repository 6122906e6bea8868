// An epoll set that refuses a socket (ENOSPC): pending operations fail with the error instead of waiting for ever.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, serve } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { EpollBackend, hasEpoll } from '../../src/readiness/epoll.js'
import { startReactor } from '../support/event-loop.js'
import { fullTcpListener } from '../support/listeners.js'
import { refused, refusing } from '../support/readiness-backends.js'

const skip = hasEpoll ? false : 'this system has no epoll'

test('AsyncSocket.connect: rejects when the socket cannot be watched after its lookup', { skip }, async () => {
  await startReactor()
  using full = fullTcpListener()
  const { port } = full.listener.getSockName() as { port: number }
  const socket = new AsyncSocket()
  const connecting = socket.connect({ host: 'localhost', port })
  {
    using _ = refusing(EpollBackend.prototype)
    await assert.rejects(connecting, refused)
    await assert.rejects(socket.connect({ host: 'localhost', port }), refused)
  }
  await assert.rejects(socket.connect({ host: 'localhost', port }, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  socket.close()
})

test('serve: a listener that cannot be watched does not keep the process alive', { skip }, async () => {
  await startReactor()
  const [before] = new Int32Array(native.keepAlive)
  {
    using _ = refusing(EpollBackend.prototype)
    assert.throws(() => serve({ host: '127.0.0.1', port: 0 }, {}), refused)
  }
  assert.deepEqual(new Int32Array(native.keepAlive)[0], before)
})
