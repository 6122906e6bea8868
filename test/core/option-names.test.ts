// Names of options: everything that takes options refuses those that it does not know, and names the nearest.

import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { test } from 'node:test'
import {
  AsyncSocket,
  attach,
  connectTls,
  createConnection,
  createServer,
  EVENT_READ,
  listenFds,
  listenHttp,
  openConnection,
  ProxyHeaderParser,
  poll,
  readProxyHeader,
  readProxyHeaderAsync,
  resolve,
  resolveAsync,
  reverse,
  Selector,
  Socket,
  select,
  serve,
  serveBlocking,
  serveDatagrams,
  toDuplex,
  toWeb,
  trace,
} from 'berkeley'
import { fetchSync } from 'berkeley/http'
import { connect } from 'berkeley/web'

const anywhere = { host: '127.0.0.1', port: 0 } as const
const NOTHING = 'data:text/javascript,export default () => {}'
const block = Buffer.alloc(8)

// biome-ignore lint/suspicious/noExplicitAny: the names are wrong on purpose
type Wrong = any

/** What takes options, by a name near to which the misspelt one is. */
const takers: Readonly<Record<string, readonly ((options: Wrong) => unknown)[]>> = {
  timeout: [
    (options) => Socket.pair()[0].recv(1, options),
    (options) => Socket.pair()[0].recvFrom(1, options),
    (options) => Socket.pair()[0].recvInto(block, options),
    (options) => Socket.pair()[0].recvFromInto(block, options),
    (options) => Socket.pair()[0].send('x', options),
    (options) => Socket.pair()[0].sendAll('x', options),
    (options) => Socket.pair()[0].sendTo('x', anywhere, options),
    (options) => Socket.pair()[0].sendFile(0, options),
    (options) => Socket.pair()[0].sendFileAll(0, options),
    (options) => Socket.pair()[0].accept(options),
    (options) => new Socket().connect(anywhere, options),
    (options) => new Socket().bind(anywhere, options),
    (options) => Socket.pair()[0].wait('read', options),
    (options) => Socket.pair()[0].reader().readLine(options),
    (options) => Socket.pair()[0].reader().readUntil('x', options),
    (options) => Socket.pair()[0].reader().readExactly(1, options),
    (options) => Socket.pair()[0].reader().readAll(options),
    (options) => AsyncSocket.pair()[0].recv(1, options),
    (options) => AsyncSocket.pair()[0].recvFrom(1, options),
    (options) => AsyncSocket.pair()[0].recvInto(block, options),
    (options) => AsyncSocket.pair()[0].recvFromInto(block, options),
    (options) => AsyncSocket.pair()[0].send('x', options),
    (options) => AsyncSocket.pair()[0].sendAll('x', options),
    (options) => AsyncSocket.pair()[0].sendTo('x', anywhere, options),
    (options) => AsyncSocket.pair()[0].sendFile(0, options),
    (options) => AsyncSocket.pair()[0].sendFileAll(0, options),
    (options) => AsyncSocket.pair()[0].accept(options),
    (options) => new AsyncSocket().connect(anywhere, options),
    (options) => AsyncSocket.pair()[0].readable(options),
    (options) => AsyncSocket.pair()[0].writable(options),
    (options) => AsyncSocket.pair()[0].reader().readLine(options),
    (options) => AsyncSocket.pair()[0].reader().readUntil('x', options),
    (options) => AsyncSocket.pair()[0].reader().readExactly(1, options),
    (options) => AsyncSocket.pair()[0].reader().readAll(options),
    (options) => createConnection(anywhere, options),
    (options) => openConnection(anywhere, options),
    (options) => resolve('127.0.0.1', 1, options),
    (options) => resolveAsync('127.0.0.1', 1, options),
    (options) => reverse({ host: '127.0.0.1', port: 1 }, options),
    (options) => readProxyHeader(Socket.pair()[0], options),
    (options) => readProxyHeaderAsync(AsyncSocket.pair()[0], options),
  ],
  flags: [
    (options) => Socket.pair()[0].tryRecv(1, options),
    (options) => Socket.pair()[0].tryRecvInto(block, options),
    (options) => Socket.pair()[0].tryRecvFrom(1, options),
    (options) => Socket.pair()[0].tryRecvFromInto(block, options),
    (options) => Socket.pair()[0].trySend('x', options),
    (options) => Socket.pair()[0].trySendTo('x', anywhere, options),
  ],
  offset: [(options) => Socket.pair()[0].trySendFile(0, options)],
  encoding: [(options) => Socket.pair()[0].reader(options), (options) => AsyncSocket.pair()[0].reader(options)],
  backlog: [(options) => createServer(anywhere, options), (options) => serve({ ...anywhere, ...options }, {})],
  host: [
    (options) => createServer({ ...anywhere, ...options }),
    (options) => createConnection({ ...anywhere, ...options }),
    (options) => openConnection({ ...anywhere, ...options }),
    (options) => new Socket().connect({ ...anywhere, ...options }),
    (options) => new Socket().bind({ ...anywhere, ...options }),
    (options) => new Socket().connectEx({ ...anywhere, ...options }),
    (options) => new AsyncSocket().connect({ ...anywhere, ...options }),
  ],
  threads: [(options) => serveBlocking({ ...anywhere, ...options }, NOTHING)],
  context: [(options) => serveBlocking(anywhere, NOTHING, options)],
  idleTimeout: [
    (options) => serve({ ...anywhere, ...options }, {}),
    (options) => attach(Socket.pair()[0], {}, options),
  ],
  allowHalfOpen: [(options) => toDuplex(Socket.pair()[0], options), (options) => toWeb(Socket.pair()[0], options)],
  keepEnvironment: [(options) => listenFds(options)],
  maxHeaderBytes: [(options) => new ProxyHeaderParser(options)],
  workers: [(options) => trace(options)],
  edge: [(options) => new Selector<number>().register(Socket.pair()[0], EVENT_READ, 1, options)],
  write: [(options) => select(options, 0)],
}

