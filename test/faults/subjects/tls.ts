// TLS over sockets of either kind. OpenSSL's own memory does not fail here; the calls of its link to the socket do.
import { openSync } from 'node:fs'
import type { TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import {
  type AsyncSocket,
  type AsyncTlsSocket,
  attach,
  connectTls,
  EVENT_READ,
  openSslVersion,
  openTls,
  Selector,
  Socket,
  serveBlocking,
  TlsContext,
  type TlsSocket,
  toDuplex,
  type WrapTlsWaitOptions,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'
import { noOpenSsl } from '../../support/certificates.js'
import { nextEvent } from '../../support/promises.js'
import { startWorker } from '../../support/threads.js'
import { certificates, finishHandshake } from '../../support/tls.js'
import { type Scope, type Subject, type Subjects, within } from '../scope.js'
import { LIMIT_MS, WAIT_MS } from './prepared.js'

const LIMIT = { timeout: LIMIT_MS }
const IN_VAIN = { timeout: WAIT_MS }
const MAX_ROUNDS = 20
const MAX_CLIENT_MS = 3000
/** Of verbs that another thread has to reply to. */
const MAX_CONNECT_MS = 1000

let contexts: { readonly client: TlsContext; readonly server: TlsContext } | undefined

/** Made once: thousands of trials would leave as many to the garbage collector. */
function sharedContexts(): { readonly client: TlsContext; readonly server: TlsContext } {
  const { cert, key } = certificates.good
  contexts ??= { client: new TlsContext({ ca: certificates.root.cert }), server: new TlsContext({ cert, key }) }
  return contexts
}

const asClient = (): WrapTlsWaitOptions => ({ secureContext: sharedContexts().client, servername: 'localhost' })
const asServer = (): WrapTlsWaitOptions => ({ isServer: true, secureContext: sharedContexts().server })

/** A client and a server before the handshake, in non-blocking mode. */
function unfinished(scope: Scope): [client: TlsSocket, server: TlsSocket] {
  const [a, b] = Socket.pair()
  for (const socket of [a, b]) socket.setBlocking(false)
  return [scope.use(wrapTls(a, asClient())), scope.use(wrapTls(b, asServer()))]
}

/** The same after the handshake; their verbs end after a time. */
function established(scope: Scope): [client: TlsSocket, server: TlsSocket] {
  const [client, server] = unfinished(scope)
  finishHandshake({ client, server })
  // The tickets of the server come after its handshake.
  client.tryRecv(1)
  for (const socket of [client, server]) socket.setTimeout(LIMIT_MS)
  return [client, server]
}

/** A verb of a client that has something to receive. */
function receiving(verb: (socket: TlsSocket) => unknown): Subject {
  return (scope) => {
    const [client, server] = established(scope)
    server.sendAll('hello\nworld\n')
    return () => verb(client)
  }
}

/** A verb of a client whose peer does nothing. */
function alone(verb: (socket: TlsSocket, scope: Scope) => unknown): Subject {
  return (scope) => {
    const [client] = established(scope)
    return () => verb(client, scope)
  }
}

/** Lets both sides continue by turns. Under a fault that persists, the handshake of the client ends with its limit. */
function shakeHands(client: TlsSocket, server: TlsSocket): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [a, b] = [client.tryHandshake(), server.tryHandshake()]
    if (a && b) return
  }
  client.handshake({ timeout: WAIT_MS })
  server.handshake({ timeout: WAIT_MS })
}

const handshaking: Subjects = {
  'wrapTls, both sides'(scope) {
    const pair = scope.useAll(Socket.pair())
    for (const socket of pair) socket.setBlocking(false)
    return () => {
      const client = scope.use(wrapTls(pair[0], asClient()))
      const server = scope.use(wrapTls(pair[1], asServer()))
      shakeHands(client, server)
    }
  },
  'wrapTls, the peer is silent'(scope) {
    const [socket] = scope.useAll(Socket.pair())
    return () => scope.use(wrapTls(socket, { ...asClient(), timeout: WAIT_MS }))
  },
  'handshake (TLS)'(scope) {
    const [client] = unfinished(scope)
    return () => client.handshake(IN_VAIN)
  },
}

