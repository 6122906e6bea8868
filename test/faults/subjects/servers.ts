// Servers of every kind, and streams, each with a client of node:net, whose system calls are not the addon's.
import { createServer as createHttpServer } from 'node:http'
import { connect } from 'node:net'
import {
  type AsyncSocket,
  attach,
  type Connection,
  createServer,
  type Handlers,
  type ListenHttpTarget,
  listenHttp,
  type Server,
  SO_KEEPALIVE,
  Socket,
  serve,
  serveBlocking,
  toDuplex,
  toWeb,
} from 'berkeley'
import { nextEvent } from '../../support/promises.js'
import { type Scope, type Subjects, within } from '../scope.js'

/** A client that nothing ends is a connection that was forgotten. */
const MAX_CLIENT_MS = 3000

/** Connects, sends `hello`, waits for it to come back, and ends. Reports where the server leaves it alone. */
async function echoClient(scope: Scope, port: number, head = ''): Promise<void> {
  const client = connect({ port, host: '127.0.0.1' })
  scope.use(client)
  client.on('error', () => {})
  let received = 0
  client.on('data', (bytes) => {
    received += bytes.length
    if (received === 5) client.end()
  })
  client.write(`${head}hello`)
  const closed = await within(nextEvent(client, 'close'), MAX_CLIENT_MS, 'forgotten')
  if (closed === 'forgotten') scope.report(new Error('the client was neither served nor closed'))
}

/** Handlers that echo and report. */
function echoing(scope: Scope): Handlers {
  return {
    data: (connection, bytes) => void connection.write(bytes),
    end: (connection) => connection.end(),
    error: (_, error) => scope.report(error),
  }
}

function serving(scope: Scope, server: Server): Server {
  scope.defer(() => server.close({ drainMs: 100 }))
  return server
}

function portOf(address: unknown): number {
  return (address as { port: number }).port
}

const handled: Subjects = {
  serve: (scope) => async () => {
    const server = serving(scope, serve({ host: '127.0.0.1', port: 0 }, echoing(scope)))
    await echoClient(scope, portOf(server.address))
    await server.close({ drainMs: 100 })
  },
  'serve, three clients'(scope) {
    const server = serving(scope, serve({ host: '127.0.0.1', port: 0 }, echoing(scope)))
    const port = portOf(server.address)
    return () => Promise.all([1, 2, 3].map(() => echoClient(scope, port)))
  },
  'serve with reuseBuffer'(scope) {
    const options = { host: '127.0.0.1', port: 0, reuseBuffer: true, idleTimeout: 2000 }
    const server = serving(scope, serve(options, echoing(scope)))
    return () => echoClient(scope, portOf(server.address))
  },
  'serve with the PROXY protocol'(scope) {
    const server = serving(scope, serve({ host: '127.0.0.1', port: 0, proxyProtocol: true }, echoing(scope)))
    return () => echoClient(scope, portOf(server.address), 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n')
  },
  'serve, a given listener'(scope) {
    const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }))
    return async () => {
      const server = serving(scope, serve({ listener, maxConnections: 1 }, echoing(scope)))
      server.unref().ref()
      await echoClient(scope, portOf(server.address))
    }
  },
  'a connection that is paused, configured, and reset'(scope) {
    const handlers = echoing(scope)
    const open = (connection: Connection): void => {
      connection.pause()
      connection.setOption(SO_KEEPALIVE, true)
      connection.getOption(SO_KEEPALIVE)
      connection.getSockName()
      connection.send('a greeting')
      setImmediate(() => connection.resume())
    }
    const server = serving(scope, serve({ host: '127.0.0.1', port: 0 }, { ...handlers, open, data: (c) => c.reset() }))
    return () => echoClient(scope, portOf(server.address))
  },
  attach: (scope) => () => closesByItself(scope, (connection) => connection.end()),
  'attach, more than is taken': (scope) => () => {
    return closesByItself(scope, (connection) => connection.end(Buffer.alloc(1 << 20)))
  },
}

