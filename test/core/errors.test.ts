// Every failure of the system throws an error in the shape of Node's own errors, whatever the verb.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  createConnection,
  createServer,
  errno,
  type Level,
  ResolveError,
  SO_LINGER,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
  SocketError,
  TCP_NODELAY,
} from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { uncountable } from '../support/descriptors.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'

interface Shape {
  readonly code: keyof typeof errno
  readonly syscall: string
  readonly address?: string
  readonly port?: number
  readonly path?: string
  readonly option?: string
}

/** The part of a message of Node's after the code. */
function targetText({ address, port, path, option }: Shape): string {
  const name = path ?? option
  if (name !== undefined) return ` ${name}`
  return port === undefined ? '' : ` ${address}:${port}`
}

/** Expects a SocketError with exactly these fields and perhaps a reason in its message, whose stack begins at the caller. */
function fails(shape: Shape, act: () => unknown): void {
  const check = (error: unknown): boolean => {
    assert.ok(error instanceof SocketError, `${error}`)
    assert.deepEqual({ ...error }, { errno: -errno[shape.code], ...shape })
    const [named] = error.message.split(/: (?=[a-z])/)
    assert.equal(named, `${shape.syscall} ${shape.code}${targetText(shape)}`)
    assert.equal(error.name, 'SocketError')
    const [first, second] = error.stack!.split('\n')
    assert.equal(first, `SocketError: ${error.message}`)
    assert.match(second!, /^ {4}at .*errors\.test\./)
    return true
  }
  assert.throws(act, check, String(act))
}

/** The error of an operation in progress. */
function pendingError(socket: Socket): SocketError | ResolveError {
  socket.wait('write', { timeout: 5000 })
  return socket.takeError()!
}

const folder = temporaryFolder()
const pathOf = (name: string): string => join(folder, name)
const dead = { host: '127.0.0.1', port: deadPort() }
const refused = { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: dead.port } as const

/** A path that a closed server has left behind. */
function deadPath(name: string): string {
  createServer({ path: pathOf(name) }).close()
  return pathOf(name)
}

test('ECONNREFUSED: by every way to connect', () => {
  fails(refused, () => new Socket().connect(dead))
  fails(refused, () => createConnection(dead))
  fails(refused, () => {
    using socket = new Socket()
    while (!socket.tryConnect(dead)) socket.wait('write', { timeout: 5000 })
  })
  fails(refused, () => {
    using socket = new Socket()
    socket.tryConnect(dead)
    throw pendingError(socket)
  })
  assert.equal(new Socket().connectEx(dead), errno.ECONNREFUSED)
})

test('connect: the error equals that of node:net', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const socket = connect({ host, port: dead.port })
    const [theirs] = (await once(socket, 'error').catch((error) => [error])) as [NodeJS.ErrnoException]
    using ours = new Socket(host === '::1' ? AF_INET6 : AF_INET)
    assert.throws(
      () => ours.connect({ host, port: dead.port }),
      (error) => {
        assert.ok(error instanceof SocketError)
        assert.deepEqual({ ...error, message: error.message }, { ...theirs, message: theirs.message })
        return true
      },
    )
  }
})

test('unix: paths and names without a listener', () => {
  const path = deadPath('left-over')
  fails({ code: 'ECONNREFUSED', syscall: 'connect', path }, () => new Socket(AF_UNIX).connect({ path }))
  fails({ code: 'ECONNREFUSED', syscall: 'connect', path }, () => createConnection({ path }))
  const none = pathOf('none')
  fails({ code: 'ENOENT', syscall: 'connect', path: none }, () => new Socket(AF_UNIX).connect({ path: none }))
  const abstract = Buffer.from('unused')
  fails({ code: 'ECONNREFUSED', syscall: 'connect', path: '\\0unused' }, () =>
    new Socket(AF_UNIX).connect({ abstract }),
  )
  const datagrams = new Socket(AF_UNIX, SOCK_DGRAM)
  fails({ code: 'ENOENT', syscall: 'sendto', path: none }, () => datagrams.sendTo('x', { path: none }))
  fails({ code: 'ECONNREFUSED', syscall: 'sendto', path }, () => datagrams.sendTo('x', { path }))
  using listener = createServer({ path: pathOf('stream') })
  const stream = listener.getSockName() as { path: string }
  fails({ code: 'EPROTOTYPE', syscall: 'connect', path: stream.path }, () => datagrams.connect(stream))
})

