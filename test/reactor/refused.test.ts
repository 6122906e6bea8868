// A set of the kernel's that refuses a socket: who would wait in vain is told.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, serve } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { EpollBackend, hasEpoll } from '../../src/readiness/epoll.js'
import { startReactor } from '../support/event-loop.js'
import { fullTcpListener } from '../support/listeners.js'
import { refused, refusing } from '../support/readiness-backends.js'

const skip = hasEpoll ? false : 'this system has no epoll'

test('a connect by name whose socket cannot be watched in place of its lookup', { skip }, async () => {
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

test('a server whose listener cannot be watched keeps no process going', { skip }, async () => {
  await startReactor()
  const [waiting] = new Int32Array(native.holds)
  {
    using _ = refusing(EpollBackend.prototype)
    assert.throws(() => serve({ host: '127.0.0.1', port: 0 }, {}), refused)
  }
  assert.deepEqual(new Int32Array(native.holds)[0], waiting)
})
