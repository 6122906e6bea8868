// Servers of Node on a listener of ours, in one call.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer as createHttpServer, get, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createConnection, createServer, listenHttp, openConnection, type SocketError } from 'berkeley'
import { WebSocket, WebSocketServer } from 'ws'
import { fixture, succeeds } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'
import { temporaryFolder } from '../support/folders.js'
import { inet6Missing } from '../support/listeners.js'

const anywhere = { host: '127.0.0.1', port: 0 }
const limits = { timeout: 60_000 }

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port

function hello(): Server {
  return createHttpServer((request, response) => response.end(`hello ${request.socket.remoteAddress}`))
}

test('listenHttp: an http.Server serves, and says where it listens', limits, async () => {
  const server = listenHttp(hello(), anywhere, { reusePort: true })
  assert.equal(server.listening, true)
  await once(server, 'listening')
  assert.deepEqual({ ...(server.address() as AddressInfo), port: 0 }, { address: '127.0.0.1', family: 'IPv4', port: 0 })
  const response = await fetch(`http://127.0.0.1:${portOf(server)}/`)
  assert.equal(await response.text(), 'hello 127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
  assert.equal(server.listening, false)
  assert.equal(server.address(), null)
})

test('listenHttp: close waits for a request, and no longer for the connection that it came on', limits, async () => {
  let finish = (): void => {}
  const server = listenHttp(
    createHttpServer((_, response) => {
      finish = () => response.end('done')
      response.flushHeaders()
    }),
    anywhere,
  )
  const [response] = await once(get({ host: '127.0.0.1', port: portOf(server), agent: undefined }), 'response')
  const closed = once(server, 'close')
  let callbacks = 0
  server.close(() => callbacks++)
  server.close(() => callbacks++)
  await assert.rejects(
    openConnection({ host: '127.0.0.1', port: (response.socket as { remotePort: number }).remotePort }),
    {
      code: 'ECONNREFUSED',
    },
  )
  finish()
  let body = ''
  for await (const chunk of response) body += chunk
  await closed
  assert.deepEqual([body, callbacks], ['done', 2])
  server.close((error) => assert.equal((error as SocketError).code, 'ERR_SERVER_NOT_RUNNING'))
})

/** Servers that reply by `end` alone, and read nothing, or nothing more. */
const unread: Readonly<Record<string, () => NetServer>> = {
  'net.Server': () => createNetServer((stream) => stream.end('goodbye')),
  'a refused upgrade': () => hello().on('upgrade', (_, stream) => stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n')),
  'a refused CONNECT': () => hello().on('connect', (_, stream) => stream.end('HTTP/1.1 405 Not Allowed\r\n\r\n')),
}
const requests: Readonly<Record<string, string>> = {
  'net.Server': '',
  'a refused upgrade': 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: b\r\n\r\n',
  'a refused CONNECT': 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
}
for (const [name, make] of Object.entries(unread)) {
  test(`listenHttp: a stream that nothing reads closes when its peer has ended, ${name}`, limits, async () => {
    const server = listenHttp(make(), anywhere)
    const client = await openConnection({ host: '127.0.0.1', port: portOf(server) })
    if (requests[name] !== '') await client.sendAll(requests[name]!)
    assert.notEqual(await client.recv(100), null)
    await client.shutdown('write')
    assert.equal(await client.recv(100), null)
    client.close()
    // Without drainMs: it waits until the stream has closed.
    await new Promise((resolve) => server.close(resolve))
  })
}

test('listenHttp: drainMs of close is refused, with the place where it belongs', limits, async () => {
  const server = listenHttp(hello(), anywhere)
  const message = 'drainMs is an option of listenHttp: pass it there, in the third argument'
  assert.throws(() => server.close({ drainMs: 5 } as never), { message })
  await new Promise((resolve) => server.close(resolve))
})

test('listenHttp: drainMs ends connections that go on', limits, async () => {
  const server = listenHttp(createNetServer(), anywhere, { drainMs: 20 })
  const connected = once(server, 'connection')
  using client = createConnection({ host: '127.0.0.1', port: portOf(server) })
  await connected
  server.getConnections((error, count) => assert.deepEqual([error, count], [null, 1]))
  await new Promise((resolve) => server.close(resolve))
  assert.equal(client.recv(1), null)
})

test('listenHttp: a signal closes, and the path of a unix socket is removed', limits, async () => {
  const path = join(temporaryFolder(), 'socket')
  const controller = new AbortController()
  const server = listenHttp(hello(), { path }, { signal: controller.signal, mode: 0o600 })
  assert.equal(server.address(), path)
  const closed = once(server, 'close')
  controller.abort()
  await closed
  assert.equal(existsSync(path), false)
})

test('listenHttp: takes over a listener', limits, async () => {
  const listener = createServer(anywhere)
  const { port } = listener.address
  const server = listenHttp(hello(), { listener })
  assert.throws(() => listener.accept(), { code: 'ERR_SOCKET_DETACHED' })
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello 127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
})

test('listenHttp: a WebSocketServer and an HTTP/2 server work over it', limits, async () => {
  const server = listenHttp(hello(), anywhere, { drainMs: 0 })
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (message) => socket.send(`echo ${message}`))
  })
  const client = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`)
  await once(client, 'open')
  client.send('hi')
  assert.equal(String((await once(client, 'message'))[0]), 'echo hi')
  client.terminate()
  await new Promise((resolve) => server.close(resolve))

  const second = listenHttp(
    createHttp2Server((_, response) => response.end('over h2')),
    anywhere,
    { drainMs: 1000 },
  )
  const session = connectHttp2(`http://127.0.0.1:${portOf(second)}`)
  let body = ''
  for await (const chunk of session.request({ ':path': '/' })) body += chunk
  assert.equal(body, 'over h2')
  session.close()
  await new Promise((resolve) => second.close(resolve))
})

