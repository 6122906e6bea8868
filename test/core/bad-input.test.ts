// Misuse of every verb: an error with a code that names the argument, before any system call.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  AF_KEY,
  AF_UNIX,
  createConnection,
  createServer,
  type Family,
  MSG_PEEK,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
  type SocketType,
} from 'berkeley'
import { encodeAddress } from '../../src/addresses/families.js'
import { fixture, succeeds } from '../support/child.js'

const TYPE = 'ERR_INVALID_ARG_TYPE'
const VALUE = 'ERR_INVALID_ARG_VALUE'
const RANGE = 'ERR_OUT_OF_RANGE'

/** A value that the declared types forbid. */
function wrong<Wanted>(value: unknown): Wanted {
  return value as Wanted
}

/** Expects a TypeError or RangeError with this code, whose message begins with the argument's name. */
function refused(code: string, name: string, act: () => unknown): void {
  assert.throws(
    act,
    (error) => {
      assert.ok(error instanceof (code === RANGE ? RangeError : TypeError), `${error}`)
      assert.equal((error as NodeJS.ErrnoException).code, code)
      assert.ok(error.message.startsWith(name), `"${error.message}" does not begin with ${name}`)
      assert.match(error.stack!, /^\w+ \[ERR_\w+\]: .*\n {4}at .*bad-input\.test/)
      return true
    },
    String(act),
  )
}

const NOT_INTEGERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, -1, 2 ** 53, -(2 ** 53)]
const NOT_NUMBERS = ['1', null, {}, [], true, 1n, Symbol('one'), () => 1]
const NOT_OBJECTS = [null, 5, 'x', true, 1n, Symbol('x'), () => ({})]

// The peer is kept: a dropped one is closed, and its end of the stream is something to receive.
const [stream, peer] = Socket.pair()
after(() => peer.close())
const datagrams = new Socket(AF_INET, SOCK_DGRAM)
const inet6 = new Socket(AF_INET6)
const unix = new Socket(AF_UNIX)
const block = Buffer.alloc(8)

test('numbers: every verb refuses other types and values out of range', () => {
  const verbs: [string, (value: number) => unknown][] = [
    ['maxBytes', (value) => stream.recv(value)],
    ['maxBytes', (value) => stream.tryRecv(value)],
    ['maxBytes', (value) => stream.recvFrom(value)],
    ['flags', (value) => stream.send('x', { flags: wrong(value) })],
    ['flags', (value) => stream.trySend('x', { flags: wrong(value) })],
    ['flags', (value) => stream.recv(1, { flags: wrong(value) })],
    ['flags', (value) => stream.recvInto(block, { flags: wrong(value) })],
    ['offset', (value) => stream.recvInto(block, { offset: value })],
    ['length', (value) => stream.recvInto(block, { length: value })],
    ['offset', (value) => stream.sendFile(0, { offset: value })],
    ['length', (value) => stream.sendFile(0, { length: value })],
    ['length', (value) => stream.sendFileAll(0, { length: value })],
    ['file', (value) => stream.sendFile(value)],
    ['fd', (value) => Socket.fromFd(value)],
    ['family', (value) => new Socket(wrong(value))],
    ['type', (value) => new Socket(AF_INET, wrong(value))],
    ['protocol', (value) => new Socket(AF_INET, SOCK_DGRAM, value)],
    ['type', (value) => Socket.pair(AF_UNIX, wrong(value))],
    ['level', (value) => stream.getRawOption(wrong(value), 1)],
    ['name', (value) => stream.getRawOption(SOL_SOCKET, value)],
    ['length', (value) => stream.getRawOption(SOL_SOCKET, 1, value)],
    ['address.port', (value) => datagrams.bind({ host: '', port: value })],
    ['address.port', (value) => datagrams.sendTo('x', { host: '127.0.0.1', port: value })],
    ['address.port', (value) => new Socket().connect({ host: 'localhost', port: value })],
    ['address.port', (value) => createConnection({ host: '127.0.0.1', port: value })],
    ['address.scopeId', (value) => inet6.connect({ host: '::1', port: 1, scopeId: value })],
    ['address.flowInfo', (value) => inet6.connect({ host: '::1', port: 1, flowInfo: value })],
    ['address.value', (value) => inet6.connect({ family: 'raw', value, bytes: block })],
    ['count', (value) => stream.reader().readExactly(value)],
    ['maxLineBytes', (value) => Socket.pair()[0].reader({ maxLineBytes: value })],
    ['options.localPort', (value) => createConnection({ host: '127.0.0.1', port: 1 }, { localPort: value })],
  ]
  for (const [name, act] of verbs) {
    for (const value of NOT_INTEGERS) refused(RANGE, name, () => act(value))
    for (const value of NOT_NUMBERS) refused(TYPE, name, () => act(wrong(value)))
  }
})

