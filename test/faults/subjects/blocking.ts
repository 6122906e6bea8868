// The verbs of Socket that take no event loop.
import { closeSync, openSync } from 'node:fs'
import { inspect } from 'node:util'
import {
  AF_INET6,
  AF_UNIX,
  createServer,
  type MessageFlag,
  MSG_PEEK,
  MSG_WAITALL,
  readProxyHeader,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
  TCP_NODELAY,
} from 'berkeley'
import { fullUnixListener } from '../../support/listeners.js'
import { fill, tcpPair } from '../../support/pairs.js'
import type { Scope, Subject, Subjects } from '../scope.js'

/** How long a verb waits that nothing ends. */
const WAIT_MS = 8
/** The limit of a verb that need not wait. It does under a fault that persists. */
const LIMIT_MS = 40

/** A unix pair, whose verbs end after a time. */
function pairOf(scope: Scope): [Socket, Socket] {
  const pair = scope.useAll(Socket.pair())
  for (const socket of pair) socket.setTimeout(LIMIT_MS)
  return pair
}

/** A unix pair whose first end has these bytes to receive. */
function holding(scope: Scope, bytes: string): Socket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  return socket
}

/** The same, and then the end. */
function ending(scope: Scope, bytes: string): Socket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  peer.close()
  return socket
}

function listening(scope: Scope): Socket {
  const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }))
  listener.setTimeout(LIMIT_MS)
  return listener
}

/** A listener to which a client has connected. */
function pending(scope: Scope): Socket {
  const listener = listening(scope)
  scope.use(new Socket()).connect(listener.getSockName())
  return listener
}

/** A TCP pair that is soon full. */
function smallTcpPair(): [Socket, Socket] {
  return tcpPair((client, listener) => {
    client.setOption(SO_SNDBUF, 4096)
    listener.setOption(SO_RCVBUF, 4096)
  })
}

function udpPair(scope: Scope): [Socket, Socket] {
  const make = (): Socket => {
    const socket = scope.use(new Socket(undefined, SOCK_DGRAM))
    socket.bind({ host: '127.0.0.1', port: 0 })
    socket.setTimeout(LIMIT_MS)
    return socket
  }
  return [make(), make()]
}

/** A datagram that waits to be received. */
function datagram(scope: Scope): Socket {
  const [socket, peer] = udpPair(scope)
  peer.sendTo('hello', socket.getSockName())
  return socket
}

/** A verb of a socket that has something to receive. */
function receiving(verb: (socket: Socket) => unknown): Subject {
  return (scope) => {
    const socket = holding(scope, 'hello\nworld\n')
    return () => verb(socket)
  }
}

/** A verb of a socket that has nothing to receive, and waits. */
function waiting(verb: (socket: Socket) => unknown): Subject {
  return (scope) => {
    const [socket] = pairOf(scope)
    socket.setTimeout(WAIT_MS)
    return () => verb(socket)
  }
}

/** A verb of a connected TCP socket. */
function onTcp(verb: (socket: Socket, scope: Scope) => unknown): Subject {
  return (scope) => {
    const [socket] = scope.useAll(tcpPair())
    socket.setTimeout(LIMIT_MS)
    return () => verb(socket, scope)
  }
}

const making: Subjects = {
  'new Socket': (scope) => () => scope.use(new Socket()),
  'new Socket (IPv6)': (scope) => () => scope.use(new Socket(AF_INET6)),
  'Socket.pair': (scope) => () => scope.useAll(Socket.pair()),
  'Socket.fromFd'(scope) {
    const fd = new Socket().detach()
    let owned = false
    scope.defer(() => owned || closeSync(fd))
    return () => {
      scope.use(Socket.fromFd(fd))
      owned = true
    }
  },
  dup: onTcp((socket, scope) => scope.use(socket.dup())),
  detach: onTcp((socket, scope) => scope.useFd(socket.detach())),
  'detach in blocking mode': onTcp((socket, scope) => {
    socket.setBlocking(true)
    scope.useFd(socket.detach())
  }),
  close: onTcp((socket) => socket.close()),
  'close with SO_LINGER'(scope) {
    const [socket] = scope.useAll(tcpPair())
    socket.setOption(SO_LINGER, 1)
    socket.setTimeout(LIMIT_MS)
    socket.send('unread')
    return () => socket.close()
  },
  'close with SO_LINGER, full'(scope) {
    const [socket] = scope.useAll(smallTcpPair())
    socket.setOption(SO_LINGER, 1)
    socket.setTimeout(WAIT_MS)
    fill(socket)
    return () => socket.close()
  },
  'close with SO_LINGER, non-blocking': onTcp((socket) => {
    socket.setOption(SO_LINGER, 1)
    socket.setBlocking(false)
    socket.close()
  }),
}

