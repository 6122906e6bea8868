// Connected pairs of sockets in every mode, and filling and emptying what is between them.

import { AsyncSocket, createServer, Socket, toWeb, type WebStreams } from 'berkeley'

/**
 * The two ends of a TCP connection over the loopback interface: the one that connected, and the accepted one.
 * @param prepare sets options before they are connected
 */
export function tcpPair(prepare?: (client: Socket, listener: Socket) => void): [client: Socket, server: Socket] {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = new Socket()
  prepare?.(client, listener)
  client.connect(listener.getSockName())
  return [client, listener.accept()]
}

/** The two ends of a TCP connection, both awaited. */
export function asyncPair(): [AsyncSocket, AsyncSocket] {
  const [a, b] = tcpPair()
  return [a.toAsync(), b.toAsync()]
}

/** A socket that cannot send, and its peer, which receives nothing: both awaited. */
export function fullPair(): [AsyncSocket, AsyncSocket] {
  // Not TCP, whose buffers grow.
  const [a, b] = Socket.pair()
  fill(a)
  return [a.toAsync(), b.toAsync()]
}

/** Web streams over one end of a connection, and the other end. */
export interface WebPair {
  readonly web: WebStreams
  readonly peer: AsyncSocket
}

/** A unix pair of which one end is web streams. */
export function webPair(): WebPair {
  const [a, peer] = AsyncSocket.pair()
  return { web: toWeb(a), peer }
}

/** The same over TCP. */
export function webTcpPair(): WebPair {
  const [a, b] = tcpPair()
  return { web: toWeb(a), peer: b.toAsync() }
}

/** Sends until the kernel takes no more; returns the number of bytes sent. */
export function fill(socket: Socket): number {
  const block = Buffer.alloc(65536, 'x')
  let total = 0
  for (let taken = socket.trySend(block); taken !== undefined; taken = socket.trySend(block)) total += taken
  return total
}

/** Receives so many bytes. */
export async function receiveExactly(socket: AsyncSocket, count: number): Promise<Buffer> {
  return (await socket.reader().readExactly(count)) ?? Buffer.alloc(0)
}

/** Receives until the end of the stream. */
export async function receiveAll(socket: AsyncSocket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks)
}