test('numbers: the bounds of ports, families and sizes', () => {
  refused(RANGE, 'address.port', () => datagrams.bind({ host: '', port: 65536 }))
  refused(RANGE, 'family', () => new Socket(wrong<Family>(65536)))
  refused(RANGE, 'type', () => new Socket(AF_INET, wrong<SocketType>(0)))
  // SOCK_NONBLOCK and SOCK_CLOEXEC are not part of a type.
  refused(RANGE, 'type', () => new Socket(AF_INET, wrong<SocketType>(1 | 0o4000)))
  // Linux takes a negative backlog for its most.
  for (const backlog of [0.5, Number.NaN, 2 ** 31]) refused(RANGE, 'backlog', () => unix.listen(backlog))
  refused(RANGE, 'maxBytes', () => stream.recv(0))
  refused(RANGE, 'buffer', () => stream.recvInto(new Uint8Array(0)))
  refused(RANGE, 'buffer', () => stream.recvInto(block, { offset: 8 }))
  refused(RANGE, 'buffer', () => stream.recvInto(block, { length: 0 }))
  refused(RANGE, 'offset', () => stream.recvInto(block, { offset: 9 }))
  refused(RANGE, 'length', () => stream.recvInto(block, { offset: 4, length: 5 }))
  refused(RANGE, 'length', () => stream.getRawOption(SOL_SOCKET, 1, 0))
  refused(RANGE, 'value', () => stream.setRawOption(SOL_SOCKET, 1, 2 ** 31))
  refused(RANGE, 'address.scopeId', () => inet6.connect({ host: '::1', port: 1, scopeId: 2 ** 32 }))
  refused(RANGE, 'address.bytes', () => inet6.connect({ family: 'raw', value: 1, bytes: new Uint8Array(127) }))
})

test('socket: the kernel refuses families, types and protocols that it does not know', () => {
  assert.throws(() => new Socket(wrong<Family>(12345)), {
    name: 'SocketError',
    code: 'EAFNOSUPPORT',
    syscall: 'socket',
  })
  assert.throws(() => new Socket(AF_INET, wrong<SocketType>(15)), { name: 'SocketError', syscall: 'socket' })
  assert.throws(() => Socket.pair(AF_INET), { name: 'SocketError', code: 'ENOTSUP', syscall: 'socketpair' })
  assert.throws(() => new Socket(AF_INET, SOCK_DGRAM, 6), { name: 'SocketError', code: 'EPROTONOSUPPORT' })
})

test('numbers: -0 is 0', () => {
  datagrams.bind({ host: '127.0.0.1', port: -0 })
  assert.throws(() => stream.recv(1, { timeout: -0 }), { name: 'WouldBlockError' })
})

test('addresses: those of another family than the socket’s, and malformed ones, are refused', () => {
  const connect = (socket: Socket, address: unknown) => () => socket.connect(wrong(address))
  for (const value of [...NOT_OBJECTS, undefined]) refused(TYPE, 'address', connect(datagrams, value))
  refused(TYPE, 'address.host', connect(datagrams, {}))
  refused(TYPE, 'address.path', connect(datagrams, { path: '/tmp/x' }))
  refused(TYPE, 'address.port', connect(datagrams, { host: '127.0.0.1' }))
  refused(TYPE, 'address.port', connect(datagrams, { host: '127.0.0.1', port: '80' }))
  refused(VALUE, 'address.host', connect(datagrams, { host: '127.0.0.1\0.example', port: 1 }))
  refused(VALUE, 'address.family', connect(datagrams, { family: 'inet6', host: '::1', port: 1 }))
  refused(VALUE, 'address.family', connect(inet6, { family: 'inet', host: '127.0.0.1', port: 1 }))
  refused(VALUE, 'address.family', connect(inet6, { family: AF_INET, host: '::1', port: 1 }))
  refused(VALUE, 'address.family', connect(inet6, { family: 'nonsense', host: '::1', port: 1 }))
  refused(TYPE, 'address.family', connect(inet6, { family: true, host: '::1', port: 1 }))
  refused(RANGE, 'address.family', connect(inet6, { family: -1, host: '::1', port: 1 }))
  refused(VALUE, 'address.host', connect(inet6, { host: 'localhost', port: 1, scopeId: 1 }))
  refused(VALUE, 'address.host', connect(datagrams, { host: '127.0.0.1', port: 1, flowInfo: 1 }))
  refused(VALUE, 'address.host', connect(inet6, { host: '::1%no-such-interface', port: 1 }))
  refused(VALUE, 'address', connect(unix, { host: '127.0.0.1', port: 1 }))
  refused(VALUE, 'address.family', connect(unix, { family: 'inet', path: '/tmp/x' }))
  refused(TYPE, 'address.path', connect(unix, {}))
  refused(TYPE, 'address.path', connect(unix, { path: Buffer.from('/tmp/x') }))
  refused(VALUE, 'address.path', connect(unix, { path: '' }))
  refused(VALUE, 'address.path', connect(unix, { path: '/tmp/\0x' }))
  refused(RANGE, 'address.path', connect(unix, { path: `/${'x'.repeat(108)}` }))
  refused(TYPE, 'address.abstract', connect(unix, { abstract: wrong(5) }))
  refused(RANGE, 'address.abstract', connect(unix, { abstract: Buffer.alloc(108) }))
  refused(TYPE, 'address.bytes', connect(unix, { family: 'raw', value: 1, bytes: 'text' }))
  refused(TYPE, 'address.value', connect(unix, { family: 'raw', bytes: block }))
})

