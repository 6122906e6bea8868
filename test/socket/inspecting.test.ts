// Inspection changes nothing: what the peer of a socket sees is the same, whether the socket was logged or not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { attach, SO_LINGER, type Socket, type SocketError } from 'berkeley'
import { tcpPair } from '../support/pairs.js'

/** What a peer receives: the bytes, and how they end. */
function receivedBy(peer: Socket): { bytes: number; end: string } {
  let bytes = 0
  try {
    for (const chunk of peer.chunks()) bytes += chunk.length
    return { bytes, end: 'end' }
  } catch (error) {
    return { bytes, end: (error as SocketError).code }
  }
}

const looks: Record<string, (value: unknown) => unknown> = {
  'not inspected': () => {},
  inspected: (value) => inspect(value),
  'inspected within something else': (value) => inspect({ list: [value] }, { depth: 5 }),
}

for (const [how, look] of Object.entries(looks)) {
  // Bytes that were received and never read make close(2) reset the connection. A close that lingers ends it before.
  test(`inspect: a socket that is ${how} ends its side before it lingers`, () => {
    const [socket, peer] = tcpPair()
    socket.setOption(SO_LINGER, 5)
    peer.send('never read')
    socket.sendAll('the last words')
    look(socket)
    socket.close()
    assert.deepEqual(receivedBy(peer), { bytes: 14, end: 'end' })
    peer.close()
  })

  // Received bytes that no handler got are in the kernel no longer: a close has to say itself that they are lost.
  test(`inspect: a connection whose socket was ${how} resets when it closes with bytes untaken`, () => {
    const [socket, peer] = tcpPair()
    peer.send('a line\nand more')
    assert.equal(socket.reader().readLine(), 'a line')
    look(socket)
    const connection = attach(socket, { open: (self) => self.pause() })
    look(connection)
    connection.close()
    assert.deepEqual(receivedBy(peer), { bytes: 0, end: 'ECONNRESET' })
    peer.close()
  })
}