test('ECONNRESET: in every verb, once', () => {
  const reset = (): Socket => {
    const [client, server] = tcpPair()
    server.setOption(SO_LINGER, 0)
    server.close()
    return client
  }
  const block = Buffer.alloc(1)
  fails({ code: 'ECONNRESET', syscall: 'recv' }, () => reset().recv(1))
  fails({ code: 'ECONNRESET', syscall: 'recv' }, () => reset().recvInto(block))
  fails({ code: 'ECONNRESET', syscall: 'recv' }, () => reset().tryRecv(1))
  fails({ code: 'ECONNRESET', syscall: 'recv' }, () => reset().reader().readLine())
  fails({ code: 'ECONNRESET', syscall: 'recvfrom' }, () => reset().recvFrom(1))
  fails({ code: 'ECONNRESET', syscall: 'recvfrom' }, () => reset().recvFromInto(block))
  fails({ code: 'ECONNRESET', syscall: 'send' }, () => reset().send('x'))
  fails({ code: 'ECONNRESET', syscall: 'send' }, () => reset().trySend('x'))
  fails({ code: 'ECONNRESET', syscall: 'getsockopt' }, () => {
    throw reset().takeError()
  })
  const after = reset()
  assert.throws(() => after.recv(1), { code: 'ECONNRESET' })
  assert.equal(after.recv(1), null)
  fails({ code: 'EPIPE', syscall: 'send' }, () => after.send('x'))
})

test('sendAll: the error says that nothing was sent', () => {
  const [a, b] = Socket.pair()
  b.close()
  assert.throws(() => a.sendAll('x'), { name: 'SocketError', code: 'EPIPE', syscall: 'send', bytesSent: 0 })
})

test('EPIPE: in every verb that sends', () => {
  const [a, b] = Socket.pair()
  b.close()
  const file = openSync(process.execPath, 'r')
  fails({ code: 'EPIPE', syscall: 'send' }, () => a.send('x'))
  fails({ code: 'EPIPE', syscall: 'send' }, () => a.trySend('x'))
  fails({ code: 'EPIPE', syscall: 'sendfile' }, () => a.sendFile(file))
  fails({ code: 'EPIPE', syscall: 'sendfile' }, () => a.trySendFile(file))
  fails({ code: 'EPIPE', syscall: 'send' }, () => new Socket().send('x'))
  closeSync(file)
})

test('ENOTCONN: without a connection', () => {
  const socket = new Socket()
  fails({ code: 'ENOTCONN', syscall: 'recv' }, () => socket.recv(1))
  fails({ code: 'ENOTCONN', syscall: 'recvfrom' }, () => socket.recvFrom(1))
  fails({ code: 'ENOTCONN', syscall: 'getpeername' }, () => socket.getPeerName())
  fails({ code: 'ENOTCONN', syscall: 'shutdown' }, () => socket.shutdown('both'))
  fails({ code: 'EDESTADDRREQ', syscall: 'send' }, () => new Socket(AF_INET, SOCK_DGRAM).send('x'))
})

test('EISCONN: with a connection', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { host: address, port } = listener.getSockName() as { host: string; port: number }
  const socket = new Socket()
  socket.connect({ host: address, port })
  fails({ code: 'EISCONN', syscall: 'connect', address, port }, () => socket.connect({ host: address, port }))
  const path = pathOf('connected')
  using unix = createServer({ path })
  const client = new Socket(AF_UNIX)
  client.connect(unix.getSockName())
  fails({ code: 'EISCONN', syscall: 'sendto', path }, () => client.sendTo('x', { path }))
})

