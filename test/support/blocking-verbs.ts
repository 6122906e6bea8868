// Every verb that waits. Each entry prepares a socket on which the verb waits for ever, and returns the call that blocks.

import { openSync } from 'node:fs'
import {
  AF_UNIX,
  createConnection,
  createServer,
  DatagramBatch,
  EVENT_READ,
  type MessageFlag,
  MSG_PEEK,
  MSG_WAITALL,
  resolve,
  Selector,
  SO_LINGER,
  SOCK_DGRAM,
  Socket,
  type TlsSocket,
  wrapTls,
} from 'berkeley'
import { fullDatagramReceiver, fullTcpListener, fullUnixListener, portOf } from './listeners.js'
import { fill, tcpPair } from './pairs.js'

// The sockets that a call waits for must not be garbage collected meanwhile.
const kept: object[] = []

function keep<Thing extends object>(thing: Thing): Thing {
  kept.push(thing)
  return thing
}

function silent(): Socket {
  return keep(Socket.pair())[0]
}

function full(): Socket {
  const socket = silent()
  fill(socket)
  return socket
}

/** A TLS client whose peer never replies. */
function silentTls(): TlsSocket {
  const socket = silent()
  socket.setBlocking(false)
  const secure = wrapTls(socket, { servername: 'localhost' })
  secure.setBlocking(true)
  return secure
}

export const blockingVerbs = {
  recv() {
    const socket = silent()
    return () => socket.recv(1)
  },
  recvFrom() {
    const socket = silent()
    return () => socket.recvFrom(1)
  },
  'recv with MSG_WAITALL'() {
    const socket = silent()
    return () => socket.recvInto(Buffer.alloc(10), { flags: MSG_WAITALL })
  },
  'recv with MSG_PEEK and MSG_WAITALL'() {
    const socket = silent()
    return () => socket.recv(10, { flags: (MSG_PEEK | MSG_WAITALL) as MessageFlag })
  },
  accept() {
    const listener = keep(createServer({ host: '127.0.0.1', port: 0 }))
    return () => listener.accept()
  },
  'connect (TCP)'() {
    const { listener } = keep(fullTcpListener())
    return () => keep(new Socket()).connect(listener.getSockName())
  },
  'connect (unix)'() {
    const { listener } = keep(fullUnixListener())
    return () => keep(new Socket(AF_UNIX)).connect(listener.getSockName())
  },
  createConnection() {
    const { listener } = keep(fullTcpListener())
    return () => createConnection({ host: '127.0.0.1', port: portOf(listener) })
  },
  send() {
    const socket = full()
    return () => socket.send('x')
  },
  sendAll() {
    const [socket] = keep(tcpPair())
    return () => socket.sendAll(Buffer.alloc(50_000_000))
  },
  'sendAll of several pieces'() {
    const [socket] = keep(tcpPair())
    return () => socket.sendAll([Buffer.alloc(25_000_000), Buffer.alloc(25_000_000)])
  },
  sendTo() {
    const { listener } = keep(fullDatagramReceiver())
    const socket = keep(new Socket(AF_UNIX, SOCK_DGRAM))
    return () => socket.sendTo('x', listener.getSockName())
  },
  recvMsg() {
    const socket = silent()
    return () => socket.recvMsg(1)
  },
  recvMsgInto() {
    const socket = silent()
    return () => socket.recvMsgInto([Buffer.alloc(1), Buffer.alloc(1)])
  },
  recvBatch() {
    const socket = keep(Socket.pair(AF_UNIX, SOCK_DGRAM))[0]
    return () => socket.recvBatch(new DatagramBatch(4, 100))
  },
  sendBatch() {
    const { listener } = keep(fullDatagramReceiver())
    const socket = keep(new Socket(AF_UNIX, SOCK_DGRAM))
    const batch = new DatagramBatch(4, 100)
    batch.add('x', listener.getSockName())
    return () => socket.sendBatch(batch)
  },
  sendMsg() {
    const socket = full()
    return () => socket.sendMsg(['x', 'y'])
  },
  'sendFds to a full receiver'() {
    const { listener } = keep(fullDatagramReceiver())
    const socket = keep(new Socket(AF_UNIX, SOCK_DGRAM))
    return () => socket.sendFds('x', [listener], { address: listener.getSockName() })
  },
  sendFile() {
    const socket = full()
    return () => socket.sendFile(openSync(process.execPath, 'r'))
  },

  sendFileAll() {
    const socket = full()
    return () => socket.sendFileAll(openSync(process.execPath, 'r'))
  },
  wait() {
    const socket = silent()
    return () => socket.wait('read')
  },
  readLine() {
    const socket = silent()
    return () => socket.reader().readLine()
  },
  chunks() {
    const socket = silent()
    return () => [...socket.chunks()]
  },
  'Selector.select'() {
    const selector = keep(new Selector())
    selector.register(silent(), EVENT_READ)
    return () => selector.select()
  },
  close() {
    const [socket] = keep(tcpPair())
    fill(socket)
    socket.setOption(SO_LINGER, 60)
    return () => socket.close()
  },
  handshake() {
    const socket = silentTls()
    return () => socket.handshake()
  },
  'recv over TLS'() {
    const socket = silentTls()
    return () => socket.recv(1)
  },
  'sendFile over TLS'() {
    const socket = silentTls()
    return () => socket.sendFile(openSync(process.execPath, 'r'))
  },
  'send over TLS'() {
    const socket = silentTls()
    return () => socket.sendAll('x')
  },
  unwrap() {
    const socket = silentTls()
    return () => socket.unwrap()
  },
  // Blocks where the slow resolver is preloaded.
  resolve() {
    return () => resolve('slow.test')
  },
} satisfies Record<string, () => () => unknown>

export type BlockingVerb = keyof typeof blockingVerbs

export const blockingVerbNames = Object.keys(blockingVerbs) as BlockingVerb[]