test('listenHttp: refuses what is no server, one that listens, and options that it does not know', limits, async () => {
  assert.throws(() => listenHttp({} as Server, anywhere), { code: 'ERR_INVALID_ARG_TYPE' })
  const server = listenHttp(hello(), anywhere)
  assert.throws(() => listenHttp(server, anywhere), { code: 'ERR_SERVER_ALREADY_LISTEN' })
  assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' })
  server.close()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  await new Promise((resolve) => server.close(resolve))
  // While it waits for the end of a connection, too: the end would close the new listener.
  const draining = listenHttp(hello(), anywhere)
  const connected = once(draining, 'connection')
  const client = await openConnection({ host: '127.0.0.1', port: (draining.address() as AddressInfo).port })
  await client.sendAll('GET / HTTP/1.1\r\n')
  await connected
  const closed = once(draining, 'close')
  draining.close()
  for (const listen of [() => listenHttp(draining, anywhere), () => draining.listen(0)])
    assert.throws(listen, { code: 'ERR_SERVER_ALREADY_LISTEN' })
  client.close()
  await closed
  draining.listen(0, '127.0.0.1')
  await once(draining, 'listening')
  draining.close()
  assert.throws(() => listenHttp(hello(), anywhere, { drainMS: 1 } as never), { message: /did you mean drainMs\?/ })
  assert.throws(() => listenHttp(hello(), { host: 'x' } as never), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('listenHttp: :: is of IPv4 too, as in Node, unless dualStack is false', {
  ...limits,
  skip: inet6Missing(),
}, async () => {
  for (const [options, isDual] of [
    [{}, true],
    [{ dualStack: false }, false],
  ] as const) {
    const server = listenHttp(hello(), { host: '::', port: 0 }, options)
    const { port } = server.address() as AddressInfo
    const connecting = openConnection({ host: '127.0.0.1', port })
    if (isDual) (await connecting).close()
    else await assert.rejects(connecting, { code: 'ECONNREFUSED' })
    await new Promise((resolve) => server.close(resolve))
  }
})

test('listenHttp: survives a shortage of descriptors', limits, async (context) => {
  await succeeds(context, fixture('streams/http-without-descriptors'), [], { prefix: limitedTo(200) })
})

test('listenHttp: a server whose members cannot be replaced is refused, and the listener is closed', async () => {
  const listener = createServer(anywhere)
  const at = listener.address
  const server = Object.freeze(createNetServer())
  assert.throws(() => listenHttp(server, { listener }), TypeError)
  await assert.rejects(openConnection(at), { code: 'ECONNREFUSED' })
})
