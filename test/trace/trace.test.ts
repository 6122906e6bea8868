// trace: records the verb, socket, times, outcome and system calls of every call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_VSOCK,
  createServer,
  Recording,
  SOCK_STREAM,
  Socket,
  SocketError,
  type Trace,
  type TracedCall,
  trace,
  VMADDR_CID_ANY,
  VMADDR_PORT_ANY,
} from 'berkeley'
import { socketMissing } from '../support/families.js'
import { startWorker } from '../support/threads.js'

/** The calls of this thread during `work`. */
function traced(work: () => void): readonly TracedCall[] {
  using recording = trace()
  work()
  return recording.stop().threads[0]!.calls
}

const verbs = (calls: readonly TracedCall[]): string[] => calls.map(({ verb }) => verb)

test('trace: records verbs, bytes, outcomes and system calls in their order', () => {
  const [a, b] = Socket.pair()
  const calls = traced(() => {
    a.send('hello')
    b.recv(100)
    b.tryRecv(100)
    assert.throws(() => b.recv(100, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
    a.close()
    b.recv(100)
    b.close()
  })
  assert.deepEqual(
    calls.map(({ verb, bytes, outcome, error }) => [verb, bytes, outcome, error]),
    [
      ['send', 5, 'done', null],
      ['recv', 5, 'done', null],
      ['recv', 0, 'would block', 'EAGAIN'],
      ['recv', 0, 'timed out', null],
      // The error has the peer's address.
      ['getPeerName', null, 'done', null],
      ['close', null, 'done', null],
      ['recv', 0, 'done', null],
      ['close', null, 'done', null],
    ],
  )
  assert.deepEqual(calls[2]!.systemCalls, { recv: 1 })
  assert.deepEqual(calls[3]!.systemCalls, { recv: 1, poll: 1 })
})

test('trace: distinguishes waiting from working', () => {
  const [a, b] = Socket.pair()
  const [slow, , quick] = traced(() => {
    assert.throws(() => a.recv(1, { timeout: 50 }), { code: 'ERR_SOCKET_TIMEOUT' })
    b.send('x')
  })
  assert.ok(slow!.waiting >= 50)
  assert.ok(slow!.duration >= slow!.waiting)
  assert.ok(slow!.waitStart >= slow!.start)
  assert.ok(slow!.waitStart + slow!.waiting <= slow!.start + slow!.duration)
  assert.equal(quick!.waiting, 0)
  assert.ok(quick!.start >= slow!.start + slow!.duration)
  a.close()
  b.close()
})

test('trace: times are on the clock of process.hrtime', () => {
  const before = process.hrtime.bigint()
  const recording = trace()
  const [a] = Socket.pair()
  const between = process.hrtime.bigint()
  const { began, threads } = recording.stop()
  assert.ok(before <= began && began <= between)
  const end = threads[0]!.calls[0]!
  assert.ok(began + BigInt(Math.floor((end.start + end.duration) * 1e6)) <= between)
  a.close()
})

test('trace: a socket differs from an earlier one with the same descriptor', () => {
  const made = () => traced(() => new Socket().close())
  const calls = traced(() => {
    new Socket().close()
    new Socket().close()
  })
  const [first, , second] = calls
  assert.equal(first!.fd, second!.fd)
  assert.notEqual(first!.socket, second!.socket)
  assert.equal(calls[1]!.socket, first!.socket)
  assert.equal(made()[0]!.made, made()[0]!.socket - 1)
})

test('trace: records the port of connect, and the socket and port of accept', () => {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const { port } = listener.getSockName() as { port: number }
  const client = new Socket()
  let server: Socket | undefined
  const calls = traced(() => {
    client.connect({ host: '127.0.0.1', port })
    server = listener.accept()
    server.send('x')
  })
  const [connect, accept, send] = calls
  assert.deepEqual([connect!.verb, connect!.port], ['connect', port])
  assert.equal(accept!.made, send!.socket)
  assert.equal(accept!.port, (server!.getPeerName() as { port: number }).port)
  for (const socket of [listener, client, server!]) socket.close()
})

test('trace: records all 32 bits of the ports of AF_VSOCK', (context) => {
  const why = socketMissing(AF_VSOCK, SOCK_STREAM)
  if (why !== false) return context.skip(why)
  using socket = new Socket(AF_VSOCK)
  const calls = traced(() => {
    socket.bind({ cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY })
    socket.getSockName()
  })
  const { port } = socket.getSockName() as { port: number }
  assert.deepEqual(
    calls.map((call) => [call.verb, call.port]),
    [
      ['bind', VMADDR_PORT_ANY],
      ['getSockName', port],
    ],
  )
  assert.ok(port > 1023 && port < VMADDR_PORT_ANY, String(port))
})

test('trace: records a failure by its errno', () => {
  const socket = new Socket()
  const [connect] = traced(() => assert.throws(() => socket.connect({ host: '127.0.0.1', port: 1 }), SocketError))
  assert.deepEqual([connect!.outcome, connect!.error], ['failed', 'ECONNREFUSED'])
  socket.close()
})

test('trace: keeps the last calls and counts the others', () => {
  const [a, b] = Socket.pair()
  const recording = trace({ limit: 10 })
  for (let round = 0; round < 25; round++) a.send('x')
  a.close()
  const { calls, dropped, systemCalls } = recording.stop().threads[0]!
  assert.equal(calls.length, 10)
  assert.equal(dropped, 16)
  assert.deepEqual(systemCalls, { send: 25, close: 1 })
  assert.deepEqual(verbs(calls), [...Array(9).fill('send'), 'close'])
  b.close()
})

test('trace: one runs at a time, and another can begin after stop', () => {
  const recording = trace()
  assert.throws(() => trace(), { code: 'ERR_TRACE_RUNNING' })
  const [a, b] = Socket.pair()
  const ended: Trace = recording.stop()
  a.send('x')
  assert.equal(recording.stop(), ended)
  assert.deepEqual(verbs(ended.threads[0]!.calls), ['pair'])
  assert.deepEqual(verbs(traced(() => b.recv(1))), ['recv'])
  a.close()
  b.close()
})

/** Calls `act` while assignments to these properties call `set`, on all arrays and objects that have none of their own. */
function withSetters<Result>(names: readonly string[], set: () => void, act: () => Result): Result {
  const prototypes = [Array.prototype, Object.prototype]
  for (const prototype of prototypes) {
    for (const name of names) Object.defineProperty(prototype, name, { configurable: true, set })
  }
  try {
    return act()
  } finally {
    for (const prototype of prototypes) for (const name of names) Reflect.deleteProperty(prototype, name)
  }
}

test('Recording.stop: ends its recording once, also where reading it runs code that ends it and begins another', () => {
  const first = trace()
  const [a, b] = Socket.pair()
  let second: Recording | undefined
  let calls = 0
  const set = (): void => {
    if (calls++ > 0) return
    first.stop()
    second = trace()
  }
  const { threads } = withSetters(['0', 'process', 'threads'], set, () => first.stop())
  assert.deepEqual(verbs(threads[0]!.calls), ['pair'])
  second ??= trace()
  first.stop()
  a.close()
  b.close()
  assert.deepEqual(verbs(second.stop().threads[0]!.calls), ['close', 'close'])
})

test('Recording: only trace() makes one, which could end that of another', () => {
  const recording = trace()
  const Made = Recording as unknown as new (session?: unknown) => Recording
  for (const session of [undefined, 1, { number: 1 }]) {
    assert.throws(() => new Made(session), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' })
  }
  assert.deepEqual(recording.stop().threads[0]!.calls, [])
})

test('trace: refuses wrong options', () => {
  assert.throws(() => trace({ limit: 0 }), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => trace({ limit: '5' as never }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => trace(5 as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.deepEqual(verbs(traced(() => {})), [])
})

test('trace: with `workers` it records workers, however they end', async () => {
  for (const workers of [true, false]) {
    const recording = trace({ workers })
    const { worker, next } = startWorker('trace/blocked-worker')
    await next()
    await worker.terminate()
    const { threads } = recording.stop()
    const own = threads.find(({ id }) => id !== 0)
    if (!workers) {
      assert.equal(own, undefined)
      continue
    }
    assert.deepEqual(verbs(own!.calls).slice(0, 3), ['pair', 'send', 'recv'])
  }
})