const transferring: Subjects = {
  'recv (TLS)': receiving((socket) => socket.recv(100)),
  'tryRecv (TLS)': receiving((socket) => socket.tryRecv(100)),
  'recvInto (TLS)': receiving((socket) => socket.recvInto(Buffer.alloc(10))),
  'recv, waiting (TLS)': alone((socket) => socket.recv(100, IN_VAIN)),
  'readLine (TLS)': receiving((socket) => socket.reader().readLine()),
  'pending (TLS)': receiving((socket) => [socket.recv(1), socket.pending, socket.recv(100)]),
  'wait (TLS)': receiving((socket) => socket.wait('read')),
  'send (TLS)': alone((socket) => socket.send('hello')),
  'trySend (TLS)': alone((socket) => [socket.trySend('hello'), socket.unsentBytes]),
  'sendAll (TLS)': alone((socket) => socket.sendAll('hello')),
  'sendAll, in vain (TLS)': alone((socket) => socket.sendAll(Buffer.alloc(1 << 20), IN_VAIN)),
  'sendFile (TLS)': alone((socket, scope) => socket.sendFile(scope.useFd(openSync('/etc/hostname', 'r')))),
  'recv after the end (TLS)'(scope) {
    const [client, server] = established(scope)
    server.shutdown('write')
    return () => client.recv(100)
  },
  'Selector (TLS)': receiving((socket) => {
    using selector = new Selector<string>()
    selector.register(socket, EVENT_READ, 'a')
    const ready = selector.select(WAIT_MS)
    return [ready, socket.recv(5), selector.select(WAIT_MS)]
  }),
}

/** What was agreed on, which needs no call of the kernel's. */
function facts({ tls }: TlsSocket): unknown {
  const { protocol, cipher, alpnProtocol, servername, isEstablished, isSessionReused, authorized } = tls
  const { authorizationError, peerCertificate, peerCertificates, session, finished, peerFinished } = tls
  const material = [tls.channelBinding('tls-exporter'), tls.exportKeyingMaterial(32, 'EXPORTER-x')]
  const agreed = [protocol, cipher, alpnProtocol, servername, isEstablished, isSessionReused, authorized]
  return [
    openSslVersion(),
    agreed,
    authorizationError,
    peerCertificate,
    peerCertificates,
    session,
    finished,
    peerFinished,
    material,
  ]
}

const ending: Subjects = {
  'facts (TLS)': alone((socket) => facts(socket)),
  'shutdown (TLS)': alone((socket) => socket.shutdown('write')),
  'close (TLS)': alone((socket) => socket.close()),
  'unwrap (TLS)'(scope) {
    const [client, server] = established(scope)
    server.shutdown('write')
    return () => scope.use(client.unwrap(IN_VAIN))
  },
  'unwrap, the peer is silent (TLS)': alone((socket, scope) => scope.use(socket.unwrap(IN_VAIN))),
  'toAsync (TLS)': alone((socket, scope) => scope.use(socket.toAsync())),
}

let nodeServer: Promise<number> | undefined

/** The port of a server of node:tls in a thread of its own, whose system calls are not the addon's. */
function nodeServerPort(): Promise<number> {
  nodeServer ??= (async () => {
    const { cert, key } = certificates.good
    const { worker, next } = startWorker('faults/tls-server', { workerData: { cert, key } })
    worker.unref()
    return next<number>()
  })()
  return nodeServer
}

const connecting: Subjects = {
  async connectTls(scope) {
    const target = { host: '127.0.0.1', port: await nodeServerPort() }
    return () => {
      const socket = scope.use(connectTls(target, { secureContext: sharedContexts().client, timeout: MAX_CONNECT_MS }))
      socket.sendAll('hello')
      return socket.recv(5)
    }
  },
}

function awaitedClient(scope: Scope): [client: AsyncTlsSocket, server: TlsSocket] {
  const [client, server] = established(scope)
  return [scope.use(client.toAsync()), server]
}

/** A verb of an awaited client that has something to receive. */
function receivingAwaited(verb: (socket: AsyncTlsSocket) => unknown): Subject {
  return (scope) => {
    const [client, server] = awaitedClient(scope)
    server.sendAll('hello\nworld\n')
    return () => verb(client)
  }
}

function aloneAwaited(verb: (socket: AsyncTlsSocket, scope: Scope) => unknown): Subject {
  return (scope) => {
    const [client] = awaitedClient(scope)
    return () => verb(client, scope)
  }
}