test('EADDRINUSE, EADDRNOTAVAIL: addresses in use, and not of this machine', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const { host: address, port } = listener.getSockName() as { host: string; port: number }
  const inUse = { code: 'EADDRINUSE', syscall: 'bind', address, port } as const
  fails(inUse, () => createServer({ host: address, port }))
  fails(inUse, () => new Socket().bind({ host: address, port }))
  const foreign = { code: 'EADDRNOTAVAIL', syscall: 'bind', address: '192.0.2.1', port: 1234 } as const
  fails(foreign, () => new Socket().bind({ host: '192.0.2.1', port: 1234 }))
  fails(foreign, () => createServer({ host: '192.0.2.1', port: 1234 }))
  fails(foreign, () => createConnection({ host: '127.0.0.1', port }, { localAddress: '192.0.2.1', localPort: 1234 }))
  fails({ code: 'EINVAL', syscall: 'bind', address, port: 0 }, () => listener.bind({ host: address, port: 0 }))
  const path = pathOf('no-folder/socket')
  fails({ code: 'ENOENT', syscall: 'bind', path }, () => createServer({ path }))
})

test('ENOTSUP, EINVAL, ENOPROTOOPT: verbs and options that a socket does not have', () => {
  const datagrams = new Socket(AF_INET, SOCK_DGRAM)
  fails({ code: 'ENOTSUP', syscall: 'listen' }, () => datagrams.listen())
  fails({ code: 'ENOTSUP', syscall: 'accept' }, () => datagrams.accept())
  fails({ code: 'EINVAL', syscall: 'accept' }, () => new Socket().accept())
  fails({ code: 'EINVAL', syscall: 'accept' }, () => new Socket().tryAccept())
  fails({ code: 'ENOPROTOOPT', syscall: 'getsockopt' }, () => datagrams.getRawOption(SOL_SOCKET, 0xffff))
  fails({ code: 'ENOPROTOOPT', syscall: 'setsockopt' }, () => datagrams.setRawOption(SOL_SOCKET, 0xffff, 1))
  fails({ code: 'ENOTSUP', syscall: 'getsockopt' }, () => Socket.pair()[0].getRawOption(6 as Level, 1))
})

test('getOption, setOption: the error names the option', () => {
  const [socket] = Socket.pair()
  const refused = { code: 'ENOTSUP', option: 'TCP_NODELAY' } as const
  fails({ syscall: 'getsockopt', ...refused }, () => socket.getOption(TCP_NODELAY))
  fails({ syscall: 'setsockopt', ...refused }, () => socket.setOption(TCP_NODELAY, true))
  socket.close()
})

test('EMSGSIZE: a datagram that is too large', () => {
  const large = Buffer.alloc(70_000)
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  const { host: address, port } = dead
  fails({ code: 'EMSGSIZE', syscall: 'sendto', address, port }, () => socket.sendTo(large, dead))
  fails({ code: 'EMSGSIZE', syscall: 'sendto', address, port }, () => socket.trySendTo(large, dead))
  socket.connect(dead)
  fails({ code: 'EMSGSIZE', syscall: 'send' }, () => socket.send(large))
})

test('ECONNREFUSED: the next call on a datagram socket reports that a datagram had no receiver', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.connect(dead)
  socket.send('x')
  fails({ ...refused, syscall: 'recv' }, () => socket.recv(1, { timeout: 5000 }))
  socket.send('x')
  fails({ code: 'ECONNREFUSED', syscall: 'getsockopt' }, () => {
    throw pendingError(socket)
  })
  assert.equal(socket.takeError(), null)
})

test('EPROTONOSUPPORT, EAFNOSUPPORT: families and protocols that the system lacks', () => {
  fails({ code: 'EPROTONOSUPPORT', syscall: 'socket' }, () => new Socket(AF_UNIX, SOCK_DGRAM, 77))
  fails({ code: 'ENOTSUP', syscall: 'socketpair' }, () => Socket.pair(AF_INET))
  const raw = { family: 'raw', value: AF_UNIX, bytes: Buffer.alloc(14) } as const
  fails({ code: 'EAFNOSUPPORT', syscall: 'connect' }, () => new Socket().connect(raw))
})

