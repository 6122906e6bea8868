import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'
import { errno } from '../../src/native/errno.js'
import { AF_UNIX } from '../../src/native/generated/constants.js'
import { SO_LINGER } from '../../src/options/generated/options.js'
import { type ServeBlockingTarget, serveBlocking } from '../../src/serve-blocking/serve-blocking.js'
import { Socket } from '../../src/socket/socket.js'
import { INTERRUPTED, TICKS } from '../fixtures/serve-blocking/handler.js'
import { ask, reply, serving } from '../support/blocking-server.js'
import { fixture, run } from '../support/child.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { temporaryFolder } from '../support/folders.js'
import { until } from '../support/timing.js'

const HANDLER = new URL('../fixtures/serve-blocking/handler.js', import.meta.url)
const port = (address: object): number => (address as { port: number }).port

test('as many connections as there are threads are served at a time, while this thread is blocked', async () => {
  const serving4 = await serving({ threads: 4 })
  const sockets = [0, 1, 2, 3].map(() => ask(serving4, 'echo'))
  for (const [index, socket] of sockets.entries()) socket.sendAll(`number ${index}`)
  const answers = sockets.map((socket) => socket.reader().readExactly(8)?.toString())
  assert.deepEqual(answers, ['number 0', 'number 1', 'number 2', 'number 3'])
  for (const socket of sockets) socket.close()
  await serving4.server.close()
})

test('a thread serves one connection after the other, each closed when its handler returns', async () => {
  const one = await serving({ threads: 1 })
  for (let round = 0; round < 20; round++) assert.equal(reply(one, 'greet'), 'good day')
  assert.deepEqual(one.errors, [])
  await one.server.close()
})

test('a handler may be async: its connection is closed when its promise settles', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'later'), 'later')
  await one.server.close()
})

test('a handler may keep what it was given', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'keep')
  assert.equal(socket.recv(10)?.toString(), 'kept')
  assert.equal(reply(one, 'greet'), 'good day')
  assert.equal(socket.tryRecv(10), undefined)
  await one.server.close()
})

test('the event loop of an idle thread turns: its timers come when they are due, or soon after', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'greet'), 'good day')
  const before = Atomics.load(one.memory, TICKS)
  await until('two more ticks', () => Atomics.load(one.memory, TICKS) > before + 1)
  await one.server.close()
})

test('a handler that throws is reported, ends its own connection, and harms no other', async () => {
  const two = await serving({ threads: 2 })
  using other = ask(two, 'echo')
  assert.equal(reply(two, 'throw'), '')
  await until('the report', () => two.errors.length === 1)
  const [error, source] = two.errors[0]!
  assert.equal(error.name, 'RangeError')
  assert.equal(error.message, 'a handler failed')
  assert.deepEqual([error.code, error.detail], ['E_HANDLER', 7])
  assert.match(error.stack ?? '', /serve-blocking.handler/)
  assert.equal(source.peerAddress?.family, 'inet')
  assert.ok(two.server.workers.some(({ threadId }) => threadId === source.threadId))
  other.sendAll('still here')
  assert.equal(other.recv(20)?.toString(), 'still here')
  other.close()
  assert.equal(reply(two, 'greet'), 'good day')
  await two.server.close()
})

test('what is thrown need not be an Error', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'text'), '')
  await until('the report', () => one.errors.length === 1)
  assert.equal(one.errors[0]![0].message, "not an Error was thrown: 'a text'")
  await one.server.close()
})

test('a thread that exits is replaced; its connection is closed, and others live on', async () => {
  const two = await serving({ threads: 2 })
  using other = ask(two, 'echo')
  const dead = once(two.server, 'replace')
  const ready = once(two.server, 'ready')
  assert.equal(reply(two, 'exit'), '')
  const [{ threadId, exitCode, delay }] = await dead
  assert.deepEqual([exitCode, delay], [3, 0])
  const [successor] = await ready
  assert.notEqual(successor, threadId)
  other.sendAll('still here')
  assert.equal(other.recv(20)?.toString(), 'still here')
  assert.equal(reply(two, 'thread'), String(successor))
  assert.deepEqual(two.errors, [])
  other.close()
  await two.server.close()
})