/** The name without one letter. */
const misspelt = (name: string): string => name.slice(0, 1) + name.slice(2)

for (const [name, acts] of Object.entries(takers)) {
  test(`options: a misspelt ${name} is refused, and the message says what may be meant`, async () => {
    for (const act of acts) {
      const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }
      const message = new RegExp(`\\.${misspelt(name)} is unknown: did you mean ${name}\\? It must be `)
      await assert.rejects(async () => act({ [misspelt(name)]: 1 }), { ...expected, message }, act.toString())
    }
  })
}

test('options: the names that Node and Python have for localAddress lead to it', () => {
  for (const name of ['sourceAddress', 'source_address']) {
    const message = `options.${name} is unknown here: what connects takes it as localAddress, with localPort`
    assert.throws(() => createConnection(anywhere, { [name]: '127.0.0.1' } as Wrong), { message })
  }
})

test('options: a name far from all is refused; undefined, and members of a class, are not', () => {
  const [a, b] = Socket.pair()
  b.send('xyz')
  const recv = (options: Wrong) => a.recv(1, options)
  assert.throws(() => recv({ onread: 1 }), {
    message: 'options.onread is unknown: it must be one of flags, timeout, deadline',
  })
  assert.throws(() => a.tryRecv(1, { timeout: 1 } as Wrong), {
    message:
      'options.timeout is unknown here: it belongs to calls that wait; setTimeout sets it for all calls of a socket',
  })
  recv({ onread: undefined })
  recv(Object.assign(Object.create({}), { onread: 1 }))
})

