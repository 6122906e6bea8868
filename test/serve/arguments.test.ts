// What serve and attach are given wrongly: it is said at once, names what is wrong, and costs the caller nothing.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attach, createServer, type HandlerOptions, type Handlers, type ServeOptions, serve } from 'berkeley'
import { receiveExactly, tcpPair } from '../support/pairs.js'

const anywhere = { host: '127.0.0.1', port: 0 }

test('a handler by a name that there is not is refused, and the names told that there are', () => {
  const [inner, peer] = tcpPair()
  for (const [name, message] of [
    ['onData', 'handlers.onData means nothing here; there are open, data, drain, end, close, error'],
    ['message', 'handlers.message means nothing here; there are open, data, drain, end, close, error'],
  ] as const) {
    const handlers = { open() {}, [name]() {} } as Handlers
    const refused = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message }
    assert.throws(() => serve(anywhere, handlers), refused)
    assert.throws(() => attach(inner, handlers), refused)
  }
  for (const wrong of [null, 'data', {}]) {
    const refused = { code: 'ERR_INVALID_ARG_TYPE', message: 'handlers.data must be a function' }
    assert.throws(() => serve(anywhere, { data: wrong } as unknown as Handlers), refused)
  }
  assert.ok(!inner.closed)
  for (const each of [inner, peer]) each.close()
})

test('so is an option, but for one that is undefined', async () => {
  const [inner, peer] = tcpPair()
  const misspelt = { idleTimout: 1000 } as HandlerOptions
  const refused = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message: /^options\.idleTimout .*, idleTimeout$/ }
  assert.throws(() => serve({ ...anywhere, ...misspelt }, {}), refused)
  assert.throws(() => attach(inner, {}, misspelt), refused)
  assert.throws(() => attach(inner, {}, { maxConnections: 1 } as HandlerOptions), { code: 'ERR_INVALID_ARG_VALUE' })
  for (const each of [inner, peer]) each.close()
  const server = serve({ ...anywhere, ...({ idleTimout: undefined } as ServeOptions) }, {})
  const again = serve({ ...server.address(), reusePort: false, port: 0 }, {})
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

test('an object of a class may have methods besides, a literal values, and a module whatever it exports', async () => {
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

test('a listener stays with its owner where the options are refused', () => {
  using listener = createServer(anywhere)
  for (const [options, handlers] of [
    [{ idleTimeout: 0 }, {}],
    [{ maxConnections: 0 }, {}],
    [{ proxyProtocol: { maxHeaderBytes: -1 } }, {}],
    [{}, { data: 'x' }],
    [{ idleTimout: 1 }, {}],
  ] as [object, object][]) {
    assert.throws(() => serve({ listener, ...options }, handlers), /ERR_|must|means/)
    assert.equal(listener.tryAccept(), undefined)
  }
})

test('how to close is checked as well: a misspelt limit would be none', async () => {
  const server = serve({ host: '127.0.0.1', port: 0 }, {})
  await assert.rejects(server.close({ drainMS: 5 } as never), { code: 'ERR_INVALID_ARG_VALUE' })
  for (const wrong of [500, 'x', null]) await assert.rejects(server.close(wrong as never), TypeError)
  assert.ok(server.listening)
  await server.close()
})