test('a thread that is terminated while its handler blocks is replaced, and its connection closed', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'wait')
  assert.equal(socket.recv(10)?.toString(), 'waiting')
  const ready = once(one.server, 'ready')
  await one.server.workers[0]?.terminate()
  assert.equal(socket.recv(10), null)
  await ready
  assert.equal(reply(one, 'greet'), 'good day')
  await one.server.close()
})

test('threads that die again and again are replaced more and more slowly', async () => {
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, new URL('../none.js', import.meta.url))
  const errors: (string | undefined)[] = []
  server.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code))
  const delays: number[] = []
  server.on('replace', ({ delay }) => delays.push(delay))
  await until('four deaths', () => delays.length === 4)
  assert.deepEqual(delays, [0, 50, 100, 200])
  assert.equal(errors.length, 4)
  assert.deepEqual(new Set(errors), new Set(['ERR_MODULE_NOT_FOUND']))
  await server.close()
})

test('a module without a handler is reported', async () => {
  const server = serveBlocking(
    { host: '127.0.0.1', port: 0, threads: 1 },
    new URL('../fixtures/serve-blocking/no-default-export.js', import.meta.url),
  )
  const [error] = await once(server, 'error')
  assert.match(error.message, /no-default-export\.js must export its handler as default/)
  await server.close()
})

test('close lets handlers finish, and refuses connections meanwhile', async () => {
  const two = await serving({ threads: 2 })
  const socket = ask(two, 'echo')
  socket.sendAll('before')
  assert.equal(socket.recv(20)?.toString(), 'before')
  const closed = two.server.close()
  assert.throws(() => ask(two, 'greet'), { code: 'ECONNREFUSED' })
  socket.sendAll('after')
  assert.equal(socket.recv(20)?.toString(), 'after')
  socket.close()
  await closed
  assert.deepEqual(two.errors, [])
  assert.deepEqual(two.server.workers, [])
})

test('after drainMs, close interrupts the handlers that wait', async () => {
  const two = await serving({ threads: 2 })
  const sockets = [ask(two, 'wait'), ask(two, 'wait')]
  for (const socket of sockets) assert.equal(socket.recv(10)?.toString(), 'waiting')
  const start = performance.now()
  await two.server.close({ drainMs: 50 })
  assert.ok(performance.now() - start >= 50)
  assert.equal(Atomics.load(two.memory, INTERRUPTED), 2)
  for (const socket of sockets) assert.equal(socket.recv(10), null)
  for (const socket of sockets) socket.close()
  assert.deepEqual(two.errors, [], 'what close does is no error')
})

test('close ends a handler that never waits', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'spin')
  assert.equal(socket.recv(10)?.toString(), 'spinning')
  await one.server.close({ drainMs: 0 })
  assert.equal(socket.recv(10), null)
})

test('closing again waits likewise, and may shorten the time', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'wait')
  assert.equal(socket.recv(10)?.toString(), 'waiting')
  let ended = 0
  one.server.on('close', () => ended++)
  await Promise.all([one.server.close(), one.server.close({ drainMs: 0 })])
  await one.server.close({ drainMs: 0 })
  assert.equal(ended, 1)
})

test('a server can be closed before its threads have begun, and at the end of a block', async () => {
  const server = serveBlocking({ host: '127.0.0.1', port: 0 }, HANDLER, { context: null })
  assert.equal(server.workers.length, 4)
  await server[Symbol.asyncDispose]()
  assert.deepEqual(server.workers, [])
})

test('a unix path is free again after close', async () => {
  const path = join(temporaryFolder(), 'socket')
  for (let round = 0; round < 2; round++) {
    const one = await serving({ path, threads: 1 })
    assert.deepEqual(one.server.address, { family: 'unix', path })
    assert.equal(reply(one, 'greet'), 'good day')
    await one.server.close()
    assert.equal(existsSync(path), false)
  }
})

test("a listener that was given stays its owner's, and its queue with it", async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const first = await serving({ listener, threads: 1 })
  assert.equal(reply(first, 'greet'), 'good day')
  await first.server.close()
  assert.equal(listener.listening, true)
  using waiting = ask(first, 'greet')
  const second = await serving({ listener, threads: 1 })
  assert.equal(waiting.recv(20)?.toString(), 'good day')
  await second.server.close()
})

