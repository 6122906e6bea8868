// Closing with SO_LINGER: in which modes close waits, for what and how long, and that nothing else waits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadId } from 'node:worker_threads'
import { createServer, interruptThread, SO_LINGER, SOL_SOCKET, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { leakingNothing, openDescriptors, uncountable } from '../support/descriptors.js'
import { fill, tcpPair } from '../support/pairs.js'
import { peerWith } from '../support/peer.js'
import { startWorker } from '../support/threads.js'
import { elapsed, failsAfter } from '../support/timing.js'

/** A connection that lingers and has unsent bytes, which its peer does not receive; and their number. */
function lingering(seconds: number): [Socket, Socket, number] {
  const [client, server] = tcpPair()
  client.setOption(SO_LINGER, seconds)
  return [client, server, fill(client)]
}

test('close: a non-blocking socket closes at once', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    client.setBlocking(false)
    assert.ok(elapsed(() => client.close()) < 2000)
    server.close()
  })
})

test('close: the unsent bytes of a non-blocking socket arrive all the same', () => {
  const [client, server, unsent] = lingering(60)
  client.setBlocking(false)
  client.close()
  assert.equal(server.reader().readAll({ timeout: 10_000 }).length, unsent)
  server.close()
})

test('close: a blocking socket waits until the peer has received everything', async () => {
  const [client, server, unsent] = lingering(60)
  const peer = await peerWith(server, [
    ['pause', 100],
    ['receive', unsent],
  ])
  const before = openDescriptors()
  peer.begin()
  const took = elapsed(() => client.close())
  assert.ok(took >= 100 && took < 20_000, `it took ${took} ms`)
  assert.equal(client.closed, true)
  assert.ok(openDescriptors() <= before)
  await peer.ended
})

test('close: waits no longer than the linger time', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(1)
    const took = elapsed(() => client.close())
    assert.ok(took >= 1000 && took < 10_000, `it took ${took} ms`)
    server.close()
  })
})

test('close: waits no longer than the socket’s timeout', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    client.setTimeout(50)
    failsAfter(50, () => client.close(), { name: 'SocketTimeoutError', syscall: 'close', timeout: 50 })
    assert.equal(client.closed, true)
    client.close()
    server.close()
  })
})

test('close: an interruption ends the wait, and the socket is closed', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    interruptThread(threadId)
    assert.throws(() => client.close(), { name: 'InterruptedError', reason: 'thread', syscall: 'close' })
    assert.equal(client.closed, true)
    server.close()
  })
})

test('close: waits for SO_LINGER that was set by its bytes', () => {
  const [client, server] = tcpPair()
  const { number } = SO_LINGER
  client.setRawOption(SOL_SOCKET, number, new Uint8Array(Int32Array.of(1, 60).buffer))
  fill(client)
  client.setTimeout(50)
  failsAfter(50, () => client.close(), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'close' })
  server.close()
})

test('close: does not wait without unsent bytes', () => {
  const [client, server] = tcpPair()
  client.setOption(SO_LINGER, 60)
  client.send('all of it')
  assert.ok(elapsed(() => client.close()) < 2000)
  assert.equal(server.recv(100)!.toString(), 'all of it')
  assert.equal(server.recv(100), null)
  server.close()
})

test('close: a linger time of 0 resets, in every mode', () => {
  for (const mode of [null, 0, 1000]) {
    const [client, server] = lingering(0)
    client.setTimeout(mode)
    client.close()
    assert.throws(
      () => {
        while (server.recv(1_000_000) !== null) {}
      },
      { code: 'ECONNRESET', syscall: 'recv' },
    )
    server.close()
  }
})

test('close: an accepted socket lingers as its listener does', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  listener.setOption(SO_LINGER, 60)
  using client = new Socket()
  client.connect(listener.getSockName())
  const accepted = listener.accept()
  fill(accepted)
  accepted.setTimeout(50)
  assert.throws(() => accepted.close(), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'close' })
})

test('close: a non-blocking duplicate closes at once where the other has set SO_LINGER', () => {
  const [client, server] = tcpPair()
  const copy = client.dup()
  client.setOption(SO_LINGER, 60)
  fill(client)
  client.setBlocking(false)
  client.close()
  copy.setBlocking(false)
  assert.ok(elapsed(() => copy.close()) < 2000)
  server.close()
})

test('close: a non-blocking adopted socket closes at once where a duplicate has set SO_LINGER', () => {
  const [a, b] = tcpPair()
  using duplicate = a.dup()
  duplicate.setOption(SO_LINGER, 5)
  a.setBlocking(false)
  fill(a)
  const last = Socket.fromFd(duplicate.detach())
  a.close()
  last.setBlocking(false)
  assert.ok(elapsed(() => last.close()) < 2000)
  b.close()
})

test('close: of one duplicate takes nothing from the other', () => {
  const [client, server] = tcpPair()
  const copy = client.dup()
  client.setOption(SO_LINGER, 60)
  client.sendAll('from one, ')
  client.close()
  copy.sendAll('from the other')
  copy.close()
  assert.equal(server.reader().readAll({ timeout: 10_000 }).toString(), 'from one, from the other')
  server.close()
})

test('close: an adopted socket waits as well', () => {
  const [client, server] = lingering(60)
  const adopted = Socket.fromFd(client.detach())
  adopted.setTimeout(50)
  failsAfter(50, () => adopted.close(), { code: 'ERR_SOCKET_TIMEOUT' })
  server.close()
})

test('close: a unix socket does not wait, and its bytes arrive', () => {
  const [a, b] = Socket.pair()
  a.setOption(SO_LINGER, 60)
  a.send('unread')
  assert.ok(elapsed(() => a.close()) < 2000)
  assert.equal(b.recv(64)!.toString(), 'unread')
  b.close()
})

test('terminate: a worker with lingering sockets ends at once', async () => {
  const before = openDescriptors()
  const { worker, next } = startWorker('socket/lingering-sockets')
  await next()
  const start = performance.now()
  await worker.terminate()
  assert.ok(performance.now() - start < 5000)
  assert.equal(openDescriptors(), before)
})

test('garbage collection: closing dropped sockets that linger does not wait', async (context) => {
  await succeeds(context, fixture('socket/lingering-sockets'), [], { execArgv: ['--expose-gc'] })
})
