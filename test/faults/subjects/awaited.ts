// The verbs of AsyncSocket, and what resolves, connects and reads in the event loop.
import { openSync } from 'node:fs'
import {
  AsyncSocket,
  createServer,
  openConnection,
  readProxyHeaderAsync,
  resolveAsync,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { fill, tcpPair } from '../../support/pairs.js'
import type { Scope, Subject, Subjects } from '../scope.js'

const WAIT_MS = 8
/** The limit of a verb that need not wait. */
const LIMIT_MS = 40
const LIMIT = { timeout: LIMIT_MS }
/** The limit of a loop that accepts, longer than its pause after a shortage. */
const MAX_LOOP_MS = 300
const IN_VAIN = { timeout: WAIT_MS }

function pairOf(scope: Scope): [AsyncSocket, Socket] {
  const [a, b] = Socket.pair()
  return [scope.use(a.toAsync()), scope.use(b)]
}

function holding(scope: Scope, bytes: string): AsyncSocket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  return socket
}

function ending(scope: Scope, bytes: string): AsyncSocket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  peer.close()
  return socket
}

function receiving(verb: (socket: AsyncSocket) => unknown): Subject {
  return (scope) => {
    const socket = holding(scope, 'hello\nworld\n')
    return () => verb(socket)
  }
}

function waiting(verb: (socket: AsyncSocket) => unknown): Subject {
  return (scope) => {
    const [socket] = pairOf(scope)
    return () => verb(socket)
  }
}

function onTcp(verb: (socket: AsyncSocket, scope: Scope) => unknown): Subject {
  return (scope) => {
    const [a, b] = tcpPair()
    scope.use(b)
    const socket = scope.use(a.toAsync())
    return () => verb(socket, scope)
  }
}

function listening(scope: Scope): Socket {
  return scope.use(createServer({ host: '127.0.0.1', port: 0 }))
}

function portOf(socket: Socket): number {
  return (socket.getSockName() as { port: number }).port
}

function pending(scope: Scope): AsyncSocket {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  scope.use(new Socket()).connect(listener.getSockName())
  return scope.use(listener.toAsync())
}

function udp(scope: Scope): Socket {
  const socket = scope.use(new Socket(undefined, SOCK_DGRAM))
  socket.bind({ host: '127.0.0.1', port: 0 })
  return socket
}

function datagram(scope: Scope): AsyncSocket {
  const socket = udp(scope)
  udp(scope).sendTo('hello', socket.getSockName())
  return scope.use(socket.toAsync())
}

async function received(chunks: AsyncIterable<Buffer | string>): Promise<number> {
  let count = 0
  for await (const chunk of chunks) count += chunk.length
  return count
}

const making: Subjects = {
  'new AsyncSocket': (scope) => () => scope.use(new AsyncSocket()),
  'AsyncSocket.pair': (scope) => () => scope.useAll(AsyncSocket.pair()),
  toAsync: (scope) => {
    const [a, b] = scope.useAll(Socket.pair())
    void b
    return () => scope.use(a.toAsync())
  },
  toBlocking: onTcp((socket, scope) => scope.use(socket.toBlocking())),
  'dup (awaited)': onTcp((socket, scope) => scope.use(socket.dup())),
  'detach (awaited)': onTcp((socket, scope) => scope.useFd(socket.detach())),
  'close (awaited)': onTcp((socket) => socket.close()),
  'Symbol.asyncDispose': onTcp((socket) => socket[Symbol.asyncDispose]()),
  'close during recv': onTcp(async (socket) => {
    const receiving = socket.recv(1, LIMIT).catch((error: { code?: string }) => {
      if (error.code !== 'ERR_SOCKET_CLOSED') throw error
    })
    try {
      socket.close()
    } finally {
      await receiving
    }
  }),
}

