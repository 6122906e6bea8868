// Symbols, Proxies and revoked Proxies in place of every argument: what is thrown has a code. An operation on a revoked Proxy,
// and a Symbol in a text, throw a TypeError without one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as berkeley from 'berkeley'
import {
  AsyncSocket,
  attach,
  createConnection,
  createServer,
  EVENT_READ,
  encodeProxyHeader,
  handOver,
  listenFds,
  openConnection,
  ProxyHeaderParser,
  poll,
  readProxyHeader,
  resolve,
  reverse,
  Selector,
  SO_KEEPALIVE,
  Socket,
  select,
  serve,
  serveBlocking,
  toDuplex,
  toWeb,
  trace,
  wake,
} from 'berkeley'

/** An argument that the declared types forbid. */
// biome-ignore lint/suspicious/noExplicitAny: every argument is wrong here
type Wrong = any

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const VALUES: readonly [name: string, value: unknown][] = [
  ['a Symbol', Symbol('wrong')],
  ['an array with a Symbol', [Symbol('wrong')]],
  ['an object that becomes a Symbol', { toString: () => Symbol('wrong') }],
  ['a Proxy of a socket', new Proxy(new Socket(), {})],
  ['a Proxy of a view', new Proxy(new DataView(new ArrayBuffer(4)), {})],
  ['a revoked Proxy', revoked({})],
  ['a revoked Proxy of a function', revoked(() => {})],
  ['a revoked Proxy of an array', revoked([])],
  ['an imitation', Object.create(Socket.prototype)],
  ['an object without a prototype', Object.create(null)],
  ['null', null],
]

const address = { host: '127.0.0.1', port: 0 }
const program = 'data:text/javascript,export default () => {}'
const [a] = Socket.pair()
const [b] = Socket.pair()
const awaited = Socket.pair()[0].toAsync()
for (const socket of [a, b, awaited]) socket.setTimeout(1)

function withSelector(act: (selector: Selector) => unknown): unknown {
  using selector = new Selector()
  return act(selector)
}

