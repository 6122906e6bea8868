// Getters of the caller that close the socket in the middle of a call: the call throws, and touches no other socket.

import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { AF_INET, type AsyncSocket, createServer, IP_ADD_MEMBERSHIP, SO_RCVBUF, SOCK_DGRAM, Socket } from 'berkeley'
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

test('a getter of an option’s number that closes the socket', () => {
  for (const verb of ['getOption', 'setOption'] as const) {
    const socket = new Socket()
    const next = closing(socket)
    const { number } = SO_RCVBUF
    const fake = Object.create(Object.getPrototypeOf(SO_RCVBUF), {
      ...Object.getOwnPropertyDescriptors(SO_RCVBUF),
      number: {
        get: () => {
          next()
          return number
        },
      },
    }) as typeof SO_RCVBUF
    assert.throws(() => (verb === 'getOption' ? socket.getOption(fake) : socket.setOption(fake, 8192)), closed, verb)
    next().close()
  }
})

test('data whose length would close the socket: it is not called', () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  class Data extends Uint8Array {
    override get length(): number {
      socket.close()
      return 4
    }
  }
  socket.sendTo(new Data(4), receiver.getSockName())
  assert.equal(receiver.recv(10, { timeout: 5000 })!.length, 4)
  assert.equal(socket.closed, false)
})

test('options whose getter gives the socket away', () => {
  const address = { path: '/nowhere' }
  const buffer = Buffer.alloc(10)
  const file = openSync('/dev/null', 'r')
  const verbs: Record<string, (socket: Socket, options: object) => unknown> = {
    accept: (socket, options) => socket.accept(options),
    bind: (socket, options) => socket.bind(address, options),
    connect: (socket, options) => socket.connect(address, options),
    recv: (socket, options) => socket.recv(10, options),
    recvFrom: (socket, options) => socket.recvFrom(10, options),
    recvInto: (socket, options) => socket.recvInto(buffer, options),
    recvFromInto: (socket, options) => socket.recvFromInto(buffer, options),
    send: (socket, options) => socket.send('x', options),
    sendAll: (socket, options) => socket.sendAll('x', options),
    sendFile: (socket, options) => socket.sendFile(file, options),
    sendTo: (socket, options) => socket.sendTo('x', address, options),
    tryRecv: (socket, options) => socket.tryRecv(10, options),
    tryRecvFrom: (socket, options) => socket.tryRecvFrom(10, options),
    tryRecvInto: (socket, options) => socket.tryRecvInto(buffer, options),
    tryRecvFromInto: (socket, options) => socket.tryRecvFromInto(buffer, options),
    trySend: (socket, options) => socket.trySend('x', options),
    trySendFile: (socket, options) => socket.trySendFile(file, options),
    trySendTo: (socket, options) => socket.trySendTo('x', address, options),
    wait: (socket, options) => socket.wait('both', options),
  }
  for (const [verb, call] of Object.entries(verbs)) {
    const [a, b] = Socket.pair()
    b.send('for the next owner')
    let owner: AsyncSocket | undefined
    const give = (): undefined => {
      owner ??= a.toAsync()
    }
    const options = Object.defineProperties({}, { flags: { get: give }, offset: { get: give }, timeout: { get: give } })
    assert.throws(() => call(a, options), { code: 'ERR_SOCKET_DETACHED' }, verb)
    assert.equal(String(owner!.tryRecv(100)), 'for the next owner', verb)
    assert.equal(b.tryRecv(1), undefined, verb)
    owner!.close()
    b.close()
  }
  closeSync(file)
})

test('an address whose getter gives the socket away', async () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  const port = portOf(receiver)
  const verbs: Record<string, (socket: Socket, address: { host: string; port: number }) => unknown> = {
    bind: (socket, address) => socket.bind(address),
    connect: (socket, address) => socket.connect(address),
    connectEx: (socket, address) => socket.connectEx(address),
    tryConnect: (socket, address) => socket.tryConnect(address),
    sendTo: (socket, address) => socket.sendTo('x', address),
    trySendTo: (socket, address) => socket.trySendTo('x', address),
  }
  for (const [verb, call] of Object.entries(verbs)) {
    for (const give of [
      (socket: Socket): AsyncSocket => socket.toAsync(),
      (socket: Socket): AsyncSocket => socket.toAsync().toBlocking().toAsync(),
    ]) {
      const socket = new Socket(AF_INET, SOCK_DGRAM)
      let owner: AsyncSocket | undefined
      const address = {
        get host(): string {
          owner ??= give(socket)
          return '127.0.0.1'
        },
        port: verb === 'bind' ? 0 : port,
      }
      assert.throws(() => call(socket, address), { code: 'ERR_SOCKET_DETACHED' }, verb)
      assert.equal(portOf(owner!), 0, verb)
      assert.equal(receiver.tryRecv(10), undefined, verb)
      owner!.close()
    }
  }
})

test('the value of an option whose getter gives the socket away', () => {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  let owner: AsyncSocket | undefined
  const value = {
    get group(): string {
      owner ??= socket.toAsync()
      return '224.0.0.251'
    },
  }
  assert.throws(() => socket.setOption(IP_ADD_MEMBERSHIP, value), { code: 'ERR_SOCKET_DETACHED' })
  owner!.close()
})
