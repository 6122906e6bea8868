// Selector: registering, modifying and unregistering, which events it reports, and sockets that close meanwhile.

import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import {
  createServer,
  EVENT_ERROR,
  EVENT_HANGUP,
  EVENT_INVALID,
  EVENT_PRIORITY,
  EVENT_READ,
  EVENT_WRITE,
  MSG_OOB,
  type Selectable,
  Selector,
  Socket,
} from 'berkeley'
import { native } from '../../src/native/addon.js'
import { leakingNothing, uncountable } from '../support/descriptors.js'
import { tcpPair } from '../support/pairs.js'
import { makeSelector, onEachBackend } from '../support/readiness-backends.js'

/** A duplicate as a plain number: a test can close it without the selector noticing. */
const rawCopy = (socket: Socket): number => socket.dup().detach()

const eventsOf = (selector: Selector, timeout = 0): number[] => selector.select(timeout).map(({ events }) => events)

onEachBackend('Selector.select: returns socket, descriptor, events and data of each ready target', (backend) => {
  using selector = makeSelector<string>(backend)
  const [a, b] = Socket.pair()
  selector.register(a, EVENT_READ, 'a')
  selector.register(b, EVENT_READ | EVENT_WRITE, 'b')
  assert.deepEqual(selector.select(), [{ socket: b, fd: b.fd, events: EVENT_WRITE, data: 'b' }])
  b.send('x')
  const [first, second] = selector.select().sort((x, y) => x.fd - y.fd)
  assert.deepEqual(first, { socket: a, fd: a.fd, events: EVENT_READ, data: 'a' })
  assert.equal(second?.data, 'b')
  assert.deepEqual([selector.size, selector.has(a), selector.has(a.fd), selector.backend], [2, true, false, backend])
})

onEachBackend('Selector.select: returns nothing after a timeout', (backend) => {
  using selector = makeSelector(backend)
  const [a] = Socket.pair()
  selector.register(a, EVENT_READ)
  const start = performance.now()
  assert.deepEqual(selector.select(20), [])
  assert.ok(performance.now() - start >= 20)
  assert.deepEqual(selector.select(0), [])
})

onEachBackend('Selector.register: refuses wrong arguments', (backend) => {
  using selector = makeSelector(backend)
  const [a, b] = Socket.pair()
  selector.register(a, EVENT_READ)
  const refuses = (code: string, target: unknown, events: unknown): void =>
    assert.throws(() => selector.register(target as Selectable, events as number), { code })
  refuses('ERR_ALREADY_REGISTERED', a, EVENT_WRITE)
  refuses('ERR_ALREADY_REGISTERED', a.fd, EVENT_WRITE)
  for (const events of [EVENT_ERROR, EVENT_HANGUP, EVENT_INVALID, 128, -1, 1.5, Number.NaN])
    refuses('ERR_OUT_OF_RANGE', b, events)
  for (const events of ['1', undefined, null]) refuses('ERR_INVALID_ARG_TYPE', b, events)
  assert.throws(() => selector.register(b, 'read' as never), {
    message: "events must be EVENT_READ, EVENT_WRITE, or several events or'ed, not 'read'",
  })
  for (const target of [null, undefined, {}, '3']) refuses('ERR_INVALID_ARG_TYPE', target, EVENT_READ)
  for (const fd of [-1, 1.5, 2 ** 31]) refuses('ERR_OUT_OF_RANGE', fd, EVENT_READ)
  refuses('EBADF', 1_000_000, EVENT_READ)
  b.close()
  refuses('ERR_SOCKET_CLOSED', b, EVENT_READ)
  assert.equal(selector.size, 1)
})

onEachBackend('Selector.register: a regular file is refused by epoll and ready for poll', (backend) => {
  using selector = makeSelector(backend)
  const file = openSync(process.execPath, 'r')
  try {
    if (backend === 'epoll') {
      assert.throws(() => selector.register(file, EVENT_READ), { code: 'EPERM', name: 'SocketError' })
      assert.equal(selector.size, 0)
    } else {
      selector.register(file, EVENT_READ)
      assert.deepEqual(eventsOf(selector), [EVENT_READ])
    }
  } finally {
    closeSync(file)
  }
})

