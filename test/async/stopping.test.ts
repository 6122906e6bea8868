// What ends a verb that waits: its time, a signal, the socket's end. Each in turn for each verb.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AsyncOptions, AsyncSocket } from 'berkeley'
import { leakingNothing, openDescriptors, uncountable } from '../support/descriptors.js'
import { isPending, startReactor, turns } from '../support/event-loop.js'
import { asyncListener, boundTo, type FullQueue, fullTcpListener, fullUnixListener } from '../support/listeners.js'
import { asyncPair, fullPair } from '../support/pairs.js'
import { rejection } from '../support/promises.js'
import { rejectsAfter } from '../support/timing.js'

/** A verb that waits for ever, and what it needs. */
interface Case {
  readonly socket: AsyncSocket
  readonly act: (options?: AsyncOptions) => Promise<unknown>
  /** Lets it end well, where that can be; then it is called again. */
  readonly release?: () => unknown
  readonly others: readonly { close(): void }[]
}

function receiving(act: (socket: AsyncSocket, options?: AsyncOptions) => Promise<unknown>): () => Case {
  return () => {
    const [socket, peer] = asyncPair()
    return { socket, act: (options) => act(socket, options), release: () => peer.trySend('x\n'), others: [peer] }
  }
}

function sending(act: (socket: AsyncSocket, options?: AsyncOptions) => Promise<unknown>): () => Case {
  return () => {
    const [socket, peer] = fullPair()
    const release = async (): Promise<void> => {
      while (peer.tryRecv(65536) !== undefined) await turns(1)
    }
    return { socket, act: (options) => act(socket, options), release, others: [peer] }
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
  recv: receiving((socket, options) => socket.recv(10, options)),
  recvInto: receiving((socket, options) => socket.recvInto(Buffer.alloc(10), options)),
  recvFrom: receiving((socket, options) => socket.recvFrom(10, options)),
  recvFromInto: receiving((socket, options) => socket.recvFromInto(Buffer.alloc(10), options)),
  readable: receiving((socket, options) => socket.readable(options)),
  readLine: receiving(async (socket, options) => socket.reader().readLine(options)),
  readExactly: receiving(async (socket, options) => socket.reader().readExactly(2, options)),
  send: sending((socket, options) => socket.send('x', options)),
  sendAll: sending((socket, options) => socket.sendAll('x', options)),
  writable: sending((socket, options) => socket.writable(options)),
  accept() {
    const socket = asyncListener()
    const client = new AsyncSocket()
    const act = (options?: AsyncOptions): Promise<unknown> =>
      socket.accept(options).then((connection) => connection.close())
    return { socket, act, release: () => client.connect(boundTo(socket)), others: [client] }
  },
  'connect, TCP': () => connecting(fullTcpListener()),
  'connect, unix': () => connecting(fullUnixListener()),
}

/** Carries a case out; no descriptor is left, whatever happens. */
async function withCase(make: () => Case, check: (one: Case) => Promise<unknown>): Promise<void> {
  const before = uncountable === false ? openDescriptors() : 0
  const one = make()
  try {
    await check(one)
  } finally {
    for (const each of [one.socket, ...one.others]) each.close()
  }
  // Fewer may be open where something of another test was collected.
  if (uncountable === false) assert.ok(openDescriptors() <= before, 'descriptors were left open')
}

await startReactor()

for (const [name, make] of Object.entries(cases)) {
  test(`${name}: its time runs out, and it can be called again`, () =>
    withCase(make, async ({ socket, act, release }) => {
      const timedOut = { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT' }
      await rejectsAfter(20, () => act({ timeout: 20 }), timedOut)
      await rejectsAfter(20, () => act({ deadline: performance.now() + 20 }), timedOut)
      await assert.rejects(act({ deadline: performance.now() - 1 }), timedOut)
      socket.setTimeout(10)
      await rejectsAfter(10, () => act(), timedOut)
      await assert.rejects(act({ timeout: 0 }), { name: 'WouldBlockError' })
      socket.setTimeout(null)
      if (release === undefined) return
      const again = act()
      assert.ok(await isPending(again))
      await release()
      await again
    }))

  test(`${name}: a signal that was given before`, () =>
    withCase(make, async ({ socket, act }) => {
      const reason = new Error('not wanted any more')
      const error = await rejection(act({ signal: AbortSignal.abort(reason) }))
      assert.deepEqual([error.name, error['code'], error.cause], ['AbortError', 'ABORT_ERR', reason])
      assert.equal(socket.closed, name.startsWith('connect'))
    }))

  test(`${name}: a signal while it waits`, () =>
    withCase(make, async ({ socket, act, release }) => {
      const controller = new AbortController()
      const { signal } = controller
      const waiting = act({ signal, timeout: 60_000 })
      assert.ok(await isPending(waiting))
      controller.abort()
      const error = await rejection(waiting)
      assert.deepEqual([error.name, error.cause], ['AbortError', signal.reason])
      if (name.startsWith('connect')) {
        assert.ok(socket.closed, 'a connect that is cancelled closes its socket')
        return
      }
      const again = act()
      assert.ok(await isPending(again))
      await release?.()
      await again
    }))

  test(`${name}: a signal that comes when it is done changes nothing`, () =>
    withCase(make, async ({ act, release }) => {
      if (release === undefined) return
      const controller = new AbortController()
      const waiting = act({ signal: controller.signal })
      assert.ok(await isPending(waiting))
      await release()
      await waiting
      controller.abort()
      await turns()
    }))

  test(`${name}: the socket is closed`, () =>
    withCase(make, async ({ socket, act }) => {
      const waiting = act({ timeout: 60_000 })
      assert.ok(await isPending(waiting))
      socket.close()
      assert.equal((await rejection(waiting))['code'], 'ERR_SOCKET_CLOSED')
      assert.equal((await rejection(act()))['code'], 'ERR_SOCKET_CLOSED')
      assert.ok(socket.closed)
      assert.equal(socket.fd, -1)
    }))

  test(`${name}: the descriptor is given away`, () =>
    withCase(make, async ({ socket, act }) => {
      const waiting = act()
      assert.ok(await isPending(waiting))
      const heir = AsyncSocket.fromFd(socket.detach())
      try {
        assert.equal((await rejection(waiting))['code'], 'ERR_SOCKET_DETACHED')
        assert.equal((await rejection(act()))['code'], 'ERR_SOCKET_DETACHED')
      } finally {
        heir.close()
      }
    }))
}

test('a time that has run out while the program computed gives what has come', async () => {
  const [a, b] = asyncPair()
  const received = a.recv(100, { timeout: 5 })
  const end = performance.now() + 30
  b.trySend('in time')
  while (performance.now() < end) {}
  assert.equal(String(await received), 'in time')
  a.close()
  b.close()
})

test('one time limit spans all of sendAll and of readExactly', async () => {
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

test('thousands of calls with one signal leave nothing behind in it', async () => {
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

test('await using closes', { skip: uncountable }, async () => {
  await leakingNothing(async () => {
    await using socket = new AsyncSocket()
    assert.ok(!socket.closed)
  })
})

test('whoever blocks next, without going back to the event loop, reads the end of a socket that was closed', async () => {
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

test('closing twice does nothing, and closing what was given away neither', async () => {
  const [a, b] = asyncPair()
  a.close()
  a.close()
  const heir = AsyncSocket.fromFd(b.detach())
  b.close()
  assert.ok(!b.closed)
  assert.equal(await heir.recv(1), null)
  heir.close()
})
