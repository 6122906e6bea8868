// Sockets in the states that verbs need, closed when the trial is over.
import { createServer, SO_RCVBUF, SO_SNDBUF, SOCK_DGRAM, Socket } from 'berkeley'
import { tcpPair } from '../../support/pairs.js'
import type { Scope, Subject } from '../scope.js'

/** How long a verb waits that nothing ends. */
export const WAIT_MS = 8
/** The limit of a verb that need not wait. It does under a fault that persists. */
export const LIMIT_MS = 40

/** A unix pair, whose verbs end after a time. */
export function pairOf(scope: Scope): [Socket, Socket] {
  const pair = scope.useAll(Socket.pair())
  for (const socket of pair) socket.setTimeout(LIMIT_MS)
  return pair
}

/** A unix pair whose first end has these bytes to receive. */
export function holding(scope: Scope, bytes: string): Socket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  return socket
}

/** The same, and then the end. */
export function ending(scope: Scope, bytes: string): Socket {
  const [socket, peer] = pairOf(scope)
  peer.send(bytes)
  peer.close()
  return socket
}

export function listening(scope: Scope): Socket {
  const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }))
  listener.setTimeout(LIMIT_MS)
  return listener
}

/** A listener to which a client has connected. */
export function pending(scope: Scope): Socket {
  const listener = listening(scope)
  scope.use(new Socket()).connect(listener.getSockName())
  return listener
}

/** A TCP pair that is soon full. */
export function smallTcpPair(): [Socket, Socket] {
  return tcpPair((client, listener) => {
    client.setOption(SO_SNDBUF, 4096)
    listener.setOption(SO_RCVBUF, 4096)
  })
}

export function udpPair(scope: Scope): [Socket, Socket] {
  const make = (): Socket => {
    const socket = scope.use(new Socket(undefined, SOCK_DGRAM))
    socket.bind({ host: '127.0.0.1', port: 0 })
    socket.setTimeout(LIMIT_MS)
    return socket
  }
  return [make(), make()]
}

/** A datagram that waits to be received. */
export function datagram(scope: Scope): Socket {
  const [socket, peer] = udpPair(scope)
  peer.sendTo('hello', socket.getSockName())
  return socket
}

/** A verb of a socket that has something to receive. */
export function receiving(verb: (socket: Socket) => unknown): Subject {
  return (scope) => {
    const socket = holding(scope, 'hello\nworld\n')
    return () => verb(socket)
  }
}

/** A verb of a socket that has nothing to receive, and waits. */
export function waiting(verb: (socket: Socket) => unknown): Subject {
  return (scope) => {
    const [socket] = pairOf(scope)
    socket.setTimeout(WAIT_MS)
    return () => verb(socket)
  }
}

/** A verb of a connected TCP socket. */
export function onTcp(verb: (socket: Socket, scope: Scope) => unknown): Subject {
  return (scope) => {
    const [socket] = scope.useAll(tcpPair())
    socket.setTimeout(LIMIT_MS)
    return () => verb(socket, scope)
  }
}
