// What of the socket a Duplex still shows: its descriptor and its options.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SO_RCVBUF, SO_SNDBUF, Socket, toDuplex } from 'berkeley'

test('SocketDuplex: has the descriptor and the options of its socket', () => {
  const [a] = Socket.pair()
  const { fd } = a
  const duplex = toDuplex(a)
  assert.equal(duplex.fd, fd)
  duplex.setOption(SO_SNDBUF, 8192)
  assert.ok(duplex.getOption(SO_SNDBUF) >= 8192)
  assert.throws(() => duplex.setOption(SO_RCVBUF, 'x' as never), { code: 'ERR_INVALID_ARG_TYPE' })
  duplex.destroy()
  assert.equal(duplex.fd, -1)
  assert.throws(() => duplex.getOption(SO_SNDBUF), { code: 'ERR_SOCKET_CLOSED' })
})
