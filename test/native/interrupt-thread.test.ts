// One thread interrupts another: its current wait, or its next.

import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { threadId, Worker } from 'node:worker_threads'
import { InterruptedError, interruptThread, Socket, SocketTimeoutError } from 'berkeley'
import { asleep, unseeable } from '../support/asleep.js'
import { peerWith } from '../support/peer.js'

const byThread = { name: 'InterruptedError', code: 'EINTR', reason: 'thread', syscall: 'recv', signal: undefined }
const ofThread = (error: unknown): boolean => {
  assert.ok(error instanceof InterruptedError)
  const { name, code, reason, syscall, signal } = error
  assert.deepEqual({ name, code, reason, syscall, signal }, byThread)
  return true
}

interface Waiter {
  readonly worker: Worker
  /** The worker's thread as the system knows it. */
  readonly thread: string
  /** Our end of its socket. */
  readonly socket: Socket
  /** The next outcome of its waits. */
  next(): Promise<string>
}

async function waiter(): Promise<Waiter> {
  const [socket, other] = Socket.pair()
  const url = new URL('../fixtures/native/waiting-worker.js', import.meta.url)
  const worker = new Worker(url, { workerData: other.detach() })
  const messages = on(worker, 'message')
  const next = async (): Promise<string> => ((await messages.next()).value as [string])[0]
  const thread = await next()
  return { worker, thread, socket, next }
}

test('a worker’s wait is interrupted, and it can wait again', { skip: unseeable }, async () => {
  const { worker, thread, socket, next } = await waiter()
  // Asked for now: the end may come in the same turn as the last message.
  const exited = once(worker, 'exit')
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

test('an interruption waits for the next wait, and several for the same one', () => {
  const [a, b] = Socket.pair()
  for (let count = 0; count < 3; count++) assert.equal(interruptThread(threadId), true)
  assert.equal(b.tryRecv(1), undefined)
  a.send('there')
  assert.equal(b.recv(10)!.toString(), 'there')
  assert.throws(() => b.recv(10, { timeout: 10_000 }), ofThread)
  assert.throws(() => b.recv(10, { timeout: 20 }), SocketTimeoutError)
  a.close()
  b.close()
})

test('the main thread is interrupted by a worker', async () => {
  const [a, b] = Socket.pair()
  const peer = await peerWith(a, [
    ['pause', 20],
    ['interrupt', threadId],
    ['pause', 20],
    ['send', 'after'],
  ])
  peer.begin()
  assert.throws(() => b.recv(10, { timeout: 10_000 }), ofThread)
  assert.equal(b.recv(10, { timeout: 10_000 })!.toString(), 'after')
  await peer.ended
  b.close()
})

test('a signal and a thread that both interrupt are both heard', async () => {
  const [a, b] = Socket.pair()
  let heard = false
  process.once('SIGUSR2', () => {
    heard = true
  })
  process.kill(process.pid, 'SIGUSR2')
  interruptThread(threadId)
  const reasons = [0, 1].map(() => {
    try {
      b.recv(1, { timeout: 10_000 })
    } catch (error) {
      return (error as InterruptedError).reason
    }
    return undefined
  })
  assert.deepEqual(reasons.sort(), ['signal', 'thread'])
  assert.throws(() => b.recv(1, { timeout: 20 }), SocketTimeoutError)
  while (!heard) await nextTurn()
  a.close()
  b.close()
})

test('no thread, no interruption', async () => {
  assert.equal(interruptThread(4_000_000_000), false)
  const worker = new Worker('', { eval: true })
  const { threadId: id } = worker
  await once(worker, 'exit')
  assert.equal(interruptThread(id), false)
  const { worker: other, socket } = await waiter()
  const { threadId: known } = other
  assert.equal(interruptThread(known), true)
  socket.close()
  await once(other, 'exit')
  assert.equal(interruptThread(known), false)
})

test('a wrong id is told', () => {
  const loose = interruptThread as (id: unknown) => boolean
  for (const id of ['0', null, undefined, {}]) assert.throws(() => loose(id), { code: 'ERR_INVALID_ARG_TYPE' })
  for (const id of [-2, 0.5, Number.NaN, 2 ** 32]) assert.throws(() => loose(id), { code: 'ERR_OUT_OF_RANGE' })
})
