// The verbs of Socket that transfer bytes, and its reader.
import { openSync } from 'node:fs'
import { type MessageFlag, MSG_PEEK, MSG_WAITALL, readProxyHeader } from 'berkeley'
import { fill, tcpPair } from '../../support/pairs.js'
import type { Subjects } from '../scope.js'
import { datagram, ending, holding, LIMIT_MS, onTcp, pairOf, receiving, udpPair, WAIT_MS, waiting } from './prepared.js'

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
  tryRecvFromInto: (scope) => {
    const socket = datagram(scope)
    return () => socket.tryRecvFromInto(Buffer.alloc(10))
  },
  'recvFrom, waiting': (scope) => {
    const [socket] = udpPair(scope)
    return () => socket.recvFrom(100, { timeout: WAIT_MS })
  },
  send: onTcp((socket) => socket.send('hello')),
  trySend: onTcp((socket) => socket.trySend('hello')),
  sendAll: onTcp((socket) => socket.sendAll('hello')),
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
  sendFileAll(scope) {
    const [socket] = scope.useAll(tcpPair())
    const file = scope.useFd(openSync('/etc/hostname', 'r'))
    return () => socket.sendFileAll(file, { timeout: LIMIT_MS })
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
  tryReadLine: receiving((socket) => socket.reader().tryReadLine()),
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

export const blockingTransfers: Subjects = { ...transferring, ...reading }
