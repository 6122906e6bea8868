// serveBlocking: handlers in worker threads, how threads are replaced, and how the server closes.

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

test('serveBlocking: each thread serves a connection while the main thread is blocked', async () => {
  const four = await serving({ threads: 4 })
  const sockets = [0, 1, 2, 3].map(() => ask(four, 'echo'))
  for (const [index, socket] of sockets.entries()) socket.sendAll(`number ${index}`)
  const replies = sockets.map((socket) => socket.reader().readExactly(8)?.toString())
  assert.deepEqual(replies, ['number 0', 'number 1', 'number 2', 'number 3'])
  for (const socket of sockets) socket.close()
  await four.server.close()
})

test('serveBlocking: a thread serves connections in turn, and closes each when its handler returns', async () => {
  const one = await serving({ threads: 1 })
  for (let round = 0; round < 20; round++) assert.equal(reply(one, 'greet'), 'good day')
  assert.deepEqual(one.errors, [])
  await one.server.close()
})

test('serveBlocking: the connection of an async handler is closed when its promise settles', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'later'), 'later')
  await one.server.close()
})

test('serveBlocking: a connection stays open when its handler has duplicated and detached it', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'keep')
  assert.equal(socket.recv(10)?.toString(), 'kept')
  assert.equal(reply(one, 'greet'), 'good day')
  assert.equal(socket.tryRecv(10), undefined)
  await one.server.close()
})

test('serveBlocking: timers run in an idle thread', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'greet'), 'good day')
  const before = Atomics.load(one.memory, TICKS)
  await until('two more ticks', () => Atomics.load(one.memory, TICKS) > before + 1)
  await one.server.close()
})

