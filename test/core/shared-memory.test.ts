// Memory that is shared with the addon, or among connections: no program takes it, redirects bytes into it, or makes stale
// bytes of it be sent.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Socket } from 'berkeley'
import { native } from '../../src/native/addon.js'
import { fixture, succeeds } from '../support/child.js'

test('memory shared with the addon: posting and cloning do not take it away', () => {
  for (const name of ['scratch', 'frame', 'keepAlive'] as const) {
    const memory = native[name]
    const size = memory.byteLength
    assert.ok(size > 0, name)
    try {
      structuredClone(memory, { transfer: [memory] })
    } catch (error) {
      assert.equal((error as Error).name, 'DataCloneError', name)
    }
    assert.equal(memory.byteLength, size, name)
  }
})

test('shared memory: replaced methods of Uint8Array and Buffer do not get it', async (context) => {
  await succeeds(context, fixture('core/patched-prototypes'), ['methods'])
})

test('shared memory: a subclass with a false length sends and receives what its memory has', async (context) => {
  await succeeds(context, fixture('core/patched-prototypes'), ['length'])
})

test('recvInto, send: methods and getters of a subclass are not called', () => {
  const called: string[] = []
  const noting = new Set(['set', 'subarray', 'slice', 'fill', 'length', 'byteLength', 'byteOffset', 'buffer'])
  class Noting extends Uint8Array {
    static get [Symbol.species](): Uint8ArrayConstructor {
      called.push('species')
      return Uint8Array
    }
  }
  for (const name of noting) {
    Object.defineProperty(Noting.prototype, name, {
      get(this: Uint8Array) {
        called.push(name)
        return Reflect.get(Uint8Array.prototype, name, this)
      },
    })
  }
  using pair = disposablePair()
  const [a, b] = pair.sockets
  const bytes = new Noting([97, 98, 99])
  called.length = 0
  a.send(bytes)
  a.trySend(bytes)
  a.sendAll(bytes)
  b.recvInto(bytes)
  b.tryRecvInto(bytes, { offset: 1, length: 1 })
  assert.deepEqual(called, [])
})

test('send: a length getter that closes the socket sends nothing to the next one with its number', () => {
  using pair = disposablePair()
  const [a, b] = pair.sockets
  class Closing extends Uint8Array {
    override get length(): number {
      a.close()
      return 3
    }
  }
  a.send(new Closing([97, 98, 99]))
  assert.equal(String(b.recv(10)), 'abc')
  assert.equal(a.closed, false)
})

function disposablePair(): Disposable & { readonly sockets: [Socket, Socket] } {
  const sockets = Socket.pair()
  return {
    sockets,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.close()
    },
  }
}
