import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { interruptThread } from '../../src/core/interrupt-thread.js'
import { dupFd } from '../../src/handover/handover.js'
import { Socket } from '../../src/socket/socket.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'

/** The worker's end may come in the same turn as its last message: it is listened for from the beginning. */
const exits = new WeakMap<Worker, Promise<unknown>>()

function exit(worker: Worker): Promise<unknown> | undefined {
  return exits.get(worker)
}

function started(program: string, workerData: unknown): Worker {
  const worker = new Worker(new URL(`../fixtures/${program}.js`, import.meta.url), { workerData })
  exits.set(worker, new Promise((resolve) => worker.once('exit', resolve)))
  return worker
}

function adopting(how: 'dup' | 'fromFd' | 'die', fd: number): Worker {
  return started('handover/adopting-worker', { how, fd })
}

async function speaksWith(worker: Worker, peer: Socket): Promise<void> {
  assert.equal(peer.recv(100, { timeout: 10_000 })?.toString(), 'hello from the worker')
  peer.sendAll('hello')
  const [answer] = await once(worker, 'message')
  assert.equal(answer, 'hello')
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
}

test('a worker duplicates a socket of ours, which we close then', async () => {
  const [peer, socket] = Socket.pair()
  const worker = adopting('dup', socket.fd)
  // Asked for now: the end may come in the same turn as the last message.
  const exited = once(worker, 'exit')
  assert.deepEqual(await once(worker, 'message'), ['adopted'])
  socket.close()
  await speaksWith(worker, peer)
  await exited
  peer.close()
})

test('a worker adopts a number that was detached', async () => {
  const [peer, socket] = Socket.pair()
  const worker = adopting('fromFd', socket.dup().detach())
  // Asked for now: the end may come in the same turn as the last message.
  const exited = once(worker, 'exit')
  assert.deepEqual(await once(worker, 'message'), ['adopted'])
  socket.close()
  await speaksWith(worker, peer)
  await exited
  peer.close()
})

test('a worker cannot adopt what we own: only duplicate it', async () => {
  const [peer, socket] = Socket.pair()
  const [error] = await once(adopting('fromFd', socket.fd), 'error')
  assert.equal(error.code, 'ERR_FD_OWNED')
  socket.sendAll('still ours')
  assert.equal(peer.recv(20)?.toString(), 'still ours')
  socket.close()
  peer.close()
})

test('when the worker dies first, a socket that it was to duplicate is still ours to close', async () => {
  const [peer, socket] = Socket.pair()
  const worker = adopting('die', socket.fd)
  await exit(worker)
  socket.close()
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  peer.close()
})

test('when the worker dies first, a number that was detached is still open, and can be adopted again', async () => {
  const [peer, socket] = Socket.pair()
  const fd = socket.detach()
  const worker = adopting('die', fd)
  await exit(worker)
  assert.equal(peer.tryRecv(1), undefined)
  Socket.fromFd(fd).close()
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  peer.close()
})

test('a worker that is terminated closes what it has adopted', { skip: uncountable }, async () => {
  const round = async (): Promise<void> => {
    const [peer, socket] = Socket.pair()
    const worker = adopting('dup', socket.fd)
    assert.deepEqual(await once(worker, 'message'), ['adopted'])
    socket.close()
    assert.equal(peer.recv(100, { timeout: 10_000 })?.toString(), 'hello from the worker')
    await worker.terminate()
    assert.equal(peer.recv(1, { timeout: 10_000 }), null)
    peer.close()
  }
  await round()
  const before = openDescriptors()
  for (let index = 0; index < 5; index++) await round()
  assert.equal(openDescriptors(), before)
})

test('a duplicate is a socket of its own', () => {
  const [peer, socket] = Socket.pair()
  const copy = dupFd(socket.fd)
  assert.notEqual(copy.fd, socket.fd)
  assert.deepEqual([copy.family, copy.type, copy.listening], [socket.family, socket.type, false])
  socket.close()
  copy.sendAll('x')
  assert.equal(peer.recv(1)?.toString(), 'x')
  copy.close()
  assert.equal(peer.recv(1), null)
  peer.close()
})

test('what cannot be duplicated leaves nothing open', { skip: uncountable }, () => {
  const file = openSync('/dev/null', 'r')
  const before = openDescriptors()
  assert.throws(() => dupFd(file), { code: 'ENOTSOCK' })
  assert.throws(() => dupFd(0x7fffffff), { code: 'EBADF', syscall: 'dup' })
  assert.throws(() => dupFd(-1), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => dupFd('3' as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(openDescriptors(), before)
  closeSync(file)
})

test('a wait of a worker is interrupted from here, and goes on when it waits again', async () => {
  const [peer, socket] = Socket.pair()
  const worker = started('handover/interrupted-worker', socket.fd)
  const exited = once(worker, 'exit')
  assert.deepEqual(await once(worker, 'message'), ['waiting'])
  assert.equal(interruptThread(worker.threadId), true)
  assert.deepEqual(await once(worker, 'message'), [['InterruptedError', 'EINTR', 'thread']])
  peer.sendAll('data')
  assert.deepEqual(await once(worker, 'message'), ['data'])
  await exited
  assert.equal(interruptThread(worker.threadId), false)
  socket.close()
  peer.close()
})

test('several interruptions before a wait count as one', async () => {
  const [peer, socket] = Socket.pair()
  for (let index = 0; index < 3; index++) assert.equal(interruptThread(0), true)
  assert.throws(() => socket.recv(1), { code: 'EINTR', reason: 'thread' })
  peer.sendAll('x')
  assert.equal(socket.recv(1)?.toString(), 'x')
  socket.close()
  peer.close()
})

test('interruptThread takes the number of a thread', () => {
  assert.equal(interruptThread(0xfffffff), false)
  assert.throws(() => interruptThread(-2), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => interruptThread('1' as never), { code: 'ERR_INVALID_ARG_TYPE' })
})
