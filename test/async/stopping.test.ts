// What ends a pending operation of AsyncSocket: a timeout, an AbortSignal, close and detach. Each is tried on each verb.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AsyncOptions, AsyncSocket, type InetAddress } from 'berkeley'
import { leakingNothing, openDescriptors, uncountable } from '../support/descriptors.js'
import { isPending, startReactor, turns } from '../support/event-loop.js'
import { asyncListener, boundTo, type FullQueue, fullTcpListener, fullUnixListener } from '../support/listeners.js'
import { asyncPair, fullPair } from '../support/pairs.js'
import { rejection } from '../support/promises.js'
import { rejectsAfter } from '../support/timing.js'

/** A verb that waits for ever, and the sockets that it needs. */
interface Case {
  readonly socket: AsyncSocket
  readonly act: (options?: AsyncOptions) => Promise<unknown>
  /** Lets the operation succeed, where that is possible. */
  readonly unblock?: () => unknown
  readonly others: readonly { close(): void }[]
}

function receiving(act: (socket: AsyncSocket, options?: AsyncOptions) => Promise<unknown>): () => Case {
  return () => {
    const [socket, peer] = asyncPair()
    return { socket, act: (options) => act(socket, options), unblock: () => peer.trySend('x\n'), others: [peer] }
  }
}

function sending(act: (socket: AsyncSocket, options?: AsyncOptions) => Promise<unknown>): () => Case {
  return () => {
    const [socket, peer] = fullPair()
    const unblock = async (): Promise<void> => {
      while (peer.tryRecv(65536) !== undefined) await turns(1)
    }
    return { socket, act: (options) => act(socket, options), unblock, others: [peer] }
  }
}

function connecting(obstacle: FullQueue): Case {
  const { listener } = obstacle
  const socket = new AsyncSocket(listener.family)
  const target = listener.getSockName() as { host: string; port: number }
  return {
    socket,
    act: (options) => socket.connect(target, options),
    others: [{ close: () => obstacle[Symbol.dispose]() }],
  }
}

const cases: Record<string, () => Case> = {
  'AsyncSocket.recv': receiving((socket, options) => socket.recv(10, options)),
  'AsyncSocket.recvInto': receiving((socket, options) => socket.recvInto(Buffer.alloc(10), options)),
  'AsyncSocket.recvFrom': receiving((socket, options) => socket.recvFrom(10, options)),
  'AsyncSocket.recvFromInto': receiving((socket, options) => socket.recvFromInto(Buffer.alloc(10), options)),
  'AsyncSocket.readable': receiving((socket, options) => socket.readable(options)),
  'AsyncSocketReader.readLine': receiving(async (socket, options) => socket.reader().readLine(options)),
  'AsyncSocketReader.readExactly': receiving(async (socket, options) => socket.reader().readExactly(2, options)),
  'AsyncSocket.send': sending((socket, options) => socket.send('x', options)),
  'AsyncSocket.sendAll': sending((socket, options) => socket.sendAll('x', options)),
  'AsyncSocket.writable': sending((socket, options) => socket.writable(options)),
  'AsyncSocket.accept'() {
    const socket = asyncListener()
    const client = new AsyncSocket()
    const act = (options?: AsyncOptions): Promise<unknown> =>
      socket.accept(options).then((connection) => connection.close())
    return { socket, act, unblock: () => client.connect(boundTo(socket)), others: [client] }
  },
  'AsyncSocket.connect (TCP)': () => connecting(fullTcpListener()),
  'AsyncSocket.connect (unix)': () => connecting(fullUnixListener()),
}

/** Runs a check on a case, and expects that it leaves no descriptor open. */
async function withCase(make: () => Case, check: (example: Case) => Promise<unknown>): Promise<void> {
  const before = uncountable === false ? openDescriptors() : 0
  const example = make()
  try {
    await check(example)
  } finally {
    for (const each of [example.socket, ...example.others]) each.close()
  }
  // Fewer may be open, because sockets of other tests may have been garbage-collected meanwhile.
  if (uncountable === false) assert.ok(openDescriptors() <= before, 'descriptors were left open')
}

await startReactor()

