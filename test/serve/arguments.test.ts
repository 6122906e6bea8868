// Wrong arguments of serve and attach: they throw before any effect, and the message names the wrong argument.

import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { test } from 'node:test'
import {
  attach,
  createServer,
  type HandlerOptions,
  type Handlers,
  listenHttp,
  type ServeOptions,
  serve,
  serveBlocking,
} from 'berkeley'
import { receiveExactly, tcpPair } from '../support/pairs.js'

const anyPort = { host: '127.0.0.1', port: 0 }

test('serve and attach: an unknown handler is refused, and the message lists the known ones', () => {
  const [inner, peer] = tcpPair()
  for (const [name, message] of [
    ['onData', 'handlers.onData is unknown: did you mean data? It must be one of open, data, drain, end, close, error'],
    ['message', 'handlers.message is unknown: it must be one of open, data, drain, end, close, error'],
  ] as const) {
    const handlers = { open() {}, [name]() {} } as Handlers
    const refused = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message }
    assert.throws(() => serve(anyPort, handlers), refused)
    assert.throws(() => attach(inner, handlers), refused)
  }
  for (const wrong of [null, 'data', {}]) {
    const refused = { code: 'ERR_INVALID_ARG_TYPE', message: 'handlers.data must be a function' }
    assert.throws(() => serve(anyPort, { data: wrong } as unknown as Handlers), refused)
  }
  assert.ok(!inner.closed)
  for (const each of [inner, peer]) each.close()
})

test('serve and attach: an unknown option is refused, unless its value is undefined', async () => {
  const [inner, peer] = tcpPair()
  const misspelt = { idleTimout: 1000 } as HandlerOptions
  const refused = {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message: /^options\.idleTimout is unknown: did you mean idleTimeout\? .*, whenFull( or \d+ others)?$/,
  }
  assert.throws(() => serve({ ...anyPort, ...misspelt }, {}), refused)
  assert.throws(() => attach(inner, {}, misspelt), refused)
  assert.throws(() => attach(inner, {}, { maxConnections: 1 } as HandlerOptions), { code: 'ERR_INVALID_ARG_VALUE' })
  for (const each of [inner, peer]) each.close()
  const server = serve({ ...anyPort, ...({ idleTimout: undefined } as ServeOptions) }, {})
  const again = serve({ ...server.address, reusePort: false, port: 0 }, {})
  await Promise.all([server.close(), again.close()])
})

/** Handlers with state and methods of their own. */
class Echo implements Handlers {
  count = 0
  readonly format = (bytes: Buffer): string => `${++this.count}: ${bytes}`

  data(connection: Parameters<NonNullable<Handlers['data']>>[0], bytes: Buffer): void {
    this.reply(connection, bytes)
  }

  reply(connection: Parameters<NonNullable<Handlers['data']>>[0], bytes: Buffer): void {
    connection.end(this.format(bytes))
  }
}

test('attach: handlers may be an instance, a literal or a module with other members', async () => {
  const literal = {
    greeting: '1: ',
    data(connection: Parameters<NonNullable<Handlers['data']>>[0], bytes: Buffer) {
      connection.end(`${this.greeting}${bytes}`)
    },
  }
  const module = Object.assign(Object.create(null), literal, { helper() {} })
  for (const handlers of [new Echo(), literal, module]) {
    const [inner, other] = tcpPair()
    const peer = other.toAsync()
    attach(inner, handlers)
    await peer.sendAll('x')
    assert.equal(String(await receiveExactly(peer, 4)), '1: x')
    peer.close()
  }
})

test('serve: wrong options leave the listener with its owner', () => {
  using listener = createServer(anyPort)
  for (const [options, handlers] of [
    [{ idleTimeout: 0 }, {}],
    [{ maxConnections: 0 }, {}],
    [{ proxyProtocol: { maxHeaderBytes: -1 } }, {}],
    [{}, { data: 'x' }],
    [{ idleTimout: 1 }, {}],
    [anyPort, {}],
    [{ path: '/tmp/socket' }, {}],
  ] as [object, object][]) {
    assert.throws(() => serve({ listener, ...options }, handlers), /ERR_|must|means/)
    assert.equal(listener.tryAccept(), undefined)
  }
})

test('servers: an address beside a listener is refused, since it would have no effect', () => {
  using listener = createServer(anyPort)
  const both = { listener, port: 1 } as never
  const refused = (argument: string): object => ({
    code: 'ERR_INVALID_ARG_VALUE',
    message: `${argument} must have either listener, which has an address, or port, not both`,
  })
  assert.throws(() => serve(both, {}), refused('options'))
  assert.throws(() => listenHttp(createHttpServer(), both), refused('target'))
  assert.throws(() => serveBlocking(both, new URL('file:///handler.js')), refused('target'))
  assert.ok(!listener.closed)
})

test('Server.close: refuses wrong options, and goes on listening', async () => {
  const server = serve({ host: '127.0.0.1', port: 0 }, {})
  await assert.rejects(server.close({ drainMS: 5 } as never), { code: 'ERR_INVALID_ARG_VALUE' })
  for (const wrong of [500, 'x', null]) await assert.rejects(server.close(wrong as never), TypeError)
  assert.ok(server.listening)
  await server.close()
})