onEachBackend('Selector.select: returns all of many ready descriptors', (backend) => {
  using selector = makeSelector<number>(backend)
  const sockets = Array.from({ length: 1100 }, () => Socket.pair()).flat()
  for (const [index, socket] of sockets.entries()) selector.register(socket, EVENT_WRITE, index)
  for (let round = 0; round < 2; round++) {
    assert.equal(new Set(selector.select(0).map(({ data }) => data)).size, sockets.length)
  }
  for (const socket of sockets) socket.close()
  assert.deepEqual(selector.select(0), [])
})

onEachBackend('Selector.modify: changes the events, and the data if it is given', (backend) => {
  using selector = makeSelector<string>(backend)
  const [a] = Socket.pair()
  assert.throws(() => selector.modify(a, EVENT_READ), { code: 'ERR_NOT_REGISTERED', name: 'TypeError' })
  selector.register(a, EVENT_READ, 'first')
  assert.deepEqual(selector.select(0), [])
  selector.modify(a, EVENT_WRITE)
  assert.deepEqual(
    selector.select(0).map(({ events, data }) => [events, data]),
    [[EVENT_WRITE, 'first']],
  )
  selector.modify(a, EVENT_WRITE, 'second')
  assert.equal(selector.select(0)[0]?.data, 'second')
  selector.modify(a, 0)
  assert.deepEqual(selector.select(0), [])
  assert.throws(() => selector.modify(a, EVENT_HANGUP), { code: 'ERR_OUT_OF_RANGE' })
  selector.modify(a, EVENT_READ)
  assert.deepEqual(selector.select(0), [])
})

onEachBackend('Selector.unregister: the target is not reported, and can be registered again', (backend) => {
  using selector = makeSelector(backend)
  const [a] = Socket.pair()
  selector.register(a, EVENT_WRITE)
  selector.unregister(a)
  assert.deepEqual(selector.select(0), [])
  assert.throws(() => selector.unregister(a), { code: 'ERR_NOT_REGISTERED' })
  selector.register(a, EVENT_WRITE)
  assert.deepEqual(eventsOf(selector), [EVENT_WRITE])
})

onEachBackend('Selector.select: reports unread bytes again (level-triggered)', (backend) => {
  using selector = makeSelector(backend)
  const [a, b] = Socket.pair()
  selector.register(a, EVENT_READ)
  b.send('xy')
  assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[EVENT_READ], [EVENT_READ]])
  a.recv(1)
  assert.deepEqual(eventsOf(selector), [EVENT_READ])
  a.recv(1)
  assert.deepEqual(eventsOf(selector), [])
})

onEachBackend('Selector.register: refuses edge and oneShot where the backend does not support them', (backend) => {
  using selector = makeSelector(backend)
  const [a, b] = Socket.pair()
  assert.deepEqual(selector.supports, { edge: backend === 'epoll', oneShot: backend === 'epoll' })
  if (selector.supports.edge) return
  const code = 'ERR_FEATURE_UNSUPPORTED'
  assert.throws(() => selector.register(a, EVENT_READ, undefined, { edge: true }), { code })
  assert.throws(() => selector.register(a, EVENT_READ, undefined, { oneShot: true }), { code })
  selector.register(b, EVENT_READ, undefined, { edge: false })
  assert.throws(() => selector.modify(b, EVENT_READ, undefined, { edge: true }), { code })
})

onEachBackend('Selector.register: with edge, each arrival of bytes is reported once', (backend) => {
  using selector = makeSelector(backend)
  if (!selector.supports.edge) return
  const [a, b] = Socket.pair()
  selector.register(a, EVENT_READ, undefined, { edge: true })
  b.send('x')
  assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[EVENT_READ], []])
  b.send('y')
  assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[EVENT_READ], []])
  selector.modify(a, EVENT_READ, undefined, { edge: false })
  assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[EVENT_READ], [EVENT_READ]])
})

onEachBackend(
  'Selector.register: with oneShot, a target is reported once until modify, also in a rebuilt set',
  (backend) => {
    using selector = makeSelector(backend)
    if (!selector.supports.oneShot) return
    const [a, b] = Socket.pair()
    const closed = rawCopy(b)
    selector.register(a, EVENT_READ, undefined, { oneShot: true })
    selector.register(closed, EVENT_WRITE)
    b.send('x')
    assert.deepEqual(eventsOf(selector).sort(), [EVENT_READ, EVENT_WRITE])
    assert.deepEqual(eventsOf(selector), [EVENT_WRITE])
    closeSync(closed)
    selector.unregister(closed)
    assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[], []])
    selector.modify(a, EVENT_READ)
    assert.deepEqual([eventsOf(selector), eventsOf(selector)], [[EVENT_READ], []])
  },
)