test('addresses: a family without a codec takes raw addresses only', () => {
  refused(VALUE, 'address', () => encodeAddress({ host: '127.0.0.1', port: 1 }, AF_KEY))
})

test('addresses: a name is refused where the call may not wait for a lookup', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  const address = { host: 'localhost', port: 9 }
  refused('ERR_NAME_NOT_NUMERIC', 'address.host', () => socket.trySendTo('x', address))
  socket.setBlocking(false)
  refused('ERR_NAME_NOT_NUMERIC', 'address.host', () => socket.sendTo('x', address))
  refused('ERR_NAME_NOT_NUMERIC', 'address.host', () => socket.bind(address))
})

test('data: values that are not bytes or text are refused', () => {
  const proxy = new Proxy(new Uint8Array(4), {})
  const imitation = Object.create(Uint8Array.prototype)
  for (const data of [undefined, null, 5, 5n, {}, [1, 2], true, Symbol('x'), new Date(), proxy, imitation]) {
    refused(TYPE, 'data', () => stream.send(wrong(data)))
    refused(TYPE, 'data', () => stream.sendAll(wrong(data)))
    refused(TYPE, 'data', () => datagrams.sendTo(wrong(data), { host: '127.0.0.1', port: 9 }))
    refused(TYPE, 'buffer', () => stream.recvInto(wrong(data)))
    refused(TYPE, 'buffer', () => datagrams.recvFromInto(wrong(data)))
    refused(TYPE, 'delimiter', () => stream.reader().readUntil(wrong(data)))
  }
  refused(TYPE, 'buffer', () => stream.recvInto(wrong('text')))
  refused(VALUE, 'delimiter', () => stream.reader().readUntil(''))
})

