// A socket for another thread: share, adopt and unshare.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { AsyncSocket, adopt, type SharedSocket, Socket, share, unshare } from 'berkeley'
import { descriptorsAre, openDescriptors, uncountable } from '../support/descriptors.js'
import { startWorker } from '../support/threads.js'

const limits = { timeout: 60_000 }

test('share, adopt: a worker goes on with a socket, its timeout included', limits, async () => {
  const [a, b] = Socket.pair()
  a.setTimeout(30_000)
  const { worker, exited } = startWorker('handover/sharing-worker', { workerData: { how: 'adopt', shared: share(a) } })
  a.close()
  const message = once(worker, 'message')
  const peer = b.toAsync()
  assert.equal(String(await peer.recv(100)), 'hello from the worker')
  await peer.send('hello back')
  assert.deepEqual((await message)[0], ['hello back', 30_000])
  await exited
  assert.equal(await peer.recv(1), null, 'no descriptor of it is left')
})

test('adopt: an offer is taken once, and not after it was withdrawn', { ...limits, skip: uncountable }, async () => {
  const before = openDescriptors()
  const [a, b] = AsyncSocket.pair()
  const shared = share(a)
  const adopted = adopt(structuredClone(shared))
  assert.throws(() => adopt(shared), { code: 'ERR_NOT_SHARED', syscall: 'adopt' })
  assert.equal(unshare(shared), false)
  const other = share(a)
  assert.equal(unshare(other), true)
  assert.throws(() => adopt(other), { code: 'ERR_NOT_SHARED' })
  for (const socket of [a, b, adopted]) socket.close()
  await descriptorsAre(before)
})

test('share, adopt: a sender that never returns to its event loop keeps nothing of the socket', limits, () => {
  const [a, b] = Socket.pair()
  const { worker } = startWorker('handover/sharing-worker', { workerData: { how: 'adopt', shared: share(a) } })
  a.close()
  b.setTimeout(20_000)
  assert.equal(String(b.recv(100)), 'hello from the worker')
  b.sendAll('hello back')
  assert.equal(b.recv(1), null)
  b.close()
  worker.unref()
})

test('share: the descriptor of an offer cannot be adopted by its number', limits, () => {
  const [a, b] = Socket.pair()
  // The kernel gives out the lowest number that is free.
  const free = new Socket()
  const { fd } = free
  free.close()
  const shared = share(a)
  assert.throws(() => Socket.fromFd(fd), { code: 'ERR_FD_OWNED' })
  adopt(shared).close()
  for (const socket of [a, b]) socket.close()
})

test('adopt: refuses the offer of a thread that has ended, and nothing of the socket is left', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const { worker, exited } = startWorker('handover/sharing-worker', { workerData: { how: 'offer', shared: share(a) } })
  a.close()
  const [shared] = (await once(worker, 'message')) as [SharedSocket]
  await exited
  assert.throws(() => adopt(shared), { code: 'ERR_NOT_SHARED', message: /or its thread has ended$/ })
  assert.equal(await b.recv(1, { timeout: 20_000 }), null)
  b.close()
})

test('share, adopt: refuse what is no socket, no offer, or holds bytes', limits, () => {
  const [a, b] = Socket.pair()
  assert.throws(() => share({} as Socket), { code: 'ERR_INVALID_ARG_TYPE' })
  for (const wrong of [null, {}, { offer: '1' }, { offer: 1n, timeout: null }]) {
    assert.throws(() => adopt(wrong as SharedSocket), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  const shared = share(a)
  assert.throws(() => adopt({ ...shared, timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  assert.equal(unshare(shared), true, 'the offer holds')
  b.send('a line\nmore')
  a.reader().readLine()
  assert.throws(() => share(a), { code: 'ERR_READER_HOLDS_DATA' })
  a.close()
  assert.throws(() => share(a), { code: 'ERR_SOCKET_CLOSED' })
})
