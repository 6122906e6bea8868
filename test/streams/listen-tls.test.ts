// Node's servers of TLS on a listener of ours: their sockets are those that Node's own `listen` gives them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { createServer as createHttpsServer, get } from 'node:https'
import { type AddressInfo, connect as connectPlain, type Socket as NetSocket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, createServer as createTlsServer, type Server, type TLSSocket } from 'node:tls'
import { AF_UNIX, dupFd, listenHttp, SO_KEEPALIVE, TCP_KEEPIDLE, TCP_NODELAY } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { temporaryFolder } from '../support/folders.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 60_000, skip: noOpenSsl }

type Target = { readonly host: string; readonly port: number } | { readonly path: string }
type Facts = Record<string, unknown>
type Report = (socket: Partial<TLSSocket>) => void

/** What a handler learns of its connection; the ports alone differ from run to run. */
function factsOf(socket: Partial<TLSSocket>): Facts {
  const { remoteAddress, remoteFamily, remotePort, localAddress, localFamily, localPort } = socket
  return { remoteAddress, remoteFamily, remotePort, localAddress, localFamily, localPort, address: socket.address?.() }
}

/** The options of the kernel's that the methods of a socket under TLS have set. */
function optionsOf(raw: NetSocket, secure: TLSSocket): Facts {
  using socket = dupFd((raw as unknown as { _handle: { fd: number } })._handle.fd)
  if (socket.family === AF_UNIX) return {}
  const noDelay = [false, true].map((value) => {
    secure.setNoDelay(value)
    return socket.getOption(TCP_NODELAY)
  })
  const keepAlive = [true, false].map((value) => {
    secure.setKeepAlive(value, 7000)
    return socket.getOption(SO_KEEPALIVE)
  })
  return { noDelay, keepAlive, idle: socket.getOption(TCP_KEEPIDLE) }
}

interface Kind {
  make(report: Report): Server
  /** Makes one exchange over a connection that is secure. */
  exchange(client: TLSSocket): Promise<void>
}

const { cert, key } = noOpenSsl === false ? certificates.good : { cert: '', key: '' }

const KINDS: Record<string, Kind> = {
  https: {
    make: (report) =>
      createHttpsServer({ cert, key }, (request, response) => {
        report(request.socket as TLSSocket)
        response.end('hello')
      }),
    async exchange(client) {
      const [response] = await once(get({ host: 'localhost', createConnection: () => client }), 'response')
      response.resume()
      await once(response, 'end')
    },
  },
  'http2 secure': {
    make: (report) =>
      createSecureServer({ cert, key }, (request, response) => {
        report(request.socket as TLSSocket)
        response.end('hello')
      }),
    async exchange(client) {
      const session = connectHttp2('https://localhost', { createConnection: () => client })
      const stream = session.request({ ':path': '/' }).resume()
      await once(stream, 'end')
      session.destroy()
    },
  },
  tls: {
    make: (report) =>
      createTlsServer({ cert, key }, (socket) => {
        report(socket)
        socket.end('hello')
      }),
    async exchange(client) {
      client.resume()
      await once(client, 'end')
    },
  },
}

/** Serves one exchange, and returns what the server saw of the connection. */
async function serveOnce(kind: Kind, listen: (server: Server) => void): Promise<Facts> {
  let seen: Facts = {}
  const server = kind.make((socket) => {
    seen = { ...seen, ...factsOf(socket) }
  })
  let raw: NetSocket | undefined
  server.prependListener('connection', (socket: NetSocket) => {
    raw = socket
  })
  server.prependListener('secureConnection', (socket) => {
    seen = { ...seen, ...optionsOf(raw!, socket) }
  })
  listen(server)
  await once(server, 'listening')
  const at = server.address() as AddressInfo | string
  const where = typeof at === 'string' ? { path: at } : { host: at.address, port: at.port }
  const trust = { servername: 'localhost', ca: certificates.root.cert, ALPNProtocols: ['h2', 'http/1.1'] }
  const client = connect({ ...where, ...trust })
  const closed = once(server, 'close')
  let localPort: number | undefined
  try {
    await once(client, 'secureConnect')
    localPort = client.localPort
    assert.equal(await new Promise((resolve) => server.getConnections((_, count) => resolve(count))), 1)
    await kind.exchange(client)
  } finally {
    client.destroy()
    server.close()
    await closed
  }
  if (typeof at === 'string') return seen
  assert.deepEqual([seen['remotePort'], seen['localPort']], [localPort, at.port])
  return { ...seen, remotePort: 0, localPort: 0, address: { ...(seen['address'] as AddressInfo), port: 0 } }
}

for (const [name, kind] of Object.entries(KINDS)) {
  test(
    `listenHttp: connections of a server of ${name} have the addresses and options of Node's own`,
    limits,
    async () => {
      const targets: (() => Target)[] = [
        () => ({ host: '127.0.0.1', port: 0 }),
        () => ({ path: join(temporaryFolder(), 'socket') }),
      ]
      for (const target of targets) {
        const own = await serveOnce(kind, (server) => server.listen(target()))
        assert.deepEqual(await serveOnce(kind, (server) => listenHttp(server, target(), { drainMs: 1000 })), own)
      }
    },
  )
}

test('listenHttp: a client that speaks no TLS is reported with its address', limits, async () => {
  const server = listenHttp(createTlsServer({ cert, key }), { host: '127.0.0.1', port: 0 }, { drainMs: 0 })
  const { port } = server.address() as AddressInfo
  // Read in the listener: the connection is closed right after it.
  const failed = new Promise((resolve) => {
    server.once('tlsClientError', (error: NodeJS.ErrnoException, { remoteAddress }) =>
      resolve({ code: error.code?.slice(0, 8), remoteAddress }),
    )
  })
  const client = connectPlain(port, '127.0.0.1').on('error', () => {})
  client.write('hello, and no more\n'.repeat(20))
  const seen = await failed
  client.destroy()
  await new Promise((resolve) => server.close(resolve))
  assert.deepEqual(seen, { code: 'ERR_SSL_', remoteAddress: '127.0.0.1' })
})
