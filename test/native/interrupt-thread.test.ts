// interruptThread: one thread interrupts the current wait of another, or its next one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { threadId, Worker } from 'node:worker_threads'
import { InterruptedError, interruptThread, Socket, SocketTimeoutError } from 'berkeley'
import { peerWith } from '../support/peer.js'
import { ignoring, raise } from '../support/signals.js'
import { asleep, noThreadStates, type StartedWorker, startWorker } from '../support/threads.js'

const byThread = { name: 'InterruptedError', code: 'EINTR', reason: 'thread', syscall: 'recv', signal: undefined }
const isByThread = (error: unknown): boolean => {
  assert.ok(error instanceof InterruptedError)
  const { name, code, reason, syscall, signal } = error
  assert.deepEqual({ name, code, reason, syscall, signal }, byThread)
  return true
}

interface Waiter extends StartedWorker {
  /** The worker's thread in /proc. */
  readonly thread: string
  /** Our end of its socket. */
  readonly socket: Socket
}

/** A worker that receives again and again, and posts the outcome of each wait. */
async function startWaiter(): Promise<Waiter> {
  const [socket, other] = Socket.pair()
  const started = startWorker('native/waiting-worker', { workerData: other.detach() })
  return { ...started, socket, thread: await started.next() }
}

/** The reason that ends a wait of `socket`. */
function reason(socket: Socket): string {
  try {
    socket.recv(1, { timeout: 10_000 })
  } catch (error) {
    if (error instanceof InterruptedError) return error.reason
    throw error
  }
  return 'not interrupted'
}

test('interruptThread: ends a worker’s wait, which can wait again', { skip: noThreadStates }, async () => {
  const { worker, thread, socket, next, exited } = await startWaiter()
  for (let round = 0; round < 5; round++) {
    await asleep(thread)
    assert.equal(interruptThread(worker.threadId), true)
    assert.equal(await next(), 'thread')
  }
  socket.sendAll('nothing was lost')
  assert.equal(await next(), 'nothing was lost')
  socket.close()
  assert.equal(await next(), 'end')
  await exited
})

test('interruptThread: applies to the next call that has to wait, and several calls count as one', () => {
  const [a, b] = Socket.pair()
  for (let count = 0; count < 3; count++) assert.equal(interruptThread(threadId), true)
  assert.equal(b.tryRecv(1), undefined)
  a.send('there')
  assert.equal(b.recv(10)!.toString(), 'there')
  assert.throws(() => b.recv(10, { timeout: 10_000 }), isByThread)
  assert.throws(() => b.recv(10, { timeout: 20 }), SocketTimeoutError)
  a.close()
  b.close()
})

test('interruptThread: a worker interrupts the main thread', async () => {
  const [a, b] = Socket.pair()
  const peer = await peerWith(a, [
    ['pause', 20],
    ['interrupt', threadId],
    ['pause', 20],
    ['send', 'after'],
  ])
  peer.begin()
  assert.throws(() => b.recv(10, { timeout: 10_000 }), isByThread)
  assert.equal(b.recv(10, { timeout: 10_000 })!.toString(), 'after')
  await peer.ended
  b.close()
})

test('interruptThread: with a signal before the wait, both interrupt', async () => {
  const [a, b] = Socket.pair()
  let ran = false
  process.once('SIGUSR2', () => {
    ran = true
  })
  raise('SIGUSR2')
  interruptThread(threadId)
  assert.deepEqual([reason(b), reason(b)].sort(), ['signal', 'thread'])
  assert.throws(() => b.recv(1, { timeout: 20 }), SocketTimeoutError)
  while (!ran) await nextTurn()
  a.close()
  b.close()
})

test('interruptThread: with a signal during the wait, both interrupt', async (context) => {
  using _ = ignoring('SIGUSR2')
  const flags = new Int32Array(new SharedArrayBuffer(8))
  const worker = startWorker('native/signal-and-interrupt-worker', { workerData: flags, context })
  await worker.next()
  const [a, b] = Socket.pair()
  const order = (value: number): void => {
    Atomics.wait(flags, 0, 0)
    Atomics.store(flags, 0, 0)
    Atomics.store(flags, 1, value)
    Atomics.notify(flags, 1)
  }
  for (let round = 0; round < 100; round++) {
    order(1)
    assert.deepEqual([reason(a), reason(a)].sort(), ['signal', 'thread'])
  }
  order(2)
  await worker.exited
  a.close()
  b.close()
})

test('interruptThread: returns false for a thread that does not exist or has no sockets', async () => {
  assert.equal(interruptThread(4_000_000_000), false)
  const worker = new Worker('', { eval: true })
  const { threadId: id } = worker
  await new Promise((resolve) => worker.once('exit', resolve))
  assert.equal(interruptThread(id), false)
  const { worker: other, socket, exited } = await startWaiter()
  const { threadId: known } = other
  assert.equal(interruptThread(known), true)
  socket.close()
  await exited
  assert.equal(interruptThread(known), false)
})

test('interruptThread: refuses an id that is not a number of a thread', () => {
  const loose = interruptThread as (id: unknown) => boolean
  for (const id of ['0', null, undefined, {}]) assert.throws(() => loose(id), { code: 'ERR_INVALID_ARG_TYPE' })
  for (const id of [-2, 0.5, Number.NaN, 2 ** 32]) assert.throws(() => loose(id), { code: 'ERR_OUT_OF_RANGE' })
})
