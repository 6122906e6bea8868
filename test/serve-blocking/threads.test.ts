// Sockets and worker threads: dupFd and fromFd in a worker, and interruptThread.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { interruptThread } from '../../src/core/interrupt-thread.js'
import { dupFd } from '../../src/handover/handover.js'
import { Socket } from '../../src/socket/socket.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { type StartedWorker, startWorker } from '../support/threads.js'

function startAdopting(how: 'dup' | 'fromFd' | 'die', fd: number): StartedWorker {
  return startWorker('handover/adopting-worker', { workerData: { how, fd } })
}

/** Expects a message from the worker's socket, replies, and expects the end. */
async function exchangeWith(worker: Worker, peer: Socket): Promise<void> {
  assert.equal(peer.recv(100, { timeout: 10_000 })?.toString(), 'hello from the worker')
  peer.sendAll('hello')
  const [received] = await once(worker, 'message')
  assert.equal(received, 'hello')
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
}

test('dupFd: a worker duplicates a socket that this thread then closes', async () => {
  const [peer, socket] = Socket.pair()
  const { worker, exited } = startAdopting('dup', socket.fd)
  assert.deepEqual(await once(worker, 'message'), ['adopted'])
  socket.close()
  await exchangeWith(worker, peer)
  await exited
  peer.close()
})

test('Socket.fromFd: a worker takes ownership of a detached descriptor', async () => {
  const [peer, socket] = Socket.pair()
  const { worker, exited } = startAdopting('fromFd', socket.dup().detach())
  assert.deepEqual(await once(worker, 'message'), ['adopted'])
  socket.close()
  await exchangeWith(worker, peer)
  await exited
  peer.close()
})

test('Socket.fromFd: a worker cannot take a descriptor that a socket of another thread owns', async () => {
  const [peer, socket] = Socket.pair()
  const [error] = await once(startAdopting('fromFd', socket.fd).worker, 'error')
  assert.equal(error.code, 'ERR_FD_OWNED')
  socket.sendAll('still open')
  assert.equal(peer.recv(20)?.toString(), 'still open')
  socket.close()
  peer.close()
})

test('dupFd: when the worker exits first, this thread still owns the socket', async () => {
  const [peer, socket] = Socket.pair()
  await startAdopting('die', socket.fd).exited
  socket.close()
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  peer.close()
})

test('Socket.detach: when the worker exits first, the descriptor is open, and this thread can adopt it', async () => {
  const [peer, socket] = Socket.pair()
  const fd = socket.detach()
  await startAdopting('die', fd).exited
  assert.equal(peer.tryRecv(1), undefined)
  Socket.fromFd(fd).close()
  assert.equal(peer.recv(1, { timeout: 10_000 }), null)
  peer.close()
})

test('Worker.terminate: closes the sockets that the worker has adopted', { skip: uncountable }, async () => {
  const round = async (): Promise<void> => {
    const [peer, socket] = Socket.pair()
    const { worker } = startAdopting('dup', socket.fd)
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

test('dupFd: the duplicate outlives the original socket', () => {
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

test('dupFd: a refused descriptor leaves nothing open', { skip: uncountable }, () => {
  const file = openSync('/dev/null', 'r')
  const before = openDescriptors()
  assert.throws(() => dupFd(file), { code: 'ENOTSOCK' })
  assert.throws(() => dupFd(0x7fffffff), { code: 'EBADF', syscall: 'dup' })
  assert.throws(() => dupFd(-1), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => dupFd('3' as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(openDescriptors(), before)
  closeSync(file)
})

test('interruptThread: interrupts a wait of a worker, which may wait again', async () => {
  const [peer, socket] = Socket.pair()
  const { worker, exited } = startWorker('handover/interrupted-worker', { workerData: socket.fd })
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

test('interruptThread: several calls before a wait count as one', async () => {
  const [peer, socket] = Socket.pair()
  for (let index = 0; index < 3; index++) assert.equal(interruptThread(0), true)
  assert.throws(() => socket.recv(1), { code: 'EINTR', reason: 'thread' })
  peer.sendAll('x')
  assert.equal(socket.recv(1)?.toString(), 'x')
  socket.close()
  peer.close()
})

test('interruptThread: refuses wrong arguments, and returns false for an unknown thread', () => {
  assert.equal(interruptThread(0xfffffff), false)
  assert.throws(() => interruptThread(-2), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => interruptThread('1' as never), { code: 'ERR_INVALID_ARG_TYPE' })
})