const connecting: Subjects = {
  accept(scope) {
    const listener = pending(scope)
    return () => scope.use(listener.accept())
  },
  tryAccept(scope) {
    const listener = pending(scope)
    return () => {
      const socket = listener.tryAccept()
      if (socket) scope.use(socket)
    }
  },
  'accept, nothing pending'(scope) {
    const listener = listening(scope)
    return () => scope.use(listener.accept({ timeout: WAIT_MS }))
  },
  'connections()'(scope) {
    const listener = pending(scope)
    return () => {
      for (const socket of listener.connections()) return scope.use(socket)
      return undefined
    }
  },
  connect(scope) {
    const address = listening(scope).getSockName()
    const socket = scope.use(new Socket())
    return () => socket.connect(address, { timeout: LIMIT_MS })
  },
  'connect (unix)'(scope) {
    const listener = scope.use(new Socket(AF_UNIX))
    listener.bind({ family: 'unix' })
    listener.listen()
    const socket = scope.use(new Socket(AF_UNIX))
    return () => socket.connect(listener.getSockName(), { timeout: LIMIT_MS })
  },
  'connect (unix), a full backlog'(scope) {
    const full = fullUnixListener()
    scope.defer(() => full[Symbol.dispose]())
    const { listener } = full
    const socket = scope.use(new Socket(AF_UNIX))
    return () => socket.connect(listener.getSockName(), { timeout: WAIT_MS })
  },
  'connect, refused'(scope) {
    const listener = listening(scope)
    const address = listener.getSockName()
    listener.close()
    const socket = scope.use(new Socket())
    return () => socket.connect(address, { timeout: LIMIT_MS })
  },
  'connect by name'(scope) {
    const { port } = listening(scope).getSockName() as { port: number }
    const socket = scope.use(new Socket())
    return () => socket.connect({ host: 'localhost', port }, { timeout: 2000 })
  },
  connectEx(scope) {
    const address = listening(scope).getSockName()
    const socket = scope.use(new Socket())
    socket.setTimeout(LIMIT_MS)
    return () => socket.connectEx(address)
  },
  'tryConnect, then wait'(scope) {
    const address = listening(scope).getSockName()
    const socket = scope.use(new Socket())
    return () => {
      if (socket.tryConnect(address)) return
      socket.wait('write', { timeout: LIMIT_MS })
      socket.tryConnect(address)
    }
  },
  'non-blocking connect by name'(scope) {
    const { port } = listening(scope).getSockName() as { port: number }
    const socket = scope.use(new Socket())
    socket.setBlocking(false)
    return () => {
      socket.connectEx({ host: 'localhost', port })
      socket.wait('write', { timeout: 2000 })
      return socket.takeError()
    }
  },
  disconnect(scope) {
    const [socket, peer] = udpPair(scope)
    socket.connect(peer.getSockName())
    return () => socket.disconnect()
  },
  takeError: onTcp((socket) => socket.takeError()),
  bind: (scope) => {
    const socket = scope.use(new Socket())
    return () => socket.bind({ host: '127.0.0.1', port: 0 })
  },
  listen: (scope) => {
    const socket = scope.use(new Socket())
    socket.bind({ host: '127.0.0.1', port: 0 })
    return () => socket.listen()
  },
}