const connecting: Subjects = {
  'connect (awaited)'(scope) {
    const address = listening(scope).getSockName()
    const socket = scope.use(new AsyncSocket())
    return () => socket.connect(address, LIMIT)
  },
  'connect by name (awaited)'(scope) {
    const port = portOf(listening(scope))
    const socket = scope.use(new AsyncSocket())
    return () => socket.connect({ host: 'localhost', port }, { timeout: 2000 })
  },
  'connect, refused (awaited)'(scope) {
    const listener = listening(scope)
    const address = listener.getSockName()
    listener.close()
    const socket = scope.use(new AsyncSocket())
    return () => socket.connect(address, LIMIT)
  },
  'accept (awaited)'(scope) {
    const listener = pending(scope)
    return async () => scope.use(await listener.accept(LIMIT))
  },
  'tryAccept (awaited)'(scope) {
    const listener = pending(scope)
    return () => {
      const socket = listener.tryAccept()
      if (socket) scope.use(socket)
    }
  },
  'accept, nothing pending (awaited)'(scope) {
    const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }).toAsync())
    return () => listener.accept(IN_VAIN)
  },
  'connections() (awaited)'(scope) {
    const listener = pending(scope)
    return async () => {
      // The only connection may be lost under the fault: the loop then ends with the listener.
      const timer = setTimeout(() => listener.close(), MAX_LOOP_MS)
      for await (const socket of listener.connections()) {
        scope.use(socket)
        clearTimeout(timer)
        return
      }
    }
  },
  openConnection(scope) {
    const target = { host: '127.0.0.1', port: portOf(listening(scope)) }
    return async () => scope.use(await openConnection(target, { timeout: 200 }))
  },
  'openConnection by name'(scope) {
    const target = { host: 'localhost', port: portOf(listening(scope)) }
    return async () => scope.use(await openConnection(target, { timeout: 2000 }))
  },
  'openConnection, refused'(scope) {
    const listener = listening(scope)
    const target = { host: '127.0.0.1', port: portOf(listener) }
    listener.close()
    return async () => scope.use(await openConnection(target, { timeout: 200 }))
  },
  'resolveAsync by name': () => () => resolveAsync('localhost', null, { timeout: 2000 }),
  'resolveAsync, a number': () => () => resolveAsync('127.0.0.1', null, { timeout: 2000 }),
}

const transferring: Subjects = {
  'recv (awaited)': receiving((socket) => socket.recv(100, LIMIT)),
  'recvInto (awaited)': receiving((socket) => socket.recvInto(Buffer.alloc(10), LIMIT)),
  'tryRecv (awaited)': receiving((socket) => socket.tryRecv(100)),
  'recv, in vain': waiting((socket) => socket.recv(100, IN_VAIN)),
  'recv, waiting (awaited)'(scope) {
    const [socket, peer] = pairOf(scope)
    return () => {
      const receiving = socket.recv(100, { timeout: 200 })
      setImmediate(() => {
        try {
          peer.trySend('hello')
        } catch (error) {
          scope.report(error)
        }
      })
      return receiving
    }
  },
  'recvFrom (awaited)': (scope) => {
    const socket = datagram(scope)
    return () => socket.recvFrom(100, LIMIT)
  },
  'recvFromInto (awaited)': (scope) => {
    const socket = datagram(scope)
    return () => socket.recvFromInto(Buffer.alloc(10), LIMIT)
  },
  'send (awaited)': onTcp((socket) => socket.send('hello', LIMIT)),
  'sendAll (awaited)': onTcp((socket) => socket.sendAll('hello', LIMIT)),
  'sendAll, a megabyte (awaited)'(scope) {
    const [a, b] = AsyncSocket.pair()
    scope.useAll([a, b])
    const receiving = async (): Promise<void> => {
      while ((await b.recv(65536, { timeout: 200 })) !== null);
    }
    return async () => {
      const received = receiving().catch((error) => scope.report(error))
      try {
        await a.sendAll(Buffer.alloc(1 << 20), { timeout: 200 })
      } finally {
        a.shutdown('write')
        await received
      }
    }
  },
  'send, full (awaited)'(scope) {
    const [a, b] = scope.useAll(Socket.pair())
    void b
    fill(a)
    const socket = scope.use(a.toAsync())
    return () => socket.send('x', IN_VAIN)
  },
  'sendTo (awaited)'(scope) {
    const address = udp(scope).getSockName()
    const socket = scope.use(udp(scope).toAsync())
    return () => socket.sendTo('hello', address, LIMIT)
  },
  'sendFile (awaited)': onTcp((socket, scope) => {
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return socket.sendFile(file, LIMIT)
  }),
  'sendFileAll (awaited)': onTcp((socket, scope) => {
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return socket.sendFileAll(file, LIMIT)
  }),
  readable: receiving((socket) => socket.readable(LIMIT)),
  'readable, in vain': waiting((socket) => socket.readable(IN_VAIN)),
  writable: receiving((socket) => socket.writable(LIMIT)),
  'chunks() (awaited)': (scope) => {
    const socket = ending(scope, 'hello')
    return () => received(socket.chunks())
  },
  'shutdown (awaited)': onTcp((socket) => socket.shutdown('write')),
}

const reading: Subjects = {
  'readLine (awaited)': receiving((socket) => socket.reader().readLine(LIMIT)),
  'readUntil (awaited)': receiving((socket) => socket.reader().readUntil('w', LIMIT)),
  'readExactly (awaited)': receiving((socket) => socket.reader().readExactly(8, LIMIT)),
  'readAll (awaited)': (scope) => {
    const socket = ending(scope, 'hello')
    return () => socket.reader().readAll(LIMIT)
  },
  'lines of a reader (awaited)': (scope) => {
    const socket = ending(scope, 'hello\nworld\n')
    return () => received(socket.reader())
  },
  readProxyHeaderAsync: (scope) => {
    const socket = holding(scope, 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nhello')
    return () => readProxyHeaderAsync(socket, LIMIT)
  },
}

export const awaited: Subjects = { ...making, ...connecting, ...transferring, ...reading }