const awaited: Subjects = {
  wrapTlsAsync(scope) {
    const [a, b] = scope.useAll(Socket.pair().map((socket) => scope.use(socket.toAsync()))) as [
      AsyncSocket,
      AsyncSocket,
    ]
    return async () => {
      const wrap = async (socket: AsyncSocket, options: WrapTlsWaitOptions): Promise<unknown> => {
        return scope.use(await wrapTlsAsync(socket, { ...options, ...LIMIT }))
      }
      // The side that the fault does not meet sees the other close, later.
      await Promise.all([wrap(a, asClient()), wrap(b, asServer())])
    }
  },
  'handshake, the peer is silent (awaited TLS)'(scope) {
    const [client] = unfinished(scope)
    const socket = scope.use(client.toAsync())
    return () => socket.handshake(IN_VAIN)
  },
  'recv (awaited TLS)': receivingAwaited((socket) => socket.recv(100, LIMIT)),
  'recv, in vain (awaited TLS)': aloneAwaited((socket) => socket.recv(100, IN_VAIN)),
  'readLine (awaited TLS)': receivingAwaited((socket) => socket.reader().readLine(LIMIT)),
  'sendAll (awaited TLS)': aloneAwaited((socket) => socket.sendAll('hello', LIMIT)),
  'sendAll, in vain (awaited TLS)': aloneAwaited((socket) => socket.sendAll(Buffer.alloc(1 << 20), IN_VAIN)),
  'shutdown (awaited TLS)': aloneAwaited((socket) => socket.shutdown('write')),
  'close (awaited TLS)': aloneAwaited((socket) => socket.close()),
  'toBlocking (awaited TLS)': aloneAwaited((socket, scope) => scope.use(socket.toBlocking())),
  'unwrap (awaited TLS)'(scope) {
    const [client, server] = awaitedClient(scope)
    server.shutdown('write')
    return async () => scope.use(await client.unwrap(LIMIT))
  },
  async openTls(scope) {
    const target = { host: '127.0.0.1', port: await nodeServerPort() }
    return async () => {
      const socket = scope.use(
        await openTls(target, { secureContext: sharedContexts().client, timeout: MAX_CONNECT_MS }),
      )
      await socket.sendAll('hello')
      return socket.recv(5)
    }
  },
}

/** A client of node:tls that sends `hello`, waits for it to come back, and ends. */
async function echoClient(scope: Scope, port: number): Promise<void> {
  const client: TLSSocket = scope.use(
    connect({ port, host: '127.0.0.1', ca: certificates.root.cert, servername: 'localhost' }),
  )
  client.on('error', () => {})
  let received = 0
  client.on('data', (bytes) => {
    received += bytes.length
    if (received === 5) client.end()
  })
  client.write('hello')
  const closed = await within(nextEvent(client, 'close'), MAX_CLIENT_MS, 'forgotten')
  if (closed === 'forgotten') scope.report(new Error('the client was neither served nor closed'))
}

const handler = new URL('../../fixtures/faults/echo-handler.js', import.meta.url)

const served: Subjects = {
  'attach (TLS)'(scope) {
    const [client, server] = established(scope)
    client.sendAll('hello')
    let hasClientClosed = false
    return async () => {
      const closed = new Promise<void>((resolve) => {
        attach(server, {
          data: (connection, bytes) => void connection.end(bytes),
          error(_, error) {
            // On a busy machine the client may have closed before the reply, which then has to fail by EPIPE.
            if (!(hasClientClosed && error.code === 'EPIPE')) scope.report(error)
          },
          close: () => resolve(),
        })
      })
      setImmediate(() => {
        hasClientClosed = true
        try {
          client.close()
        } catch (error) {
          scope.report(error)
        }
      })
      if ((await within(closed, MAX_CLIENT_MS, 'late')) === 'late') scope.report(new Error('close was not called'))
    }
  },
  'toDuplex (TLS)'(scope) {
    const [client, server] = established(scope)
    client.sendAll('hello')
    client.shutdown('write')
    return async () => {
      const stream = scope.use(toDuplex(server))
      stream.on('error', (error) => scope.report(error))
      stream.pipe(stream)
      if ((await within(nextEvent(stream, 'close'), MAX_CLIENT_MS, 'late')) === 'late')
        scope.report(new Error('the stream does not close'))
    }
  },
  async 'serveBlocking (TLS)'(scope) {
    const { cert, key } = certificates.good
    const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, handler, { tls: { cert, key } })
    scope.defer(() => server.close({ drainMs: 0 }))
    server.on('error', (error) => scope.report(error))
    server.on('exhausted', (error) => scope.report(error))
    await nextEvent(server, 'ready')
    return () => echoClient(scope, (server.address as { port: number }).port)
  },
}

const NONE: Subjects = {}

/** Without the openssl command there are no certificates. */
export const tls: Subjects = noOpenSsl !== false ? NONE : { ...handshaking, ...transferring, ...ending, ...connecting }
export const awaitedTls: Subjects = noOpenSsl !== false ? NONE : { ...awaited, ...served }
