// The verbs of Socket that take no event loop, but for transfers: making, connecting, closing, describing.
import { closeSync } from 'node:fs'
import { inspect } from 'node:util'
import { threadId } from 'node:worker_threads'
import {
  AF_INET6,
  AF_UNIX,
  interruptThread,
  optionTable,
  type ReadableOption,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_TYPE,
  SOL_SOCKET,
  Socket,
  TCP_NODELAY,
} from 'berkeley'
import { native } from '../../../src/native/addon.js'
import { fullUnixListener } from '../../support/listeners.js'
import { fill, tcpPair } from '../../support/pairs.js'
import type { Subjects } from '../scope.js'
import { LIMIT_MS, listening, onTcp, pending, smallTcpPair, udpPair, WAIT_MS, waiting } from './prepared.js'

/** A socket that another library opened. */
function adoptedBlocking(): Socket {
  const fd = new Socket().detach()
  native.setNonBlocking(fd, false)
  return Socket.fromFd(fd)
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
  'detach, adopted without O_NONBLOCK'(scope) {
    const socket = scope.use(adoptedBlocking())
    return () => scope.useFd(socket.detach())
  },
  'close, adopted without O_NONBLOCK'(scope) {
    const socket = scope.use(adoptedBlocking())
    return () => socket.close()
  },
  'detach, non-blocking': onTcp((socket, scope) => {
    socket.setBlocking(false)
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

/** Reads an option, which sockets of another kind may have only. */
function readOption(socket: Socket, option: ReadableOption<unknown>): void {
  try {
    socket.getOption(option)
  } catch (error) {
    if (!['ENOPROTOOPT', 'ENOTSUP'].includes((error as { code: string }).code)) throw error
  }
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
  'every option': onTcp((socket) => {
    for (const option of optionTable) {
      if (option.supported && 'decode' in option) readOption(socket, option)
    }
  }),
  'setBlocking, setTimeout': onTcp((socket) => {
    socket.setBlocking(false)
    socket.setTimeout(5)
    socket.setBlocking(true)
  }),
}

const interrupting: Subjects = {
  interruptThread: waiting((socket) => {
    interruptThread(threadId)
    socket.recv(100)
  }),
}

export const blocking: Subjects = { ...making, ...connecting, ...describing, ...interrupting }