const calls: Readonly<Record<string, (value: Wrong) => unknown>> = {
  'new Socket': (value) => new Socket(value),
  'new AsyncSocket': (value) => new AsyncSocket(value),
  'Socket.pair': (value) => Socket.pair(value),
  'Socket.fromFd': (value) => Socket.fromFd(value),
  setOption: (value) => a.setOption(value, 1 as Wrong),
  'setOption, the value': (value) => a.setOption(SO_KEEPALIVE, value),
  getOption: (value) => a.getOption(value),
  getRawOption: (value) => a.getRawOption(value, value),
  setRawOption: (value) => a.setRawOption(1 as Wrong, 2, value),
  sendFile: (value) => a.sendFile(value),
  sendFileAll: (value) => a.sendFileAll(value),
  'sendFile, the descriptor': (value) => a.sendFile({ fd: value } as Wrong),
  recvInto: (value) => a.recvInto(value),
  tryRecvInto: (value) => a.tryRecvInto(value),
  recvFromInto: (value) => a.recvFromInto(value),
  recv: (value) => a.recv(value),
  'recv, options': (value) => a.recv(1, value),
  send: (value) => a.send(value),
  sendAll: (value) => a.sendAll(value),
  'send, options': (value) => a.send('x', value),
  sendTo: (value) => a.sendTo('x', value),
  connect: (value) => new Socket().connect(value),
  'connect, the host': (value) => new Socket().connect({ host: value, port: 1 }),
  bind: (value) => new Socket().bind(value),
  'bind, the family': (value) => new Socket().bind({ ...address, family: value }),
  listen: (value) => new Socket().listen(value),
  shutdown: (value) => a.shutdown(value),
  wait: (value) => a.wait(value),
  setTimeout: (value) => value !== null && b.setTimeout(value),
  reader: (value) => Socket.pair()[0].reader(value),
  readUntil: (value) => b.reader().readUntil(value),
  readLine: (value) => b.reader().readLine(value),
  createConnection: (value) => createConnection(value),
  'createConnection, options': (value) => createConnection(address, value),
  createServer: (value) => createServer(value),
  'createServer, options': (value) => createServer(address, value),
  openConnection: (value) => openConnection(value),
  'openConnection, the signal': (value) => openConnection(address, { signal: value }),
  serve: (value) => serve(value, {}),
  'serve, handlers': (value) => serve(address, value),
  'serve, the listener': (value) => serve({ listener: value }, {}),
  attach: (value) => attach(value, {}),
  'attach, options': (value) => attach(Socket.pair()[0], {}, value),
  serveBlocking: (value) => serveBlocking(value, program),
  'serveBlocking, the module': (value) => serveBlocking(address, value),
  'serveBlocking, the listener': (value) => serveBlocking({ listener: value }, program),
  toDuplex: (value) => toDuplex(value),
  toWeb: (value) => toWeb(value),
  'Selector.register': (value) => withSelector((selector) => selector.register(value, EVENT_READ)),
  'Selector.register, events': (value) => withSelector((selector) => selector.register(a, value)),
  'Selector.register, options': (value) =>
    withSelector((selector) => selector.register(a, EVENT_READ, undefined, value)),
  'Selector.modify': (value) => withSelector((selector) => selector.modify(value, EVENT_READ)),
  'Selector.unregister': (value) => withSelector((selector) => selector.unregister(value)),
  select: (value) => select(value, 1),
  'select, a list': (value) => value !== null && select({ read: value }, 1),
  'select, a socket': (value) => select({ read: [value] }, 1),
  poll: (value) => poll(value, 1),
  'poll, a request': (value) => poll([value], 1),
  'poll, a socket': (value) => poll([{ target: value, events: EVENT_READ }], 1),
  wake: (value) => wake(value),
  resolve: (value) => value !== null && resolve(value, 80),
  'resolve, the port': (value) => resolve('127.0.0.1', value),
  'resolve, options': (value) => resolve('127.0.0.1', 80, value),
  reverse: (value) => reverse(value),
  trace: (value) => trace(value).stop(),
  handOver: (value) => handOver(value),
  'handOver, a socket': (value) => handOver({ x: value }),
  listenFds: (value) => listenFds(value),
  readProxyHeader: (value) => readProxyHeader(value),
  encodeProxyHeader: (value) => encodeProxyHeader(value),
  'new ProxyHeaderParser': (value) => new ProxyHeaderParser(value),
  'ProxyHeaderParser.push': (value) => new ProxyHeaderParser().push(value),
  'AsyncSocket.send': (value) => awaited.send(value),
  'AsyncSocket.recvInto': (value) => awaited.recvInto(value),
  'AsyncSocket.recv, options': (value) => awaited.recv(1, value),
  'AsyncSocket.sendFile': (value) => awaited.sendFile(value),
  'AsyncSocket.sendFileAll': (value) => awaited.sendFileAll(value),
}

/** What a call throws or rejects with; undefined for a result, which is closed. */
async function thrownBy(call: (value: unknown) => unknown, value: unknown): Promise<unknown> {
  try {
    const result = (await call(value)) as { close?(): unknown; destroy?(): void } | undefined | null
    if (result instanceof Socket || result instanceof AsyncSocket || result instanceof berkeley.Server) {
      await result.close()
    }
    return undefined
  } catch (error) {
    return error
  }
}

test('misuse: Symbols, Proxies and revoked Proxies are refused with a code, everywhere', async () => {
  const withoutCode: string[] = []
  const options = Object.entries(berkeley).filter(
    ([, one]) => typeof one === 'object' && one !== null && 'encode' in one,
  )
  const setting = options.map(([name, option]) => [
    `setOption ${name}`,
    (value: Wrong): unknown => a.setOption(option as Wrong, value),
  ])
  for (const [name, call] of [...Object.entries(calls), ...(setting as [string, (value: Wrong) => unknown][])]) {
    for (const [kind, value] of VALUES) {
      const error = (await thrownBy(call, value)) as NodeJS.ErrnoException | undefined
      if (error !== undefined && error?.code === undefined) withoutCode.push(`${name}: ${kind}: ${error?.message}`)
    }
  }
  assert.deepEqual(withoutCode, [])
})
