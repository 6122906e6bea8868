// Getters of the caller that close the socket in the middle of a call: the call throws, and touches no other socket.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer, SO_RCVBUF, Socket } from 'berkeley'
import { portOf } from '../support/listeners.js'

/** A function that closes `socket`, and makes a socket that reuses its descriptor number. */
function closing(socket: Socket): () => Socket {
  let successor: Socket | undefined
  return () => {
    socket.close()
    successor ??= new Socket()
    return successor
  }
}

const closed = { code: 'ERR_SOCKET_CLOSED' }

test('recvInto, recvFromInto: a getter of `flags` that closes the socket', () => {
  for (const verb of ['recvInto', 'recvFromInto'] as const) {
    const [a, b] = Socket.pair()
    let others: [Socket, Socket] | undefined
    const options = {
      get flags(): never {
        a.close()
        if (others === undefined) {
          others = Socket.pair()
          others[1].send('not for you')
        }
        return 0 as never
      },
    }
    const buffer = Buffer.alloc(20)
    assert.throws(() => a[verb](buffer, options), closed)
    assert.deepEqual(buffer, Buffer.alloc(20))
    for (const socket of [b, ...(others ?? [])]) socket.close()
  }
})

test('bind, connect, sendTo: a getter of an address that closes the socket', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const port = portOf(listener)
  for (const verb of ['bind', 'connect', 'connectEx', 'tryConnect', 'sendTo'] as const) {
    const socket = new Socket()
    const next = closing(socket)
    const address = {
      get host(): string {
        next()
        return '127.0.0.1'
      },
      port: verb === 'bind' ? 0 : port,
    }
    const call = verb === 'sendTo' ? () => socket.sendTo('x', address) : () => socket[verb](address)
    assert.throws(call, closed, verb)
    using successor = next()
    assert.equal(portOf(successor), 0, verb)
    assert.throws(() => successor.getPeerName(), { code: 'ENOTCONN' })
  }
})

test('setOption: an encoder that closes the socket', () => {
  const socket = new Socket()
  const successor = closing(socket)
  const fake = Object.assign(Object.create(Object.getPrototypeOf(SO_RCVBUF)), SO_RCVBUF, {
    encode: () => {
      successor()
      return new Uint8Array(4)
    },
  }) as typeof SO_RCVBUF
  assert.throws(() => socket.setOption(fake, 8192), closed)
  successor().close()
})