test('options, lists: an array of control messages is no options, and a number is no array', () => {
  const a: Wrong = Socket.pair()[0]
  const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
  const ancillary = [[1, 1, Buffer.alloc(4)]]
  assert.throws(() => a.sendMsg('x', ancillary), {
    ...expected,
    message: /^options must be an object such as \{ timeout: 1000 \}, not \[/,
  })
  assert.throws(() => a.recv(1, 2), {
    ...expected,
    message: 'options must be an object such as { timeout: 1000 }, not 2',
  })
  assert.throws(() => a.sendFds('x', 1), { ...expected, message: 'fds must be an array, not 1' })
})

test('addresses: a message for an unknown member lists those of the usual families', () => {
  assert.throws(() => createConnection({ hostname: 'localhost', port: 1 } as Wrong), {
    message: /^target\.hostname is unknown: did you mean host\? It must be one of host, port, path, .* or \d+ others$/,
  })
  assert.throws(() => serve({ host: '127.0.0.1', port: 0, maxConn: 3 } as Wrong, { data() {} }), {
    message: /maxConn is unknown: did you mean maxConnections\?/,
  })
})

test('addresses: an option among the members of an address is refused, and the message says where it belongs', async () => {
  const target: Wrong = { host: '127.0.0.1', port: 1, timeout: 100 }
  const expected = {
    code: 'ERR_INVALID_ARG_VALUE',
    message: 'target.timeout is an option: pass { timeout } as the second argument',
  }
  assert.throws(() => createConnection(target), expected)
  await assert.rejects(async () => openConnection(target), expected)
  assert.throws(() => createServer({ host: '127.0.0.1', port: 0, reusePort: true } as Wrong), {
    message: /reusePort is an option/,
  })
})

/** Options in the wrong place, and what the message says of them. */
const misplaced: readonly (readonly [act: () => unknown, message: string])[] = [
  [
    () => fetchSync('http://127.0.0.1/', { json: {} } as Wrong),
    "options.json is unknown here: body: JSON.stringify(value), headers: { 'content-type': 'application/json' }",
  ],
  [
    () => fetchSync('https://127.0.0.1/', { ca: 'x' } as Wrong),
    'options.ca is unknown here: it belongs in options.tls',
  ],
  [() => connect('127.0.0.1:1', { ca: 'x' } as Wrong), 'options.ca is unknown here: it belongs in options.tls'],
  [
    () => connect('127.0.0.1:1', { servername: 'x' } as Wrong),
    'options.servername is unknown here: it is called sni here',
  ],
  [
    () => serveBlocking({ ...anywhere, tls: {} } as Wrong, NOTHING),
    'target.tls is unknown here: it belongs in options, the third argument',
  ],
  [
    () => serveBlocking({ ...anywhere, backlog: 5 } as Wrong, NOTHING),
    'target.backlog is unknown here: it is called maxPending here',
  ],
  [
    () => serveBlocking({ ...anywhere, idleTimeout: 5 } as Wrong, NOTHING),
    'target.idleTimeout is unknown here: call setTimeout(ms) on the socket in the handler',
  ],
  [
    () => serveBlocking(anywhere, NOTHING, { threads: 2 } as Wrong),
    'options.threads is unknown here: it belongs in target, the first argument',
  ],
  [
    () => serveBlocking(anywhere, NOTHING, { cert: 'x' } as Wrong),
    'options.cert is unknown here: it belongs in options.tls',
  ],
  [() => createServer(anywhere, { port: 1 } as Wrong), 'options.port is unknown here: it belongs in target'],
  [() => createConnection(anywhere, { host: 'x' } as Wrong), 'options.host is unknown here: it belongs in target'],
  [() => openConnection(anywhere, { port: 1 } as Wrong), 'options.port is unknown here: it belongs in target'],
  [
    () => createConnection(anywhere, { noDelay: true } as Wrong),
    'options.noDelay is unknown here: call setOption(TCP_NODELAY, true) on the socket',
  ],
  [
    () => createConnection(anywhere, { ca: 'x' } as Wrong),
    'options.ca is unknown here: only TLS has it: connectTls, openTls and wrapTls; of servers serveBlocking({ tls }), or listenHttp with node:https',
  ],
  [
    () => createConnection(anywhere, { signal: AbortSignal.abort() } as Wrong),
    'options.signal is unknown here: only awaited calls take it, those of an AsyncSocket for instance',
  ],
  [() => connectTls({ ...anywhere, ca: 'x' } as Wrong), 'target.ca is an option: pass { ca } as the second argument'],
  [() => connectTls(anywhere, { port: 1 } as Wrong), 'options.port is unknown here: it belongs in target'],
  [
    () => new Socket().connect({ ...anywhere, timeout: 1 } as Wrong),
    'address.timeout is an option: pass { timeout } as the second argument',
  ],
  [
    () => new AsyncSocket().connect({ ...anywhere, signal: AbortSignal.abort() } as Wrong),
    'address.signal is an option: pass { signal } as the second argument',
  ],
  [
    () => serve(anywhere, { data: () => {}, idleTimeout: 5 } as Wrong),
    'handlers.idleTimeout is unknown here: it belongs in options',
  ],
  [
    () => serve({ ...anywhere, data: () => {} } as Wrong, {}),
    'options.data is unknown here: it belongs in handlers, the second argument',
  ],
  [
    () => serve({ ...anywhere, timeout: 5 } as Wrong, {}),
    'options.timeout is unknown here: it is called idleTimeout here',
  ],
  [
    () => (serve as Wrong)(anywhere, {}, { idleTimeout: 5 }),
    'the options belong in the first argument, beside the address',
  ],
  [
    () => (serveDatagrams as Wrong)(anywhere, { message: () => {} }, { maxBytes: 5 }),
    'the options belong in the first argument, beside the address',
  ],
  [
    () => serveDatagrams(anywhere, { message: () => {}, maxBytes: 5 } as Wrong),
    'handlers.maxBytes is unknown here: it belongs in options',
  ],
  [
    () => connectTls({ host: '127.0.0.1', port: 1 }, { tls: { ca: 'x' } } as Wrong),
    'options.tls is unknown here: its members belong beside the other options: { ca }, not { tls: { ca } }',
  ],
  [
    () => listenHttp(createHttpServer(), { ...anywhere, drainMs: 5 } as Wrong),
    'target.drainMs is an option: pass { drainMs } as the third argument',
  ],
  [
    () => listenHttp(createHttpServer(), { ...anywhere, maxConnections: 3 } as Wrong),
    'target.maxConnections is unknown here: set server.maxConnections',
  ],
  [
    () => listenHttp(createHttpServer(), { listener: createServer(anywhere), headersTimeout: 3 } as Wrong),
    'target.headersTimeout is unknown here: set server.headersTimeout',
  ],
  [
    () => listenHttp(createHttpServer(), anywhere, { timeout: 3 } as Wrong),
    'options.timeout is unknown here: set server.timeout',
  ],
  [
    () => listenHttp(createHttpServer(), anywhere, { idleTimeout: 3 } as Wrong),
    'options.idleTimeout is unknown here: set server.keepAliveTimeout',
  ],
]

test('options: one that is given in the wrong place is refused, and the message says where it belongs', async () => {
  for (const [act, message] of misplaced) {
    await assert.rejects(
      async () => act(),
      { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message },
      act.toString(),
    )
  }
})

test('handlers: other members of a literal than functions and options are the program’s own', async () => {
  const server = serve({ host: '127.0.0.1', port: 0 }, { open: () => {}, label: 'echo' } as Wrong)
  await server.close()
})

test('select, poll: Python’s lists and pairs are refused, and the message shows what is expected', () => {
  const [a] = Socket.pair()
  const selectAny: Wrong = select
  const pollAny: Wrong = poll
  assert.throws(() => selectAny([a], [], [], 100), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /^lists must be an object such as \{ read: \[socket\] \}/,
  })
  assert.throws(() => pollAny([[a, EVENT_READ]], 0), {
    message: /^requests\[\] must be an object such as \{ target: socket, events: EVENT_READ \}/,
  })
  assert.throws(() => pollAny([{ socket: a, events: EVENT_READ }], 0), {
    message:
      /^requests\[\] must be an object such as \{ target: socket, events: EVENT_READ \}, not \{ socket: \[Socket\]/,
  })
})

test('addresses: with a host and a path are refused, and no address says what one looks like', () => {
  const both: Wrong = { host: '127.0.0.1', port: 1, path: '/nowhere' }
  for (const act of [
    () => createServer(both),
    () => createConnection(both),
    () => serve(both, {}),
    () => new Socket().connect(both),
  ]) {
    assert.throws(act, { code: 'ERR_INVALID_ARG_VALUE', message: /must have one of host and path, not both$/ })
  }
  const message =
    "address must be an object such as { host: 'localhost', port: 80 } or { path: '/run/app.sock' }, not 'localhost'"
  const tuple: Wrong = ['localhost', 80]
  const python =
    "address must be an object such as { host: 'localhost', port: 80 } or { path: '/run/app.sock' }, not [ 'localhost', 80 ]"
  assert.throws(() => new Socket().connect(tuple), { code: 'ERR_INVALID_ARG_TYPE', message: python })
  const connect: Wrong = (socket: Socket) => socket.connect('localhost' as Wrong, 80 as Wrong)
  assert.throws(() => connect(new Socket()), { code: 'ERR_INVALID_ARG_TYPE', message })
})

test('RangeErrors: carry the argument, the value and the bounds', () => {
  assert.throws(() => new Socket().bind({ host: '', port: 65536 }), {
    name: 'RangeError',
    code: 'ERR_OUT_OF_RANGE',
    argument: 'address.port',
    value: 65536,
    min: 0,
    max: 65535,
  })
  assert.throws(() => new Socket().setTimeout(-1), { argument: 'timeout', value: -1, min: 0 })
  assert.throws(() => poll([{ target: 0, events: 1024 }], 0), { argument: 'events', value: 1024 })
})

test('send, sendAll, sendTo and their try forms: send the part that offset and length name', async () => {
  const data = Buffer.from('0123456789')
  const [a, b] = Socket.pair()
  assert.equal(a.send(data, { offset: 2, length: 3 }), 3)
  a.sendAll(data, { offset: 8 })
  assert.equal(a.trySend(new DataView(data.buffer, data.byteOffset, 4), { length: 1 }), 1)
  assert.equal(a.send('aéz', { offset: 1, length: 2 }), 2)
  assert.equal(a.send(data, { length: 0 }), 0)
  assert.equal(String(b.recv(100)), '234890é')
  const [c, d] = AsyncSocket.pair()
  assert.equal(await c.send(data, { offset: 2, length: 3 }), 3)
  await c.sendAll(data, { offset: 8 })
  assert.equal(String(await d.recv(100)), '23489')
  for (const options of [{ offset: 11 }, { offset: 5, length: 6 }, { length: -1 }]) {
    assert.throws(() => a.send(data, options), { code: 'ERR_OUT_OF_RANGE' })
    await assert.rejects(c.sendAll(data, options), { code: 'ERR_OUT_OF_RANGE' })
  }
})