const transferring: Subjects = {
  recv: receiving((socket) => socket.recv(100)),
  'recv, a large buffer': receiving((socket) => socket.recv(200_000)),
  recvInto: receiving((socket) => socket.recvInto(Buffer.alloc(10))),
  tryRecv: receiving((socket) => socket.tryRecv(100)),
  tryRecvInto: receiving((socket) => socket.tryRecvInto(Buffer.alloc(10))),
  'recv, waiting': waiting((socket) => socket.recv(100)),
  'recv with MSG_WAITALL': receiving((socket) => socket.recvInto(Buffer.alloc(12), { flags: MSG_WAITALL })),
  'recv with MSG_WAITALL, a part': receiving((socket) => {
    socket.recvInto(Buffer.alloc(20), { flags: MSG_WAITALL, timeout: WAIT_MS })
  }),
  'recv with MSG_PEEK and MSG_WAITALL': receiving((socket) => {
    socket.recv(20, { flags: (MSG_PEEK | MSG_WAITALL) as MessageFlag, timeout: WAIT_MS })
  }),
  'chunks()': (scope) => {
    const socket = ending(scope, 'hello')
    return () => [...socket.chunks()]
  },
  recvFrom: (scope) => {
    const socket = datagram(scope)
    return () => socket.recvFrom(100)
  },
  recvFromInto: (scope) => {
    const socket = datagram(scope)
    return () => socket.recvFromInto(Buffer.alloc(10))
  },
  tryRecvFrom: (scope) => {
    const socket = datagram(scope)
    return () => socket.tryRecvFrom(100)
  },
  'recvFrom, waiting': (scope) => {
    const [socket] = udpPair(scope)
    return () => socket.recvFrom(100, { timeout: WAIT_MS })
  },
  send: onTcp((socket) => socket.send('hello')),
  trySend: onTcp((socket) => socket.trySend('hello')),
  sendAll: onTcp((socket) => socket.sendAll('hello')),
  'sendAll, an array': onTcp((socket) => socket.sendAll([Buffer.from('hello'), Buffer.from('world')] as never)),
  'sendAll, more than is taken'(scope) {
    const [socket] = pairOf(scope)
    return () => socket.sendAll(Buffer.alloc(1 << 20), { timeout: WAIT_MS })
  },
  'send, full'(scope) {
    const [socket] = pairOf(scope)
    fill(socket)
    return () => socket.send('x', { timeout: WAIT_MS })
  },
  sendTo(scope) {
    const [socket, peer] = udpPair(scope)
    return () => socket.sendTo('hello', peer.getSockName())
  },
  trySendTo(scope) {
    const [socket, peer] = udpPair(scope)
    const address = peer.getSockName()
    return () => socket.trySendTo('hello', address)
  },
  'sendTo by name'(scope) {
    const [socket, peer] = udpPair(scope)
    const { port } = peer.getSockName() as { port: number }
    return () => socket.sendTo('hello', { host: 'localhost', port }, { timeout: 2000 })
  },
  sendFile(scope) {
    const [socket] = scope.useAll(tcpPair())
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return () => socket.sendFile(file, { timeout: LIMIT_MS })
  },
  trySendFile(scope) {
    const [socket] = scope.useAll(tcpPair())
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return () => socket.trySendFile(file)
  },
  wait: receiving((socket) => socket.wait('read')),
  'wait, in vain': waiting((socket) => socket.wait('read')),
  tryWait: receiving((socket) => socket.tryWait('both')),
  shutdown: onTcp((socket) => socket.shutdown('both')),
}

const reading: Subjects = {
  readLine: receiving((socket) => [socket.reader().readLine(), socket.reader().readLine()]),
  readUntil: receiving((socket) => socket.reader().readUntil('w')),
  readExactly: receiving((socket) => socket.reader().readExactly(8)),
  'readExactly, in vain': receiving((socket) => socket.reader().readExactly(80, { timeout: WAIT_MS })),
  readAll: (scope) => {
    const socket = ending(scope, 'hello')
    return () => socket.reader().readAll()
  },
  'lines of a reader': (scope) => {
    const socket = ending(scope, 'hello\nworld\n')
    return () => [...socket.reader()]
  },
  readProxyHeader: (scope) => {
    const socket = holding(scope, 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nhello')
    return () => readProxyHeader(socket)
  },
}

const describing: Subjects = {
  getSockName: onTcp((socket) => socket.getSockName()),
  getPeerName: onTcp((socket) => socket.getPeerName()),
  peerAddress: onTcp((socket) => socket.peerAddress),
  inspect: onTcp((socket) => inspect(socket)),
  'getOption, setOption': onTcp((socket) => {
    socket.setOption(SO_KEEPALIVE, true)
    socket.setOption(TCP_NODELAY, true)
    socket.setOption(SO_LINGER, null)
    return [SO_KEEPALIVE, TCP_NODELAY, SO_LINGER, SO_ERROR, SO_RCVBUF].map((option) =>
      socket.getOption(option as never),
    )
  }),
  'getRawOption, setRawOption': onTcp((socket) => {
    socket.setRawOption(SOL_SOCKET, SO_KEEPALIVE.number, 1)
    return socket.getRawOption(SOL_SOCKET, SO_TYPE.number)
  }),
  'setBlocking, setTimeout': onTcp((socket) => {
    socket.setBlocking(false)
    socket.setTimeout(5)
    socket.setBlocking(true)
  }),
}

export const blocking: Subjects = { ...making, ...connecting, ...transferring, ...reading, ...describing }