onEachBackend('Selector.select: distinguishes end of stream, hang-up, error and urgent data', (backend) => {
  using selector = makeSelector(backend)
  const [client, server] = tcpPair()
  selector.register(client, EVENT_READ)
  server.shutdown('write')
  assert.deepEqual(eventsOf(selector, 1000), [EVENT_READ])
  assert.equal(client.recv(1), null)
  client.shutdown('write')
  assert.deepEqual(eventsOf(selector, 1000), [EVENT_READ | EVENT_HANGUP])
  const [other, resetting] = tcpPair()
  selector.modify(client, EVENT_READ)
  selector.unregister(client)
  selector.register(other, EVENT_PRIORITY)
  resetting.send('!', { flags: MSG_OOB })
  assert.deepEqual(eventsOf(selector, 1000), [EVENT_PRIORITY])
  other.send('unread')
  resetting.wait('read')
  resetting.close()
  const [events] = eventsOf(selector, 1000)
  assert.ok((events! & EVENT_ERROR) !== 0 && (events! & EVENT_HANGUP) !== 0)
  assert.equal(other.takeError()?.code, 'ECONNRESET')
})

onEachBackend('Selector: a closed socket is unregistered, and a reused descriptor number starts afresh', (backend) => {
  using selector = makeSelector<string>(backend)
  const [a, b] = Socket.pair()
  selector.register(a, EVENT_WRITE, 'closed')
  selector.register(b, EVENT_WRITE, 'detached')
  const { fd } = a
  const shared = a.dup()
  a.close()
  closeSync(b.detach())
  assert.equal(selector.size, 0)
  assert.deepEqual(selector.select(0), [])
  const [c, d] = Socket.pair()
  assert.ok([c.fd, d.fd].includes(fd), 'the descriptor number was not reused')
  assert.deepEqual(selector.select(0), [])
  selector.register(c, EVENT_WRITE, 'new')
  assert.deepEqual(
    selector.select(0).map(({ data }) => data),
    ['new'],
  )
  assert.ok(shared.fd >= 0)
})

onEachBackend('Selector.select: does not report a socket that was closed after it was reported', (backend) => {
  using selector = makeSelector(backend)
  const pairs = Array.from({ length: 10 }, () => Socket.pair())
  for (const [a, b] of pairs) {
    selector.register(a, EVENT_READ)
    b.send('x')
  }
  const reported = selector.select()
  assert.equal(reported.length, 10)
  for (const { socket } of reported.slice(5)) socket?.close()
  assert.deepEqual(
    new Set(selector.select().map(({ socket }) => socket)),
    new Set(reported.slice(0, 5).map((ready) => ready.socket)),
  )
})

onEachBackend('Selector.select: does not spin when a registered descriptor was closed', (backend) => {
  using selector = makeSelector<string>(backend)
  const [a, b] = Socket.pair()
  const closed = rawCopy(b)
  selector.register(closed, EVENT_WRITE, 'closed')
  selector.register(a, EVENT_READ, 'a')
  // `b` keeps the open file description alive, so epoll still reports it under the closed number.
  closeSync(closed)
  selector.unregister(closed)
  const before = process.cpuUsage()
  assert.deepEqual(selector.select(100), [])
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 50_000, `${user + system} µs of processor time in 100 ms`)
  b.send('x')
  assert.deepEqual(
    selector.select(1000).map(({ data }) => data),
    ['a'],
  )
})

onEachBackend('Selector.register: a closed number that a socket reuses can be unregistered by number', (backend) => {
  using selector = makeSelector<string>(backend)
  const [a] = Socket.pair()
  const raw = rawCopy(a)
  selector.register(raw, EVENT_WRITE, 'raw')
  closeSync(raw)
  const next = a.dup()
  assert.equal(next.fd, raw)
  // The same open file description under the same number: the close in between cannot be noticed.
  assert.throws(() => selector.register(next, EVENT_WRITE, 'socket'), { code: 'ERR_ALREADY_REGISTERED' })
  selector.unregister(raw)
  selector.register(next, EVENT_WRITE, 'socket')
  assert.deepEqual(
    selector.select(0).map(({ data }) => data),
    ['socket'],
  )
})