/** A connection of handlers that ends, whose peer closes in the next turn. */
async function closesByItself(scope: Scope, act: (connection: Connection) => void): Promise<void> {
  const [a, b] = Socket.pair()
  const peer = scope.use(b)
  scope.use(a)
  setImmediate(() => {
    try {
      peer.close()
    } catch (error) {
      scope.report(error)
    }
  })
  const closed = new Promise<void>((resolve) => {
    act(attach(a, { ...echoing(scope), close: () => resolve() }))
  })
  if ((await within(closed, MAX_CLIENT_MS, 'late')) === 'late') scope.report(new Error('close was not called'))
}

/** A loop that accepts the client, and ends when the client has. */
async function acceptLoop(scope: Scope, serveOne: (socket: AsyncSocket) => Promise<unknown>): Promise<void> {
  const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }).toAsync())
  const client = echoClient(scope, portOf(listener.getSockName())).finally(() => listener.close())
  try {
    for await (const socket of listener.connections()) await serveOne(scope.use(socket))
  } finally {
    listener.close()
    await client
  }
}

const streamed: Subjects = {
  'an accept loop': (scope) => () => {
    return acceptLoop(scope, async (socket) => {
      try {
        for await (const chunk of socket.chunks()) await socket.sendAll(chunk)
      } finally {
        socket.close()
      }
    })
  },
  toDuplex: (scope) => () => {
    return acceptLoop(scope, async (socket) => {
      const stream = scope.use(toDuplex(socket))
      stream.setNoDelay(true).setKeepAlive(true).setTimeout(1000)
      stream.address
      stream.on('error', (error) => scope.report(error))
      stream.pipe(stream)
      await nextEvent(stream, 'close')
    })
  },
  'toDuplex, reset': (scope) => () => {
    return acceptLoop(scope, async (socket) => {
      const stream = scope.use(toDuplex(socket))
      stream.on('error', (error) => scope.report(error))
      stream.resetAndDestroy()
      await nextEvent(stream, 'close')
    })
  },
  toWeb: (scope) => () => {
    return acceptLoop(scope, async (socket) => {
      const { readable, writable } = toWeb(socket)
      try {
        await readable.pipeTo(writable)
      } finally {
        await Promise.allSettled([writable.close(), readable.cancel()])
      }
    })
  },
}

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'

/** A server of Node's on a listener of ours, with a client that sends one request. */
async function listeningHttp(scope: Scope, target: ListenHttpTarget): Promise<void> {
  const server = createHttpServer((_, response) => response.end('hello'))
  server.on('error', (error) => scope.report(error))
  scope.defer(() => server.closeAllConnections())
  listenHttp(server, target, { drainMs: 100 })
  const closed = nextEvent(server, 'close')
  try {
    await requestOnce(scope, portOf(server.address()))
  } finally {
    server.close()
    if ((await within(closed, MAX_CLIENT_MS, 'late')) === 'late') scope.report(new Error('the server does not close'))
  }
}

/** Connects, sends a request, and waits until the server ends the connection. */
async function requestOnce(scope: Scope, port: number): Promise<void> {
  const client = scope.use(connect({ port, host: '127.0.0.1' }))
  client.on('error', () => {})
  client.resume()
  client.write(REQUEST)
  const closed = await within(nextEvent(client, 'close'), MAX_CLIENT_MS, 'forgotten')
  if (closed === 'forgotten') scope.report(new Error('the client was neither served nor closed'))
}

const ofNode: Subjects = {
  listenHttp: (scope) => () => listeningHttp(scope, { host: '127.0.0.1', port: 0 }),
  'listenHttp, a given listener'(scope) {
    const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }))
    return () => listeningHttp(scope, { listener })
  },
}

const handler = new URL('../../fixtures/faults/echo-handler.js', import.meta.url)

const threaded: Subjects = {
  async serveBlocking(scope) {
    const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, handler)
    scope.defer(() => server.close({ drainMs: 0 }))
    server.on('error', (error) => scope.report(error))
    server.on('exhausted', (error) => scope.report(error))
    await nextEvent(server, 'ready')
    return () => echoClient(scope, portOf(server.address))
  },
}

export const servers: Subjects = { ...handled, ...streamed, ...ofNode, ...threaded }
