// Connected sockets, and sockets that cannot go on: what tests of waiting need.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { AF_UNIX, createServer, errno, type InetAddress, SOCK_DGRAM, Socket } from 'berkeley'

/** The two ends of a TCP connection over the loopback interface: the one that connected, and the accepted one. */
export function tcpPair(): [Socket, Socket] {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = new Socket()
  client.connect(listener.getSockName())
  return [client, listener.accept()]
}

/** The port of a bound socket. */
export function portOf(socket: Socket): number {
  return (socket.getSockName() as InetAddress).port
}

/** A TCP port of the loopback interface on which nobody listens. */
export function deadPort(): number {
  if (deaf === null) {
    deaf = new Socket()
    deaf.bind({ host: '127.0.0.1', port: 0 })
  }
  return portOf(deaf)
}

// Bound for good: a port that was let go is soon that of another test's listener, which does not expect visitors.
let deaf: Socket | null = null

/** Sends until the kernel takes no more; answers how many bytes it took. */
export function fill(socket: Socket): number {
  const block = Buffer.alloc(65536, 'x')
  let total = 0
  for (let taken = socket.trySend(block); taken !== undefined; taken = socket.trySend(block)) total += taken
  return total
}

const folders: string[] = []

/** A place for unix sockets, gone with the process where that is not killed. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-'))
  if (folders.push(folder) === 1) process.on('exit', removeFolders)
  return folder
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** Sockets that have to stay open for something to stay full; closed together. */
export interface Obstacle extends Disposable {
  readonly listener: Socket
}

function obstacle(listener: Socket, sockets: Socket[]): Obstacle {
  const close = (): void => {
    for (const socket of [listener, ...sockets]) socket.close()
  }
  return { listener, [Symbol.dispose]: close }
}

/** A TCP listener whose backlog is full, so that connecting to it neither succeeds nor fails. */
export function fullTcpListener(address = { host: '127.0.0.1', port: 0 }): Obstacle {
  const listener = createServer(address, { backlog: 0 })
  const sockets: Socket[] = []
  for (;;) {
    const socket = new Socket()
    sockets.push(socket)
    socket.setBlocking(false)
    socket.connectEx(listener.getSockName())
    // On the loopback interface a connect that is possible at all is done by the time it is asked for again.
    if (socket.connectEx(listener.getSockName()) === errno.EALREADY) return obstacle(listener, sockets)
  }
}

let fullListeners = 0

/** A unix listener whose backlog is full. */
export function fullUnixListener(): Obstacle {
  // Where there are names without a file, nothing is left of a process that is killed.
  const abstract = Buffer.from(`berkeley ${process.pid} ${threadId} ${fullListeners++}`)
  const isLinux = process.platform === 'linux'
  const listener = createServer(isLinux ? { abstract } : { path: join(temporaryFolder(), 'full') }, { backlog: 0 })
  const sockets: Socket[] = []
  for (;;) {
    const socket = new Socket(AF_UNIX)
    sockets.push(socket)
    socket.setBlocking(false)
    if (socket.connectEx(listener.getSockName()) === errno.EAGAIN) return obstacle(listener, sockets)
  }
}

/** A unix datagram socket that takes no more: `listener` is the receiver. */
export function fullDatagramReceiver(): Obstacle {
  const receiver = new Socket(AF_UNIX, SOCK_DGRAM)
  receiver.bind({ family: 'unix' })
  const sender = new Socket(AF_UNIX, SOCK_DGRAM)
  while (sender.trySendTo('x', receiver.getSockName()) !== undefined) {}
  return obstacle(receiver, [sender])
}
