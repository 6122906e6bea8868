// Messages with control messages, descriptors in messages, batches of datagrams, and servers of datagrams.
import { openSync } from 'node:fs'
import { AsyncSocket, DatagramBatch, type ReceivedFds, Socket, serveDatagrams } from 'berkeley'
import { type Scope, type Subjects, within } from '../scope.js'
import { datagram, LIMIT_MS, onTcp, pairOf, receiving, udpPair, WAIT_MS, waiting } from './prepared.js'

/** A socket to which a descriptor was sent. */
function withDescriptor(scope: Scope): Socket {
  const [socket, peer] = pairOf(scope)
  const file = scope.useFd(openSync('/etc/hostname', 'r'))
  peer.sendFds('x', [file])
  return socket
}

function closing(received: ReceivedFds | null | undefined): unknown {
  for (const fd of received?.fds ?? []) fd.close()
  return received?.data
}

/** A batch of two datagrams to a socket. */
function batchTo(peer: Socket): DatagramBatch {
  const batch = new DatagramBatch(4, 100)
  for (const text of ['hello', 'world']) batch.add(text, peer.getSockName())
  return batch
}

export const messages: Subjects = {
  recvMsg: receiving((socket) => socket.recvMsg(100)),
  'recvMsg, waiting': waiting((socket) => socket.recvMsg(100)),
  recvMsgInto: receiving((socket) => socket.recvMsgInto([Buffer.alloc(3), Buffer.alloc(30)])),
  tryRecvMsg: receiving((socket) => socket.tryRecvMsg(100)),
  tryRecvMsgInto: receiving((socket) => socket.tryRecvMsgInto([Buffer.alloc(30)])),
  sendMsg: onTcp((socket) => socket.sendMsg(['hel', 'lo'])),
  trySendMsg: onTcp((socket) => socket.trySendMsg(['hel', 'lo'])),
  'sendAll of pieces': onTcp((socket) => socket.sendAll(['hel', 'lo'])),
  'sendMsg to an address'(scope) {
    const [socket, peer] = udpPair(scope)
    const address = peer.getSockName()
    return () => socket.sendMsg(['hello'], { address })
  },
  sendFds(scope) {
    const [socket] = pairOf(scope)
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return () => socket.sendFds('x', [file])
  },
  recvFds(scope) {
    const socket = withDescriptor(scope)
    return () => closing(socket.recvFds(10, 1))
  },
  'recvFds, toSocket'(scope) {
    const [socket, peer] = pairOf(scope)
    const [sent] = scope.useAll(Socket.pair())
    peer.sendFds('x', [sent])
    return () => {
      for (const fd of socket.recvFds(10, 1)?.fds ?? []) {
        using received = fd
        received.toSocket().close()
      }
    }
  },
  recvBatch(scope) {
    const socket = datagram(scope)
    return () => socket.recvBatch(new DatagramBatch(4, 100))
  },
  'recvBatch, waiting'(scope) {
    const [socket] = udpPair(scope)
    return () => socket.recvBatch(new DatagramBatch(4, 100), { timeout: WAIT_MS })
  },
  tryRecvBatch(scope) {
    const socket = datagram(scope)
    return () => socket.tryRecvBatch(new DatagramBatch(4, 100))
  },
  sendBatch(scope) {
    const [socket, peer] = udpPair(scope)
    return () => socket.sendBatch(batchTo(peer))
  },
  trySendBatch(scope) {
    const [socket, peer] = udpPair(scope)
    return () => socket.trySendBatch(batchTo(peer))
  },
}

/** One end of an awaited pair, and the other end, which blocks. */
function awaitedPair(scope: Scope): [AsyncSocket, Socket] {
  const [socket, peer] = pairOf(scope)
  return [scope.use(socket.toAsync()), peer]
}

export const awaitedMessages: Subjects = {
  'AsyncSocket.recvMsg, in vain'(scope) {
    const [socket] = awaitedPair(scope)
    return () => socket.recvMsg(100, { timeout: WAIT_MS })
  },
  'AsyncSocket.recvMsgInto'(scope) {
    const [socket, peer] = awaitedPair(scope)
    peer.send('hello')
    return () => socket.recvMsgInto([Buffer.alloc(3), Buffer.alloc(30)], { timeout: WAIT_MS })
  },
  'AsyncSocket.recvFds'(scope) {
    const socket = scope.use(withDescriptor(scope).toAsync())
    return async () => closing(await socket.recvFds(10, 1, { timeout: WAIT_MS }))
  },
  'AsyncSocket.sendFds'(scope) {
    const [socket] = awaitedPair(scope)
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return () => socket.sendFds('x', [file], { timeout: WAIT_MS })
  },
  'AsyncSocket.recvBatch, in vain'(scope) {
    const [socket] = udpPair(scope)
    const awaited = scope.use(socket.toAsync())
    return () => awaited.recvBatch(new DatagramBatch(4, 100), { timeout: WAIT_MS })
  },
  'AsyncSocket.sendBatch'(scope) {
    const [socket, peer] = udpPair(scope)
    const awaited = scope.use(socket.toAsync())
    return () => awaited.sendBatch(batchTo(peer), { timeout: WAIT_MS })
  },
  'serveDatagrams, which replies'(scope) {
    const [client] = udpPair(scope)
    return async () => {
      const replied = new Promise<void>((resolve) => {
        const server = serveDatagrams(
          { host: '127.0.0.1', port: 0 },
          {
            message: (server, data, from) => {
              server.send(data, from!)
              resolve()
            },
            error: (_server, error) => scope.report(error),
          },
        )
        scope.defer(() => server.close({ drainMs: 0 }))
        client.trySendTo('hello', server.address)
      })
      // A datagram may be lost under the fault.
      await within(replied, LIMIT_MS, 'lost')
    }
  },
  'AsyncSocket.recvMsg'(scope) {
    const socket = scope.use(datagram(scope).toAsync())
    return () => socket.recvMsg(100, { timeout: WAIT_MS })
  },
  'AsyncSocket.sendMsg'(scope) {
    const [socket] = AsyncSocket.pair().map((each) => scope.use(each))
    return () => socket!.sendMsg(['hello'])
  },
  'AsyncSocket.recvBatch'(scope) {
    const socket = scope.use(datagram(scope).toAsync())
    return () => socket.recvBatch(new DatagramBatch(4, 100), { timeout: WAIT_MS })
  },
  serveDatagrams(scope) {
    const [client] = udpPair(scope)
    return async () => {
      const server = serveDatagrams(
        { host: '127.0.0.1', port: 0 },
        {
          message: () => {},
          error: (_server, error) => scope.report(error),
        },
      )
      try {
        client.trySendTo('hello', server.address)
      } finally {
        await server.close({ drainMs: 0 })
      }
    }
  },
}
