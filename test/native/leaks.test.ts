// Nothing is left open: by what is dropped, by what fails, by workers that end.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { AF_INET6, AF_UNIX, createConnection, createServer, type Family, Selector, Socket } from 'berkeley'
import { leakingNothing, openDescriptors, uncountable } from '../support/descriptors.js'
import { deadPort, fullTcpListener, fullUnixListener, tcpPair, temporaryFolder } from '../support/pairs.js'
import { runProgram } from '../support/programs.js'

const limited = (count: number): readonly string[] => ['sh', '-c', `ulimit -n ${count}; exec "$0" "$@"`]

for (const scenario of ['new Socket', 'Socket.pair', 'dup', 'fromFd', 'accept', 'createConnection']) {
  test(`thousands of dropped sockets in one loop: ${scenario}`, () => {
    const run = runProgram('native/drop-sockets', [scenario], { prefix: limited(2000) })
    assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
  })
}

test('without descriptors every verb that opens one says EMFILE, and works again when there are some', () => {
  const run = runProgram('native/open-without-descriptors', [], { prefix: limited(64) })
  assert.deepEqual([run.status, run.signal], [0, null], run.stderr)
})

test('what fails to open leaves nothing open', { skip: uncountable }, () => {
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
    () => createServer(dead, { backlog: -1 }),
  ]
  for (const act of failing) {
    leakingNothing(() => {
      for (let count = 0; count < 5; count++) assert.throws(act)
    })
  }
  closeSync(file)
})

test('a life of every kind leaves nothing open', { skip: uncountable }, () => {
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

test('a hundred workers that are terminated leave nothing open', { skip: uncountable }, async () => {
  const url = new URL('../fixtures/native/worker-with-sockets.js', import.meta.url)
  const batch = (): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 10 }, async () => {
        const worker = new Worker(url)
        await once(worker, 'message')
        await worker.terminate()
      }),
    )
  await batch()
  const before = openDescriptors()
  for (let count = 0; count < 10; count++) await batch()
  assert.equal(openDescriptors(), before)
})

test('workers that end by themselves leave nothing open either', { skip: uncountable }, async () => {
  const url = new URL('../fixtures/native/worker-with-sockets.js', import.meta.url)
  const end = async (way: string): Promise<void> => {
    const worker = new Worker(url, { workerData: way })
    worker.on('error', () => {})
    await new Promise((ended) => worker.on('exit', ended))
  }
  await end('return')
  const before = openDescriptors()
  for (const way of ['return', 'exit', 'throw']) await end(way)
  assert.equal(openDescriptors(), before)
})

test('memory stays where it was', () => {
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