test('EBADF, ENOTSOCK: descriptors that are closed, or not sockets', { skip: uncountable }, () => {
  const path = pathOf('file')
  writeFileSync(path, 'x')
  const file = openSync(path, 'r')
  fails({ code: 'ENOTSOCK', syscall: 'fromFd' }, () => Socket.fromFd(file))
  closeSync(file)
  fails({ code: 'EBADF', syscall: 'fromFd' }, () => Socket.fromFd(file))
  fails({ code: 'EBADF', syscall: 'sendfile' }, () => Socket.pair()[0].sendFile(1_000_000))
  const socket = new Socket()
  closeSync(socket.fd)
  fails({ code: 'EBADF', syscall: 'recv' }, () => socket.recv(1))
  fails({ code: 'EBADF', syscall: 'poll' }, () => socket.wait('read'))
  fails({ code: 'EBADF', syscall: 'poll' }, () => socket.tryWait('read'))
  fails({ code: 'EBADF', syscall: 'close' }, () => socket.close())
  assert.equal(socket.closed, true)
})

test('ERR_FD_OWNED: a descriptor has one owner', () => {
  const [a, b] = Socket.pair()
  assert.throws(() => Socket.fromFd(a.fd), { name: 'SocketError', code: 'ERR_FD_OWNED', errno: 0, syscall: 'fromFd' })
  const adopted = Socket.fromFd(a.detach())
  b.send('still there')
  assert.equal(adopted.recv(100)!.toString(), 'still there')
  adopted.close()
  b.close()
})

test('ResolveError: a host without an address of the family, in every verb', () => {
  const other = { host: '127.0.0.1', port: 1 }
  const calls: (() => unknown)[] = [
    () => new Socket(AF_INET6).connect(other),
    () => new Socket(AF_INET6).connectEx(other),
    () => new Socket(AF_INET6).bind(other),
    () => new Socket(AF_INET6, SOCK_DGRAM).sendTo('x', other),
    () => createConnection(other, { family: AF_INET6 }),
  ]
  for (const act of calls) {
    const check = (error: unknown): boolean => {
      assert.ok(error instanceof ResolveError)
      assert.match(error.code, /^EAI_/)
      assert.deepEqual([error.name, error.syscall, error.hostname], ['ResolveError', 'getaddrinfo', '127.0.0.1'])
      assert.match(error.stack!, /^ResolveError: getaddrinfo EAI_.*\n {4}at .*errors\.test\./)
      return true
    }
    assert.throws(act, check, String(act))
  }
})

for (const execArgv of [[], ['--enable-source-maps']]) {
  test(`stack: begins at the caller, also where the program changes stacks ${execArgv}`, async (context) => {
    await succeeds(context, fixture('core/error-stacks'), [], { execArgv })
  })
}

/** Called while Object.prototype has accessors, with which node:assert cannot work. */
function errorOf(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

test('errors: have their fields under an accessor of a polluted prototype', () => {
  using socket = new Socket(AF_UNIX)
  const address = { path: '/no/such/path' }
  const names = ['path', 'code', 'argument', 'value', 'min', 'max', 'bytesSent', 'waitsFor']
  const [blocked, peer] = Socket.pair()
  blocked.setBlocking(false)
  peer.close()
  // Without a prototype: the descriptor of the second name would have the accessor of the first.
  const accessor = Object.assign(Object.create(null), { get: () => undefined, configurable: true })
  for (const name of names) Object.defineProperty(Object.prototype, name, accessor)
  const calls = [() => socket.connect(address), () => socket.recv(-1), () => blocked.sendAll('x')]
  const thrown: unknown[] = []
  try {
    for (const call of calls) thrown.push(errorOf(call))
  } finally {
    blocked.close()
    for (const name of names) Reflect.deleteProperty(Object.prototype, name)
  }
  const [connecting, range, sending] = thrown
  const has = (error: unknown, fields: object): void => {
    assert.throws(() => {
      throw error
    }, fields)
  }
  has(connecting, { code: 'ENOENT', path: '/no/such/path' })
  has(range, { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', value: -1, min: 1 })
  has(sending, { code: 'EPIPE', bytesSent: 0 })
})
