// select and poll as functions: which lists they return, how long they wait, and what they refuse.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  EVENT_HANGUP,
  EVENT_INVALID,
  EVENT_READ,
  EVENT_READ_HANGUP,
  EVENT_WRITE,
  eventNames,
  MSG_OOB,
  poll,
  Socket,
  select,
} from 'berkeley'
import { leakingNothing, uncountable } from '../support/descriptors.js'
import { tcpPair } from '../support/pairs.js'

test('select: returns the lists reduced to the sockets that are ready', () => {
  const [a, b] = Socket.pair()
  assert.deepEqual(select({ read: [a, b], write: [a] }, 0), { read: [], write: [a], error: [] })
  b.send('x')
  const { read, write } = select({ read: [b, a], write: [a, b] })
  assert.deepEqual([read, write], [[a], [a, b]])
})

test('select: waits until its timeout, and does not wait for 0', () => {
  const [a] = Socket.pair()
  const start = performance.now()
  assert.deepEqual(select({ read: [a] }, 20), { read: [], write: [], error: [] })
  assert.ok(performance.now() - start >= 20)
  assert.deepEqual(select({}, 0), { read: [], write: [], error: [] })
})

test('select: reports the end of stream in read, and urgent data in error', () => {
  const [a, b] = Socket.pair()
  b.close()
  assert.deepEqual(select({ read: [a] }, 0).read, [a])
  const [client, server] = tcpPair()
  server.send('!', { flags: MSG_OOB })
  assert.deepEqual(select({ error: [client] }, 1000).error, [client])
  assert.deepEqual(select({ read: [client] }, 0).read, [])
})

test('select: takes descriptor numbers, and a socket twice in one list', () => {
  const [a] = Socket.pair()
  assert.deepEqual(select({ write: [a.fd] }, 0).write, [a.fd])
  assert.deepEqual(select({ write: [a, a] }, 0).write, [a, a])
})

test('select and poll: refuse targets that cannot be watched', () => {
  const [a, b] = Socket.pair()
  b.close()
  assert.throws(() => select({ read: [b] }, 0), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => select({ read: [1_000_000] }, 0), { code: 'EBADF' })
  assert.throws(() => select({ read: [a, a.fd] }, 0), { code: 'ERR_ALREADY_REGISTERED' })
  assert.throws(() => select({ read: [null as unknown as Socket] }, 0), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => select({ read: [a] }, -1), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => poll([{ target: a, events: EVENT_INVALID }], 0), { code: 'ERR_OUT_OF_RANGE' })
  const twice = { target: a, events: EVENT_READ }
  assert.throws(() => poll([twice, twice], 0), { code: 'ERR_ALREADY_REGISTERED' })
})

test('poll: returns the events of each ready target', () => {
  const [a, b] = Socket.pair()
  const requests = [
    { target: a, events: EVENT_READ | EVENT_WRITE },
    { target: b, events: EVENT_READ },
  ]
  assert.deepEqual(poll(requests, 0), [{ target: a, events: EVENT_WRITE }])
  a.close()
  assert.deepEqual(poll(requests.slice(1)), [{ target: b, events: EVENT_READ | EVENT_HANGUP }])
})

test('select: watches descriptors above 1024', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [a, b] = Socket.pair()
    const copies = Array.from({ length: 1100 }, () => a.dup())
    const last = copies.at(-1)!
    assert.ok(last.fd > 1024)
    b.send('x')
    assert.deepEqual(select({ read: [last] }).read, [last])
    assert.equal(select({ read: copies }).read.length, copies.length)
    for (const socket of [a, b, ...copies]) socket.close()
  })
})

test('poll: a number that is no open descriptor is reported at once as EVENT_INVALID, beside what is ready', () => {
  const [a, b] = Socket.pair()
  b.send('x')
  const requests = [1_000_000, a].map((target) => ({ target, events: EVENT_READ }))
  assert.deepEqual(poll(requests), [
    { target: a, events: EVENT_READ },
    { target: 1_000_000, events: EVENT_INVALID },
  ])
})

test('poll: a socket in place of a request is refused, and the message shows a request', () => {
  const [a] = Socket.pair()
  const message = /^requests\[\] must be an object such as \{ target: socket, events: EVENT_READ \}, not \[Socket\]$/
  assert.throws(() => poll([a] as never, 0), { code: 'ERR_INVALID_ARG_TYPE', message })
})

test('poll: no events report errors and hang-ups alone, EVENT_READ_HANGUP the end of the peer', () => {
  const [a, b] = Socket.pair()
  b.send('x')
  assert.deepEqual(poll([{ target: a, events: 0 }], 0), [])
  assert.deepEqual(poll([{ target: a, events: EVENT_READ_HANGUP }], 0), [])
  b.shutdown('write')
  assert.deepEqual(poll([{ target: a, events: 0 }], 0), [])
  assert.deepEqual(poll([{ target: a, events: EVENT_READ_HANGUP }]), [{ target: a, events: EVENT_READ_HANGUP }])
  const both = EVENT_READ | EVENT_READ_HANGUP
  assert.deepEqual(poll([{ target: a, events: both }]), [{ target: a, events: both }])
  b.close()
  assert.deepEqual(poll([{ target: a, events: 0 }]), [{ target: a, events: EVENT_HANGUP }])
})

test('select: a timeout among the lists, and a stream of Node, are refused with what to pass', () => {
  const lists = { read: [], timeout: 50 } as object
  assert.throws(() => select(lists), { message: /second argument: select\(\{ read \}, 500\)$/ })
  const stream = { read: [process.stdin] } as never
  assert.throws(() => select(stream), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /^target must be a Socket of berkeley, or/,
  })
})

test('eventNames: names each event of several', () => {
  assert.deepEqual(eventNames(0), [])
  assert.deepEqual(eventNames(26), ['EVENT_WRITE', 'EVENT_ERROR', 'EVENT_HANGUP'])
  assert.deepEqual(eventNames(127).length, 7)
})