test('Selector.register: a socket replaces the stale registration of its descriptor number (epoll)', {
  skip: native.epollOpen === undefined && 'no epoll here',
}, () => {
  using selector = makeSelector<string>('epoll')
  const [a] = Socket.pair()
  const raw = rawCopy(a)
  a.close()
  selector.register(raw, EVENT_WRITE, 'raw')
  closeSync(raw)
  const sockets = Socket.pair()
  const next = sockets.find(({ fd }) => fd === raw) ?? sockets[0].dup()
  assert.equal(next.fd, raw)
  selector.register(next, EVENT_WRITE, 'socket')
  assert.equal(selector.has(raw), false)
  assert.throws(() => selector.unregister(raw), { code: 'ERR_NOT_REGISTERED' })
  assert.deepEqual(
    selector.select(0).map(({ data }) => data),
    ['socket'],
  )
})

onEachBackend('Selector: two selectors watch one socket independently', (backend) => {
  using reads = makeSelector(backend)
  using writes = makeSelector(backend)
  const [a, b] = Socket.pair()
  reads.register(a, EVENT_READ)
  writes.register(a, EVENT_WRITE)
  b.send('x')
  assert.deepEqual([eventsOf(reads), eventsOf(writes)], [[EVENT_READ], [EVENT_WRITE]])
  writes.close()
  assert.deepEqual(eventsOf(reads), [EVENT_READ])
  a.close()
  assert.equal(reads.size, 0)
})

onEachBackend('Selector.close: methods throw ERR_SELECTOR_CLOSED afterwards, sockets stay open', (backend) => {
  const [a] = Socket.pair()
  const selector = makeSelector(backend)
  selector.register(a, EVENT_WRITE)
  selector.close()
  selector.close()
  const code = 'ERR_SELECTOR_CLOSED'
  assert.throws(() => selector.register(a, EVENT_READ), { code, name: 'TypeError' })
  assert.throws(() => selector.modify(a, EVENT_READ), { code })
  assert.throws(() => selector.unregister(a), { code })
  assert.throws(() => selector.select(0), { code })
  assert.throws(() => selector.waker, { code })
  assert.deepEqual([selector.size, a.trySend('x')], [0, 1])
  a.close()
})

onEachBackend('Selector.select: refuses invalid timeouts', (backend) => {
  using selector = makeSelector(backend)
  for (const timeout of [-1, Number.NaN]) assert.throws(() => selector.select(timeout), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => selector.select('1' as unknown as number), { code: 'ERR_INVALID_ARG_TYPE' })
})

onEachBackend('Selector.select: reports a listener as readable when a connection is pending', (backend) => {
  using selector = makeSelector(backend)
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  selector.register(listener, EVENT_READ)
  assert.deepEqual(eventsOf(selector), [])
  using client = new Socket()
  client.connect(listener.getSockName())
  assert.deepEqual(eventsOf(selector, 1000), [EVENT_READ])
  listener.accept().close()
  assert.deepEqual(eventsOf(selector), [])
})

test('Selector.close: leaves no descriptor open', { skip: uncountable }, () => {
  leakingNothing(() => {
    for (const backend of ['epoll', 'poll'].filter((name) => name === 'poll' || native.epollOpen)) {
      using selector = makeSelector(backend)
      selector.waker
    }
  })
})

test('Selector.select: reports every socket when more are ready than one call returns', () => {
  using selector = new Selector<number>()
  const [a, b] = Socket.pair()
  const copies = Array.from({ length: 1500 }, () => a.dup())
  copies.forEach((copy, index) => {
    selector.register(copy, EVENT_WRITE, index)
  })
  const seen = new Set<number>()
  for (let round = 0; round < 3; round++) for (const { data } of selector.select(0)) seen.add(data)
  assert.equal(seen.size, copies.length)
  for (const socket of [a, b, ...copies]) socket.close()
  assert.equal(selector.size, 0)
})

test('Selector: BERKELEY_SELECTOR selects the backend', () => {
  const before = process.env['BERKELEY_SELECTOR']
  try {
    process.env['BERKELEY_SELECTOR'] = 'poll'
    assert.equal(new Selector().backend, 'poll')
    process.env['BERKELEY_SELECTOR'] = 'kqueue-of-linux'
    assert.throws(() => new Selector(), { code: 'ERR_INVALID_ARG_VALUE' })
  } finally {
    if (before === undefined) delete process.env['BERKELEY_SELECTOR']
    else process.env['BERKELEY_SELECTOR'] = before
  }
  assert.equal(new Selector().backend, before ?? (native.epollOpen ? 'epoll' : 'poll'))
})
