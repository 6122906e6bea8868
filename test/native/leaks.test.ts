// Leaks: dropped sockets, failed calls and ended workers leave no descriptor open, and memory does not grow.

import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AF_INET6, AF_UNIX, createConnection, createServer, type Family, Selector, Socket } from 'berkeley'
import { fixture, run, succeeds } from '../support/child.js'
import { leakingNothing, limitedTo, openDescriptors, uncountable } from '../support/descriptors.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort, fullTcpListener, fullUnixListener } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'
import { startWorker } from '../support/threads.js'

for (const scenario of ['new Socket', 'Socket.pair', 'dup', 'fromFd', 'accept', 'createConnection']) {
  test(`${scenario}: thousands of sockets dropped in one loop are closed`, async (context) => {
    await succeeds(context, fixture('native/drop-sockets'), [scenario], { prefix: limitedTo(2000) })
  })
}

test('Selector: it and its waker get the descriptors of dropped sockets', async (context) => {
  const program = fixture('native/selectors-without-descriptors')
  const { code, stderr } = await run(context, program, [], { prefix: limitedTo(200) })
  assert.deepEqual([code, stderr], [0, ''])
})

test('EMFILE: every verb that opens a descriptor throws it, and works again when there are some', async (context) => {
  await succeeds(context, fixture('native/open-without-descriptors'), [], { prefix: limitedTo(128) })
})

test('descriptors: a call that fails leaves none open', { skip: uncountable }, () => {
  const dead = { host: '127.0.0.1', port: deadPort() }
  using full = fullTcpListener()
  using fullUnix = fullUnixListener()
  using taken = createServer({ host: '127.0.0.1', port: 0 })
  const path = join(temporaryFolder(), 'no-folder', 'socket')
  const file = openSync(process.execPath, 'r')
  const failing: (() => unknown)[] = [
    () => new Socket(12345 as Family),
    () => Socket.pair(AF_INET6),
    () => Socket.fromFd(file),
    () => createConnection(dead),
    () => createConnection(dead, { localAddress: '192.0.2.1' }),
    () => createConnection({ path }),
    () => createConnection(full.listener.getSockName() as typeof dead, { timeout: 20, attemptDelay: 5 }),
    () => createConnection(fullUnix.listener.getSockName() as { path: string }, { timeout: 20 }),
    () => createConnection({ ...dead, host: '' }, { family: AF_UNIX }),
    () => createServer(taken.getSockName() as typeof dead),
    () => createServer({ path }),
    () => createServer(dead, { backlog: 2 ** 31 }),
  ]
  for (const act of failing) {
    leakingNothing(() => {
      for (let count = 0; count < 5; count++) assert.throws(act)
    })
  }
  closeSync(file)
})

test('descriptors: sockets that are used and closed leave none open', { skip: uncountable }, () => {
  leakingNothing(() => {
    for (let round = 0; round < 50; round++) {
      const [a, b] = tcpPair()
      const copy = a.dup()
      const adopted = Socket.fromFd(b.detach())
      using selector = new Selector()
      selector.register(copy, 1)
      copy.sendAll('x')
      assert.equal(adopted.reader().readExactly(1)!.toString(), 'x')
      for (const socket of [a, copy, adopted]) socket.close()
    }
  })
})

test('workers: a hundred that are terminated leave no descriptor open', { skip: uncountable }, async () => {
  const batch = (): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 10 }, async () => {
        const { worker, next } = startWorker('native/worker-with-sockets')
        await next()
        await worker.terminate()
      }),
    )
  await batch()
  const before = openDescriptors()
  for (let count = 0; count < 10; count++) await batch()
  assert.equal(openDescriptors(), before)
})

for (const way of ['return', 'exit', 'throw']) {
  test(`workers: one that ends by ${way} leaves no descriptor open`, { skip: uncountable }, async () => {
    const end = (): Promise<number> => {
      const { worker, exited } = startWorker('native/worker-with-sockets', { workerData: way })
      worker.on('error', () => {})
      return exited
    }
    await end()
    const before = openDescriptors()
    await end()
    assert.equal(openDescriptors(), before)
  })
}

test('memory: sending, receiving, opening and closing do not make it grow', () => {
  const [a, b] = Socket.pair()
  const block = Buffer.alloc(100)
  const round = (): void => {
    for (let count = 0; count < 20_000; count++) {
      a.send(block)
      b.recv(200)
      b.tryRecv(200)
    }
    for (let count = 0; count < 2_000; count++) new Socket().close()
  }
  round()
  round()
  const before = process.memoryUsage.rss()
  for (let count = 0; count < 5; count++) round()
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20
  assert.ok(grown < 64, `${grown} MiB more than before`)
  a.close()
  b.close()
})
