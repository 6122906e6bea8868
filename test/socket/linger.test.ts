// Closing with SO_LINGER: who waits, for what, how long, and that nobody else does.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { threadId, Worker } from 'node:worker_threads'
import { createServer, interruptThread, Socket } from 'berkeley'
import { leakingNothing, openDescriptors, uncountable } from '../support/descriptors.js'
import { linger } from '../support/linger.js'
import { fill, tcpPair } from '../support/pairs.js'
import { peerWith } from '../support/peer.js'
import { runProgram } from '../support/programs.js'
import { failsAfter } from '../support/timing.js'

/** A connection with bytes unsent that lingers; its peer takes nothing. */
function lingering(seconds: number): [Socket, Socket, number] {
  const [client, server] = tcpPair()
  linger(client, seconds)
  return [client, server, fill(client)]
}

/** Milliseconds that `act` took. */
function time(act: () => unknown): number {
  const start = performance.now()
  act()
  return performance.now() - start
}

test('a non-blocking socket closes at once', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    client.setBlocking(false)
    assert.ok(time(() => client.close()) < 2000)
    server.close()
  })
})

test('and what it had to send arrives all the same', () => {
  const [client, server, unsent] = lingering(60)
  client.setBlocking(false)
  client.close()
  assert.equal(server.reader().readAll({ timeout: 10_000 }).length, unsent)
  server.close()
})

test('a blocking one waits until the peer has taken everything', async () => {
  const [client, server, unsent] = lingering(60)
  const peer = await peerWith(server, [
    ['pause', 100],
    ['receive', unsent],
  ])
  const before = openDescriptors()
  peer.begin()
  const took = time(() => client.close())
  assert.ok(took >= 100 && took < 20_000, `it took ${took} ms`)
  assert.equal(client.closed, true)
  assert.ok(openDescriptors() <= before)
  await peer.ended
})

test('but no longer than it lingers', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(1)
    const took = time(() => client.close())
    assert.ok(took >= 1000 && took < 10_000, `it took ${took} ms`)
    server.close()
  })
})

test('nor than its own timeout', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    client.setTimeout(50)
    failsAfter(50, () => client.close(), { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT', syscall: 'close' })
    assert.equal(client.closed, true)
    client.close()
    server.close()
  })
})

test('an interruption ends the waiting, and the socket is closed', { skip: uncountable }, () => {
  leakingNothing(() => {
    const [client, server] = lingering(60)
    interruptThread(threadId)
    assert.throws(() => client.close(), { name: 'InterruptedError', reason: 'thread', syscall: 'close' })
    assert.equal(client.closed, true)
    server.close()
  })
})

test('with nothing unsent there is nothing to wait for', () => {
  const [client, server] = tcpPair()
  linger(client, 60)
  client.send('all of it')
  assert.ok(time(() => client.close()) < 2000)
  assert.equal(server.recv(100)!.toString(), 'all of it')
  assert.equal(server.recv(100), null)
  server.close()
})

test('a linger time of 0 resets, in every mode', () => {
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

test('accepted sockets linger as their listener says', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  linger(listener, 60)
  using client = new Socket()
  client.connect(listener.getSockName())
  const accepted = listener.accept()
  fill(accepted)
  accepted.setTimeout(50)
  assert.throws(() => accepted.close(), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'close' })
})

test('the other one of two duplicates may have said so', () => {
  const [client, server] = tcpPair()
  const copy = client.dup()
  linger(client, 60)
  fill(client)
  client.setBlocking(false)
  client.close()
  copy.setBlocking(false)
  assert.ok(time(() => copy.close()) < 2000)
  server.close()
})

test('a duplicate that is closed takes nothing from the other', () => {
  const [client, server] = tcpPair()
  const copy = client.dup()
  linger(client, 60)
  client.sendAll('from one, ')
  client.close()
  copy.sendAll('from the other')
  copy.close()
  assert.equal(server.reader().readAll({ timeout: 10_000 }).toString(), 'from one, from the other')
  server.close()
})

test('an adopted socket waits as well, for what was sent', () => {
  const [client, server] = lingering(60)
  const adopted = Socket.fromFd(client.detach())
  adopted.setTimeout(50)
  failsAfter(50, () => adopted.close(), { code: 'ERR_SOCKET_TIMEOUT' })
  server.close()
})

test('a unix socket lingers as little as the kernel lets it', () => {
  const [a, b] = Socket.pair()
  linger(a, 60)
  a.send('unread')
  assert.ok(time(() => a.close()) < 2000)
  b.close()
})

test('a worker that ends stands still for none of its sockets', async () => {
  const before = openDescriptors()
  const worker = new Worker(new URL('../fixtures/socket/lingering-sockets.js', import.meta.url))
  await once(worker, 'message')
  const start = performance.now()
  await worker.terminate()
  assert.ok(performance.now() - start < 5000)
  assert.equal(openDescriptors(), before)
})

test('neither does what closes dropped sockets', () => {
  const run = runProgram('socket/lingering-sockets', [], { execArgv: ['--expose-gc'] })
  assert.equal(run.status, 0, run.stderr)
})