test('data: detached memory is refused', () => {
  const bytes = new Uint8Array(8)
  const tail = new DataView(bytes.buffer, 4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  for (const gone of [bytes, tail, bytes.buffer]) {
    refused(VALUE, 'data', () => stream.send(gone))
    refused(VALUE, 'buffer', () => stream.recvInto(gone))
    refused(VALUE, 'buffer', () => datagrams.recvFromInto(gone))
    refused(VALUE, 'address.abstract', () => unix.bind({ abstract: wrong(gone) }))
  }
})

test('data: memory that an option’s getter detaches is refused', () => {
  const bytes = new Uint8Array(8)
  const options = {
    get offset() {
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
      return 0
    },
  }
  refused(VALUE, 'buffer', () => stream.recvInto(bytes, options))
})

test('options: every verb refuses other types, a number as well', () => {
  const verbs: ((options: undefined) => unknown)[] = [
    (options) => stream.recv(1, options),
    (options) => stream.tryRecv(1, options),
    (options) => stream.recvInto(block, options),
    (options) => stream.recvFrom(1, options),
    (options) => stream.send('x', options),
    (options) => stream.trySend('x', options),
    (options) => stream.sendAll('x', options),
    (options) => stream.sendFile(0, options),
    (options) => stream.trySendFile(0, options),
    (options) => stream.wait('read', options),
    (options) => stream.reader().readLine(options),
    (options) => unix.accept(options),
    (options) => unix.connect({ path: '/tmp/x' }, options),
    (options) => createConnection({ path: '/tmp/x' }, options),
    (options) => createServer({ host: '127.0.0.1', port: 0 }, options),
    (options) => Socket.pair()[0].reader(options),
  ]
  for (const act of verbs) for (const value of NOT_OBJECTS) refused(TYPE, 'options', () => act(wrong(value)))
})

test('options: a refused call receives and sends nothing', () => {
  const [a, b] = Socket.pair()
  b.send('hello')
  for (const value of [MSG_PEEK, 500, null, '5']) {
    refused(TYPE, 'options', () => a.recv(5, wrong(value)))
    refused(TYPE, 'options', () => a.send('x', wrong(value)))
  }
  assert.equal(a.recv(5)!.toString(), 'hello')
  assert.equal(b.tryRecv(1), undefined)
  a.close()
  b.close()
})

test('options: a wrong field is refused by its name', () => {
  const target = { host: '127.0.0.1', port: 0 }
  refused(TYPE, 'options.reusePort', () => createServer(target, { reusePort: wrong('yes') }))
  refused(TYPE, 'options.dualStack', () => createServer(target, { dualStack: wrong(1) }))
  refused(RANGE, 'backlog', () => createServer(target, { backlog: -(2 ** 31) - 1 }))
  refused(TYPE, 'options.localAddress', () => createConnection(target, { localAddress: wrong(5) }))
  refused('ERR_NAME_NOT_NUMERIC', 'options.localAddress', () => createConnection(target, { localAddress: 'localhost' }))
  refused(RANGE, 'attemptDelay', () => createConnection(target, { attemptDelay: -1 }))
  refused(RANGE, 'timeout', () => createConnection(target, { timeout: Number.NaN }))
  for (const value of NOT_OBJECTS) {
    refused(TYPE, 'target', () => createConnection(wrong(value)))
    refused(TYPE, 'target', () => createServer(wrong(value)))
  }
})

test('setBlocking, setTimeout: other types and values out of range are refused', () => {
  for (const value of [0, 1, null, undefined, 'true']) refused(TYPE, 'flag', () => stream.setBlocking(wrong(value)))
  for (const value of ['1', undefined, true, {}, 1n]) refused(TYPE, 'timeout', () => stream.setTimeout(wrong(value)))
  for (const value of [-1, Number.NaN, Number.NEGATIVE_INFINITY])
    refused(RANGE, 'timeout', () => stream.setTimeout(value))
  const likeNodes = stream.setTimeout.bind(stream) as (ms: number, listener: () => void) => void
  refused(VALUE, 'setTimeout', () => likeNodes(100, () => {}))
})

test('events and directions: unknown words are refused, names of Object.prototype as well', () => {
  for (const word of ['Read', '', 'constructor', '__proto__', 'toString', 5, null, undefined, Symbol('read'), {}]) {
    refused(VALUE, 'events', () => stream.wait(wrong(word)))
    refused(VALUE, 'events', () => stream.tryWait(wrong(word)))
    refused(VALUE, 'how', () => stream.shutdown(wrong(word)))
  }
})

test('Socket: the constructor refuses an object', () => {
  for (const value of [{}, { fd: 0, family: 2, type: 1, protocol: 0 }, [], stream]) {
    refused(TYPE, 'family', () => new Socket(wrong<Family>(value)))
  }
})

test('reader: it is made once, and other options are refused afterwards', () => {
  const [socket] = Socket.pair()
  const reader = socket.reader({ maxLineBytes: 100 })
  assert.equal(socket.reader(), reader)
  assert.equal(socket.reader({ maxLineBytes: 100, encoding: 'utf8' }), reader)
  refused(VALUE, 'options', () => socket.reader({ maxLineBytes: 99 }))
  refused(VALUE, 'options', () => socket.reader({ encoding: 'latin1' }))
  refused(VALUE, 'options.encoding', () => Socket.pair()[0].reader({ encoding: wrong('klingon') }))
  refused('ERR_NOT_A_STREAM', 'a reader', () => datagrams.reader())
})

for (const program of ['core/fuzz-sockets', 'core/fuzz-readiness']) {
  for (const seed of [1, 2]) {
    test(`arbitrary arguments: no call does worse than throw (${program}, seed ${seed})`, async (context) => {
      await succeeds(context, fixture(program), [String(seed), '2000'])
    })
  }
}