test('serveBlocking: an error of a handler is emitted, and closes its connection alone', async () => {
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

test('serveBlocking: a thrown value that is not an Error is emitted as one', async () => {
  const one = await serving({ threads: 1 })
  assert.equal(reply(one, 'text'), '')
  await until('the report', () => one.errors.length === 1)
  assert.equal(one.errors[0]![0].message, "a value that is not an Error was thrown: 'a text'")
  await one.server.close()
})

test('serveBlocking: a thread that exits is replaced, and its connection alone is closed', async () => {
  const two = await serving({ threads: 2 })
  using other = ask(two, 'echo')
  const replaced = once(two.server, 'replace')
  const ready = once(two.server, 'ready')
  assert.equal(reply(two, 'exit'), '')
  const [{ threadId, exitCode, delay }] = await replaced
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

test('serveBlocking: a thread that is terminated in a blocking call is replaced, and its connection closed', async () => {
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

test('serveBlocking: threads that exit repeatedly are replaced with growing delays', async () => {
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, new URL('../none.js', import.meta.url))
  const errors: (string | undefined)[] = []
  server.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code))
  const delays: number[] = []
  server.on('replace', ({ delay }) => delays.push(delay))
  await until('four replacements', () => delays.length === 4)
  assert.deepEqual(delays, [0, 50, 100, 200])
  assert.deepEqual(errors, ['ERR_MODULE_NOT_FOUND'])
  await server.close()
})

test('serveBlocking: a module without a default export emits an error', async () => {
  const server = serveBlocking(
    { host: '127.0.0.1', port: 0, threads: 1 },
    new URL('../fixtures/serve-blocking/no-default-export.js', import.meta.url),
  )
  const [error] = await once(server, 'error')
  assert.match(error.message, /no-default-export\.js must export its handler as default/)
  await server.close()
})

test('serveBlocking: the error of a module that cannot be parsed names the module', async () => {
  const module = 'data:text/javascript,export default ('
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, new URL(module))
  const [error] = await once(server, 'error')
  assert.equal(error.name, 'SyntaxError')
  assert.match(error.message, /, in data:text\/javascript,export default \( or a module that it imports$/)
  await server.close()
})

test('serveBlocking: a module that throws what is no Error emits an Error', async () => {
  const module = new URL('data:text/javascript,throw null')
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 1 }, module)
  const [error] = await once(server, 'error')
  assert.equal(error.message, 'a value that is not an Error was thrown: null')
  await server.close()
})

test('BlockingServer.close: lets handlers finish, and refuses connections meanwhile', async () => {
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

test('BlockingServer.close: interrupts waiting handlers after drainMs', async () => {
  const two = await serving({ threads: 2 })
  const sockets = [ask(two, 'wait'), ask(two, 'wait')]
  for (const socket of sockets) assert.equal(socket.recv(10)?.toString(), 'waiting')
  const start = performance.now()
  await two.server.close({ drainMs: 50 })
  assert.ok(performance.now() - start >= 50)
  assert.equal(Atomics.load(two.memory, INTERRUPTED), 2)
  for (const socket of sockets) assert.equal(socket.recv(10), null)
  for (const socket of sockets) socket.close()
  assert.deepEqual(two.errors, [], 'an interruption by close must not be emitted as an error')
})

test('BlockingServer.close: terminates a handler that never waits', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'spin')
  assert.equal(socket.recv(10)?.toString(), 'spinning')
  await one.server.close({ drainMs: 0 })
  assert.equal(socket.recv(10), null)
})

test('BlockingServer.close: a second call waits as well, and may shorten drainMs', async () => {
  const one = await serving({ threads: 1 })
  using socket = ask(one, 'wait')
  assert.equal(socket.recv(10)?.toString(), 'waiting')
  let ended = 0
  one.server.on('close', () => ended++)
  await Promise.all([one.server.close(), one.server.close({ drainMs: 0 })])
  await one.server.close({ drainMs: 0 })
  assert.equal(ended, 1)
})

test('BlockingServer: can be disposed of before its threads have started', async () => {
  const server = serveBlocking({ host: '127.0.0.1', port: 0 }, HANDLER, { context: null })
  assert.equal(server.workers.length, 4)
  await server[Symbol.asyncDispose]()
  assert.deepEqual(server.workers, [])
})

test('BlockingServer.close: removes its unix path', async () => {
  const path = join(temporaryFolder(), 'socket')
  for (let round = 0; round < 2; round++) {
    const one = await serving({ path, threads: 1 })
    assert.deepEqual(one.server.address, { family: 'unix', path })
    assert.equal(reply(one, 'greet'), 'good day')
    await one.server.close()
    assert.equal(existsSync(path), false)
  }
})

test('serveBlocking: a listener of the caller stays open after close, with its pending connections', async () => {
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

test('serveBlocking: maxPending bounds the connections that wait for a thread', async () => {
  const path = join(temporaryFolder(), 'socket')
  const one = await serving({ path, threads: 1, maxPending: 1 })
  using served = ask(one, 'echo')
  served.sendAll('x')
  assert.equal(served.recv(1)?.toString(), 'x')
  // unix(7): a backlog of one holds two connections; the next connect would have to wait.
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

test('serveBlocking: skips peers that reset before they are accepted', async () => {
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

test('BlockingServer.unref: lets the process end, which a server keeps alive otherwise', async (context) => {
  const codeOf = async (how: string): Promise<number | null> =>
    (await run(context, fixture('serve-blocking/serve-and-unref'), [how])).code
  assert.equal(await codeOf('leave'), 5)
  assert.equal(await codeOf('stay'), 6)
})

test('BlockingServer.close: leaves no descriptor open', { skip: uncountable }, async () => {
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

test('serveBlocking: refuses wrong arguments', async (t) => {
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

test('serveBlocking: a module that does not load is reported once, not by each thread that tries it', async () => {
  const module = 'data:text/javascript,throw new Error("no configuration")'
  const server = serveBlocking({ host: '127.0.0.1', port: 0, threads: 3 }, module)
  const errors: string[] = []
  server.on('error', ({ message }) => errors.push(message))
  // A thread's error is emitted before its replacement: the fifth is a second try.
  let ended = 0
  await new Promise<void>((resolve) => {
    server.on('replace', () => {
      if (++ended === 5) resolve()
    })
  })
  assert.deepEqual(errors, ['no configuration'])
  await server.close()
})