for (const [name, make] of Object.entries(cases)) {
  const isConnect = name.startsWith('AsyncSocket.connect')
  test(`${name}: times out, and can be called again`, () =>
    withCase(make, async ({ socket, act, unblock }) => {
      const timedOut = { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT' }
      await rejectsAfter(20, () => act({ timeout: 20 }), timedOut)
      await rejectsAfter(20, () => act({ deadline: performance.now() + 20 }), timedOut)
      await assert.rejects(act({ deadline: performance.now() - 1 }), timedOut)
      socket.setTimeout(10)
      await rejectsAfter(10, () => act(), timedOut)
      await assert.rejects(act({ timeout: 0 }), { name: 'WouldBlockError' })
      socket.setTimeout(null)
      if (unblock === undefined) return
      const again = act()
      assert.ok(await isPending(again))
      await unblock()
      await again
    }))

  test(`${name}: rejects at once for a signal that is already aborted`, () =>
    withCase(make, async ({ socket, act }) => {
      const reason = new Error('not wanted any more')
      const error = await rejection(act({ signal: AbortSignal.abort(reason) }))
      assert.deepEqual([error.name, error['code'], error.cause], ['AbortError', 'ABORT_ERR', reason])
      assert.equal(socket.closed, isConnect)
    }))

  test(`${name}: an abort ends the wait`, () =>
    withCase(make, async ({ socket, act, unblock }) => {
      const controller = new AbortController()
      const { signal } = controller
      const waiting = act({ signal, timeout: 60_000 })
      assert.ok(await isPending(waiting))
      controller.abort()
      const error = await rejection(waiting)
      assert.deepEqual([error.name, error.cause], ['AbortError', signal.reason])
      if (isConnect) {
        assert.ok(socket.closed, 'an aborted connect must close its socket')
        return
      }
      const again = act()
      assert.ok(await isPending(again))
      await unblock?.()
      await again
    }))

  test(`${name}: close ends the wait`, () =>
    withCase(make, async ({ socket, act }) => {
      const waiting = act({ timeout: 60_000 })
      assert.ok(await isPending(waiting))
      socket.close()
      assert.equal((await rejection(waiting))['code'], 'ERR_SOCKET_CLOSED')
      assert.equal((await rejection(act()))['code'], 'ERR_SOCKET_CLOSED')
      assert.ok(socket.closed)
      assert.equal(socket.fd, -1)
    }))

  test(`${name}: detach ends the wait`, () =>
    withCase(make, async ({ socket, act }) => {
      const waiting = act()
      assert.ok(await isPending(waiting))
      const successor = AsyncSocket.fromFd(socket.detach())
      try {
        assert.equal((await rejection(waiting))['code'], 'ERR_SOCKET_DETACHED')
        assert.equal((await rejection(act()))['code'], 'ERR_SOCKET_DETACHED')
      } finally {
        successor.close()
      }
    }))

  // The connects of these cases never succeed.
  if (isConnect) continue

  test(`${name}: an abort after the operation has no effect`, () =>
    withCase(make, async ({ act, unblock }) => {
      const controller = new AbortController()
      const waiting = act({ signal: controller.signal })
      assert.ok(await isPending(waiting))
      await unblock!()
      await waiting
      controller.abort()
      await turns()
    }))
}

test('AsyncSocket.recv: receives bytes that arrived before its timeout while the thread was busy', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(100, { timeout: 5 })
  const end = performance.now() + 30
  b.trySend('in time')
  while (performance.now() < end) {}
  assert.equal(String(await received), 'in time')
  a.close()
  b.close()
})

test('AsyncSocket: one timeout spans all of sendAll and all of readExactly', async () => {
  const [a, b] = fullPair()
  const timedOut = { name: 'SocketTimeoutError' }
  const pump = setInterval(() => b.tryRecv(1000), 2)
  await rejectsAfter(60, () => a.sendAll(Buffer.alloc(64 << 20), { timeout: 60 }), timedOut)
  clearInterval(pump)
  const drip = setInterval(() => b.trySend('x'), 2)
  await rejectsAfter(60, () => a.reader().readExactly(1 << 20, { timeout: 60 }), timedOut)
  clearInterval(drip)
  assert.ok(a.reader().bufferedBytes > 0)
  a.close()
  b.close()
})

test('AsyncSocket.recv: thousands of calls leave no listener on their AbortSignal', async () => {
  const [a, b] = asyncPair()
  const controller = new AbortController()
  const warnings: Error[] = []
  const note = (warning: Error): number => warnings.push(warning)
  process.on('warning', note)
  for (let count = 0; count < 2000; count++) {
    const received = a.recv(10, { signal: controller.signal })
    b.trySend('x')
    await received
  }
  const last = a.recv(10, { signal: controller.signal })
  controller.abort()
  await assert.rejects(last, { name: 'AbortError' })
  await turns()
  process.off('warning', note)
  assert.deepEqual(warnings, [])
  a.close()
  b.close()
})

test('AsyncSocket.connect: a getter of the address that aborts the signal cancels the connect', async () => {
  using full = fullTcpListener()
  const { host, port } = full.listener.getSockName() as InetAddress
  const controller = new AbortController()
  const address = {
    host,
    get port(): number {
      controller.abort()
      return port
    },
  }
  const socket = new AsyncSocket()
  await assert.rejects(socket.connect(address, { signal: controller.signal }), { name: 'AbortError' })
  assert.ok(socket.closed)
})

test('AsyncSocket: await using closes the socket', { skip: uncountable }, async () => {
  await leakingNothing(async () => {
    await using socket = new AsyncSocket()
    assert.ok(!socket.closed)
  })
})

test('AsyncSocket.close: the peer reads the end before the event loop turns again', async () => {
  const [a, peer] = AsyncSocket.pair()
  const b = peer.toBlocking()
  b.setTimeout(10_000)
  const failed = rejection(a.recv(10))
  await turns()
  a.close()
  assert.equal(b.recv(1), null)
  await failed
  b.close()
})

test('AsyncSocket.close: has no effect the second time, and none after detach', async () => {
  const [a, b] = asyncPair()
  a.close()
  a.close()
  const successor = AsyncSocket.fromFd(b.detach())
  b.close()
  assert.ok(!b.closed)
  assert.equal(await successor.recv(1), null)
  successor.close()
})
