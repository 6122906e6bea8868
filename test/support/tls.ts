// Servers and pairs for tests of TLS.

import type { TestContext } from 'node:test'
import type { TlsOptions } from 'node:tls'
import { AF_UNIX, SOCK_STREAM, Socket, type TlsSocket, type WrapTlsWaitOptions, wrapTls } from 'berkeley'
import { native } from '../../src/native/addon.js'
import type { NodeServerMessage, ServerSide } from '../fixtures/tls/node-server.js'
import { Certificates } from './certificates.js'
import { startWorker } from './threads.js'

/** The certificates of this process. */
export const certificates = new Certificates()

/** How many exchanges tests with foreign peers make, and how many MB they send each way. */
export const EXCHANGES = Number(process.env['BERKELEY_EXCHANGES'] ?? 40)
export const MEGABYTES = Number(process.env['BERKELEY_MEGABYTES'] ?? 1)

/** The address of a server, and what it posts. */
export interface NodeServer {
  readonly target: { readonly host: string; readonly port: number }
  next(): Promise<NodeServerMessage>
  /** What the server says of the next connection. */
  connected(): Promise<ServerSide>
  /** The code of the next failure; undefined for an error without one. */
  failed(): Promise<string | undefined>
}

async function only<Key extends string>(
  next: () => Promise<NodeServerMessage>,
  key: Key,
): Promise<Extract<NodeServerMessage, Record<Key, unknown>>> {
  for (;;) {
    const message = await next()
    if (key in message) return message as Extract<NodeServerMessage, Record<Key, unknown>>
  }
}

/** Starts an echo server of node:tls in a worker, so that this thread may block. */
export async function startNodeServer(context: TestContext, options: TlsOptions = {}): Promise<NodeServer> {
  const { cert, key } = certificates.good
  const { next } = startWorker('tls/node-server', { workerData: { cert, key, ...options }, context })
  const { port } = (await next<NodeServerMessage>()) as { port: number }
  const nextMessage = (): Promise<NodeServerMessage> => next<NodeServerMessage>()
  return {
    target: { host: '127.0.0.1', port },
    next: nextMessage,
    connected: async () => (await only(nextMessage, 'connected')).connected,
    failed: async () => (await only(nextMessage, 'failed')).failed,
  }
}

/** How many contexts and connections OpenSSL has open here. */
export function openSslObjects(): { readonly contexts: number; readonly connections: number } {
  const count = native.tlsCountAlive()
  return { contexts: Math.floor(count / 1_000_000), connections: count % 1_000_000 }
}

/** The options of the two sides of a pair. */
export interface PairOptions {
  readonly client?: WrapTlsWaitOptions
  readonly server?: WrapTlsWaitOptions
}

/** A client and a server over a pair of sockets, in one thread, with the handshake done; both block. */
export function tlsPair({ client = {}, server = {} }: PairOptions = {}): { client: TlsSocket; server: TlsSocket } {
  const sides = unfinishedPair({ client, server })
  finishHandshake(sides)
  sides.client.setBlocking(true)
  sides.server.setBlocking(true)
  return sides
}

/** The same before the handshake; both are in non-blocking mode. */
export function unfinishedPair({ client = {}, server = {} }: PairOptions = {}): {
  client: TlsSocket
  server: TlsSocket
} {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_STREAM)
  a.setBlocking(false)
  b.setBlocking(false)
  const { cert, key } = certificates.good
  return {
    client: wrapTls(a, { ca: certificates.root.cert, servername: 'localhost', ...client }),
    server: wrapTls(b, { isServer: true, cert, key, ...server }),
  }
}

/** Lets both sides continue by turns until the handshake is done. */
export function finishHandshake({ client, server }: { client: TlsSocket; server: TlsSocket }): void {
  for (let round = 0; round < 100; round++) {
    const [a, b] = [client.tryHandshake(), server.tryHandshake()]
    if (a && b) return
  }
  throw new Error('the handshake makes no progress')
}
