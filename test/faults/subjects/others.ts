// What is no verb of one socket: waiting for many, connecting and listening in one call, names, handing over, tracing.
import { closeSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  AF_INET,
  adopt,
  createConnection,
  createServer,
  dupFd,
  EVENT_READ,
  EVENT_WRITE,
  getHostName,
  getProtoByName,
  getProtoByNumber,
  getServByName,
  getServByPort,
  handOver,
  IPPROTO_TCP,
  ifIndexToName,
  ifNameIndex,
  ifNameToIndex,
  listenFds,
  type NameInfoFlag,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  poll,
  resolve,
  reverse,
  Selector,
  SOCK_STREAM,
  Socket,
  select,
  share,
  socketSupport,
  trace,
  unshare,
  wake,
} from 'berkeley'
import { temporaryFolder } from '../../support/folders.js'
import type { Scope, Subject, Subjects } from '../scope.js'

const WAIT_MS = 8

const socketPath = join(temporaryFolder(), 'socket')

function portOf(socket: Socket): number {
  return (socket.getSockName() as { port: number }).port
}

/** The first end has something to receive. */
function readablePair(scope: Scope): [Socket, Socket] {
  const [a, b] = scope.useAll(Socket.pair())
  b.send('hello')
  return [a, b]
}

/** A whole life of a Selector of this backend. */
function selecting(backend: string): Subject {
  return (scope) => {
    const [a, b] = readablePair(scope)
    scope.defer(() => delete process.env['BERKELEY_SELECTOR'])
    return () => {
      process.env['BERKELEY_SELECTOR'] = backend
      const selector = scope.use(new Selector<string>())
      selector.register(a, EVENT_READ, 'a')
      selector.register(b, EVENT_READ, 'b')
      const first = selector.select(WAIT_MS)
      selector.modify(b, EVENT_READ | EVENT_WRITE, 'b')
      const second = selector.select(WAIT_MS)
      selector.unregister(a)
      selector.modify(b, EVENT_READ, 'b')
      wake(selector.waker)
      const third = selector.select(WAIT_MS)
      const last = selector.select(WAIT_MS)
      return [first, second, third, last]
    }
  }
}

const waiting: Subjects = {
  'Selector (epoll)': selecting('epoll'),
  'Selector (poll)': selecting('poll'),
  select(scope) {
    const [a, b] = readablePair(scope)
    return () => select({ read: [a, b], write: [a] }, WAIT_MS)
  },
  'select, in vain'(scope) {
    const [a, b] = scope.useAll(Socket.pair())
    return () => select({ read: [a, b] }, WAIT_MS)
  },
  poll(scope) {
    const [a, b] = readablePair(scope)
    return () =>
      poll(
        [a, b].map((target) => ({ target, events: EVENT_READ })),
        WAIT_MS,
      )
  },
}

const connecting: Subjects = {
  createServer: (scope) => () => scope.use(createServer({ host: '127.0.0.1', port: 0 })),
  'createServer (dual stack)': (scope) => () => scope.use(createServer({ host: '::', port: 0 }, { dualStack: true })),
  'createServer by name': (scope) => () => scope.use(createServer({ host: 'localhost', port: 0 })),
  'createServer (unix)'(scope) {
    rmSync(socketPath, { force: true })
    return () => scope.use(createServer({ path: socketPath }))
  },
  createConnection(scope) {
    const target = { host: '127.0.0.1', port: portOf(scope.use(createServer({ host: '127.0.0.1', port: 0 }))) }
    return () => scope.use(createConnection(target, { timeout: 100 }))
  },
  'createConnection by name'(scope) {
    const target = { host: 'localhost', port: portOf(scope.use(createServer({ host: '127.0.0.1', port: 0 }))) }
    return () => scope.use(createConnection(target, { timeout: 2000 }))
  },
  'createConnection from a local address'(scope) {
    const target = { host: '127.0.0.1', port: portOf(scope.use(createServer({ host: '127.0.0.1', port: 0 }))) }
    return () => scope.use(createConnection(target, { timeout: 100, localAddress: '127.0.0.1' }))
  },
  'createConnection, refused'(scope) {
    const listener = scope.use(createServer({ host: '127.0.0.1', port: 0 }))
    const target = { host: '127.0.0.1', port: portOf(listener) }
    listener.close()
    return () => scope.use(createConnection(target, { timeout: 100 }))
  },
}

const NI_NUMBERS = (NI_NUMERICHOST | NI_NUMERICSERV) as NameInfoFlag

const naming: Subjects = {
  socketSupport: () => () => socketSupport(AF_INET, SOCK_STREAM),
  'resolve by name': () => () => resolve('localhost', null, { timeout: 2000 }),
  'resolve, a number': () => () => resolve('127.0.0.1'),
  reverse: () => () => reverse({ host: '127.0.0.1', port: 80 }, { timeout: 2000 }),
  'reverse, a number': () => () => reverse({ host: '127.0.0.1', port: 80 }, { flags: NI_NUMBERS }),
  getHostName: () => () => getHostName(),
  'services, protocols': () => () => [
    getServByName('http'),
    getServByPort(80),
    getProtoByName('tcp'),
    getProtoByNumber(IPPROTO_TCP),
  ],
  interfaces: () => () => [ifNameIndex(), ifNameToIndex('lo'), ifIndexToName(1)],
}

/** The descriptor that LISTEN_FDS=1 speaks of. The process is started with a file of this number, which keeps it free. */
const FIRST_PASSED_FD = 3
let isHeld = true

const handing: Subjects = {
  dupFd(scope) {
    const socket = scope.use(new Socket())
    return () => scope.use(dupFd(socket.fd))
  },
  share(scope) {
    const socket = scope.use(new Socket())
    return () => {
      const shared = share(socket)
      scope.defer(() => unshare(shared))
    }
  },
  adopt(scope) {
    const shared = share(scope.use(new Socket()))
    // Where it was adopted, the duplicate that was kept for it is closed.
    scope.defer(() => unshare(shared))
    return () => scope.use(adopt(shared))
  },
  unshare(scope) {
    const shared = share(scope.use(new Socket()))
    scope.defer(() => unshare(shared))
    return () => unshare(shared)
  },
  handOver(scope) {
    const socket = scope.use(new Socket())
    return () => handOver({ socket })
  },
  listenFds(scope) {
    if (isHeld) closeSync(FIRST_PASSED_FD)
    isHeld = false
    const passed = new Socket()
    if (passed.fd !== FIRST_PASSED_FD) throw new Error(`descriptor ${passed.fd} is free, ${FIRST_PASSED_FD} is not`)
    passed.detach()
    let taken = false
    scope.defer(() => {
      if (!taken) Socket.fromFd(FIRST_PASSED_FD).close()
      for (const name of ['LISTEN_FDS', 'LISTEN_PID']) delete process.env[name]
    })
    process.env['LISTEN_FDS'] = '1'
    process.env['LISTEN_PID'] = String(process.pid)
    return () => {
      for (const { socket } of listenFds()) scope.use(socket)
      taken = true
    }
  },
}

const tracing: Subjects = {
  trace(scope) {
    const [a, b] = readablePair(scope)
    return () => {
      const recording = trace({ limit: 100 })
      try {
        b.trySend('hello')
        a.tryRecv(10)
      } finally {
        recording.stop()
      }
    }
  },
}

export const others: Subjects = { ...waiting, ...connecting, ...naming, ...handing, ...tracing }
