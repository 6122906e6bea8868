// Ports of the loopback interface, and listeners: ones that accept, and ones whose queue is full.

import { once } from 'node:events'
import { type AddressInfo, createServer as createNodeServer } from 'node:net'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { AF_UNIX, AsyncSocket, createServer, errno, type InetAddress, SOCK_DGRAM, Socket } from 'berkeley'
import { temporaryFolder } from './folders.js'

/** The port of a bound socket. */
export function portOf(socket: { getSockName(): unknown }): number {
  return (socket.getSockName() as InetAddress).port
}

/** Why there is no IPv6 on the loopback interface, as `skip` takes it; false where there is. */
export function inet6Missing(): string | false {
  try {
    createServer({ host: '::1', port: 0 }).close()
    return false
  } catch (error) {
    return `no IPv6 on the loopback interface: ${(error as Error).message}`
  }
}

let bound: Socket | undefined

/**
 * A TCP port without a listener. It stays bound as long as the process runs: a port that was released would soon be that
 * of another test's listener, which would be confused by a connection.
 */
export function deadPort(): number {
  if (bound === undefined) {
    bound = new Socket()
    bound.bind({ host: '127.0.0.1', port: 0 })
  }
  return portOf(bound)
}

/** A TCP port that was free a moment ago, for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createNodeServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** An awaited TCP listener of the loopback interface. */
export function asyncListener(): AsyncSocket {
  const listener = new AsyncSocket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen()
  return listener
}

/** The address of a bound IPv4 socket. */
export function boundTo(socket: Socket | AsyncSocket): InetAddress {
  return socket.getSockName() as InetAddress
}

/** A listener or receiver whose queue is full, and the sockets that fill it; they are closed together. */
export interface FullQueue extends Disposable {
  readonly listener: Socket
}

function fullQueue(listener: Socket, sockets: readonly Socket[]): FullQueue {
  const close = (): void => {
    for (const socket of [listener, ...sockets]) socket.close()
  }
  return { listener, [Symbol.dispose]: close }
}

/** A TCP listener whose backlog is full: connecting to it neither succeeds nor fails. */
export function fullTcpListener(address = { host: '127.0.0.1', port: 0 }): FullQueue {
  const listener = createServer(address, { backlog: 0 })
  const sockets: Socket[] = []
  for (;;) {
    const socket = new Socket()
    sockets.push(socket)
    socket.setBlocking(false)
    socket.connectEx(listener.getSockName())
    // On the loopback interface a connect that is possible at all is done before the second call.
    if (socket.connectEx(listener.getSockName()) === errno.EALREADY) return fullQueue(listener, sockets)
  }
}

let fullListeners = 0

/** A unix listener whose backlog is full. */
export function fullUnixListener(): FullQueue {
  // An abstract name leaves no file behind when the process is killed.
  const abstract = Buffer.from(`berkeley ${process.pid} ${threadId} ${fullListeners++}`)
  const isLinux = process.platform === 'linux'
  const listener = createServer(isLinux ? { abstract } : { path: join(temporaryFolder(), 'full') }, { backlog: 0 })
  const sockets: Socket[] = []
  for (;;) {
    const socket = new Socket(AF_UNIX)
    sockets.push(socket)
    socket.setBlocking(false)
    if (socket.connectEx(listener.getSockName()) === errno.EAGAIN) return fullQueue(listener, sockets)
  }
}

/** A unix datagram receiver whose queue is full: `listener` is the receiver. */
export function fullDatagramReceiver(): FullQueue {
  const receiver = new Socket(AF_UNIX, SOCK_DGRAM)
  receiver.bind({ family: 'unix' })
  const sender = new Socket(AF_UNIX, SOCK_DGRAM)
  while (sender.trySendTo('x', receiver.getSockName()) !== undefined) {}
  return fullQueue(receiver, [sender])
}