test('maxPending bounds the connections that wait for a thread', async () => {
  const path = join(temporaryFolder(), 'socket')
  const one = await serving({ path, threads: 1, maxPending: 1 })
  using served = ask(one, 'echo')
  served.sendAll('x')
  assert.equal(served.recv(1)?.toString(), 'x')
  // unix(7): a queue of one holds two; the next connect would have to wait.
  const waiting = [0, 1, 2].map(() => new Socket(AF_UNIX))
  const outcomes = waiting.map((socket) => {
    socket.setBlocking(false)
    return socket.connectEx({ path })
  })
  assert.deepEqual(outcomes, [0, 0, errno.EAGAIN])
  for (const socket of waiting) socket.close()
  served.close()
  await one.server.close()
})

test('peers that reset before they are accepted are passed over', async () => {
  const one = await serving({ threads: 1 })
  using busy = ask(one, 'echo')
  busy.sendAll('x')
  assert.equal(busy.recv(1)?.toString(), 'x')
  for (let round = 0; round < 10; round++) {
    const socket = createConnection({ host: '127.0.0.1', port: port(one.server.address) })
    socket.setOption(SO_LINGER, 0)
    socket.close()
  }
  busy.close()
  assert.equal(reply(one, 'greet'), 'good day')
  for (const [error] of one.errors) assert.equal(error.code, 'ECONNRESET')
  await one.server.close()
})

test('a server keeps the process running, unless it is told not to', async (context) => {
  const codeOf = async (how: string): Promise<number | null> =>
    (await run(context, fixture('serve-blocking/serve-and-unref'), [how])).code
  assert.equal(await codeOf('leave'), 5)
  assert.equal(await codeOf('stay'), 6)
})

test('nothing is left open', { skip: uncountable }, async () => {
  const run = async (): Promise<void> => {
    const two = await serving({ threads: 2 })
    assert.equal(reply(two, 'greet'), 'good day')
    using socket = ask(two, 'wait')
    assert.equal(socket.recv(10)?.toString(), 'waiting')
    await two.server.close({ drainMs: 0 })
  }
  await run()
  const before = openDescriptors()
  for (let round = 0; round < 3; round++) await run()
  assert.equal(openDescriptors(), before)
})

test('misuse is told before anything is opened', async (t) => {
  const at = { host: '127.0.0.1', port: 0 }
  const serve = (target: unknown, module: unknown = HANDLER, options?: object) =>
    serveBlocking(target as ServeBlockingTarget, module as URL, options)
  const code = (expected: string) => ({ code: expected })
  assert.throws(() => serve(null), code('ERR_INVALID_ARG_TYPE'))
  assert.throws(() => serve({}), TypeError)
  assert.throws(() => serve({ ...at, threads: 0 }), code('ERR_OUT_OF_RANGE'))
  assert.throws(() => serve({ ...at, threads: 1.5 }), code('ERR_OUT_OF_RANGE'))
  assert.throws(() => serve({ ...at, threads: '4' }), code('ERR_INVALID_ARG_TYPE'))
  assert.throws(() => serve({ ...at, maxPending: -1 }), code('ERR_OUT_OF_RANGE'))
  assert.throws(() => serve(at, './handler.js'), code('ERR_INVALID_ARG_VALUE'))
  assert.throws(() => serve(at, 7), code('ERR_INVALID_ARG_VALUE'))
  assert.throws(() => serve(at, HANDLER, { context: () => {} }), { name: 'DataCloneError' })
  assert.throws(() => serve({ listener: new Socket() }), code('ERR_INVALID_ARG_VALUE'))
  assert.throws(() => serve({ listener: {} }), code('ERR_INVALID_ARG_VALUE'))
  const taken = createNetServer().listen(0, '127.0.0.1')
  t.after(() => taken.close())
  await once(taken, 'listening')
  assert.throws(() => serve({ ...at, port: (taken.address() as AddressInfo).port }), code('EADDRINUSE'))
  const one = await serving({ threads: 1 })
  await assert.rejects(one.server.close({ drainMs: -1 }), code('ERR_OUT_OF_RANGE'))
  await assert.rejects(one.server.close({ drainMs: 'now' as never }), code('ERR_INVALID_ARG_TYPE'))
  assert.equal(reply(one, 'greet'), 'good day')
  await one.server.close()
})
