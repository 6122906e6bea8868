// What ends Selector.select besides readiness: wakers, interruptThread, signals, and the end of the thread.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { EVENT_READ, EVENT_WRITE, InterruptedError, Selector, Socket, type Waker, wake } from 'berkeley'
import type { Order } from '../fixtures/selector/ordered-worker.js'
import { noOpenSsl } from '../support/certificates.js'
import { Child, fixture, succeeds } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'
import { backends, makeSelector, onEachBackend } from '../support/readiness-backends.js'
import { heard } from '../support/signals.js'
import { startWorker } from '../support/threads.js'

/** Starts a worker that carries out orders. */
async function startThread(context: TestContext, env: NodeJS.ProcessEnv = process.env): Promise<Worker> {
  const { worker, next } = startWorker('selector/ordered-worker', { context, env })
  await next()
  return worker
}

/** Posts an order and returns at once, so that the caller can wait; resolves with the worker's reply. */
function order(worker: Worker, what: Order): Promise<unknown> {
  worker.postMessage(what)
  return once(worker, 'message').then(([reply]) => reply)
}

const testOptions = { timeout: 60_000 }

for (const backend of backends) {
  test(`wake: another thread ends a wait by a posted waker (${backend})`, testOptions, async (context) => {
    const worker = await startThread(context)
    using selector = makeSelector(backend)
    const woken = order(worker, { act: 'wake', after: 30, times: 3, waker: selector.waker })
    assert.deepEqual(selector.select(), [])
    assert.deepEqual(await woken, [true, true, true])
  })

  test(`interruptThread: ends a wait of Selector.select once (${backend})`, testOptions, async (context) => {
    const worker = await startThread(context)
    using selector = makeSelector(backend)
    const [a] = Socket.pair()
    selector.register(a, EVENT_READ)
    const interrupted = order(worker, { act: 'interrupt', after: 30 })
    assert.throws(
      () => selector.select(),
      (error) => error instanceof InterruptedError && error.reason === 'thread',
    )
    selector.modify(a, EVENT_WRITE)
    assert.equal(selector.select().length, 1)
    assert.deepEqual(await interrupted, [true])
  })

  test(
    `Selector.select: a signal ends a wait once, and no readiness is lost (${backend})`,
    testOptions,
    async (context) => {
      const worker = await startThread(context)
      const listener = heard('SIGUSR2')
      using selector = makeSelector(backend)
      const [a, b] = Socket.pair()
      selector.register(a, EVENT_READ)
      const sent = order(worker, { act: 'signal', after: 30 })
      assert.throws(() => selector.select(), { name: 'InterruptedError', code: 'EINTR', signal: 'SIGUSR2' })
      assert.deepEqual(selector.select(10), [])
      b.send('x')
      assert.equal(selector.select().length, 1)
      await Promise.all([listener, sent])
    },
  )

  test(`Worker.terminate: ends a thread that waits in Selector.select (${backend})`, testOptions, async (context) => {
    const worker = await startThread(context, { ...process.env, BERKELEY_SELECTOR: backend })
    assert.equal(await order(worker, { act: 'select', after: 0 }), 'waits')
    const start = performance.now()
    await worker.terminate()
    const elapsed = performance.now() - start
    assert.ok(elapsed < 1000, `${elapsed} ms`)
  })

  test(
    `process.exit: ends the process while another thread waits in Selector.select (${backend})`,
    testOptions,
    async (context) => {
      const env = { BERKELEY_SELECTOR: backend }
      const child = new Child(context, fixture('selector/scenarios'), ['exit while a thread waits'], { env })
      assert.equal(await child.line(), 'exits')
      const start = process.hrtime.bigint()
      const { code, at, stderr } = await child.ended()
      assert.equal(code, 3, stderr)
      const elapsed = Number(at - start) / 1e6
      assert.ok(elapsed < 1000, `${elapsed} ms`)
    },
  )

  for (const [program, what] of [
    ['selectors dropped', 'garbage-collected selectors'],
    ['selectors of an open socket dropped', 'garbage-collected selectors of an open socket'],
    ['sockets with readers dropped with their selectors', 'sockets with readers, dropped with their selectors,'],
    ['TLS sockets dropped with their selectors', 'TLS sockets, dropped with their selectors,'],
  ] as const) {
    // With poll(2) an open socket keeps the selectors with which it is registered, and they keep their other sockets.
    if (backend === 'poll' && program.endsWith('dropped with their selectors')) continue
    const skip = program.startsWith('TLS') && noOpenSsl
    test(`Selector: ${what} leave no descriptor open (${backend})`, { ...testOptions, skip }, async (context) => {
      const prefix = limitedTo(300)
      const env = { BERKELEY_SELECTOR: backend }
      assert.equal(
        await succeeds(context, fixture('selector/scenarios'), [program], { prefix, env }),
        '"all were opened"\n',
      )
    })
  }
}

onEachBackend(
  'Selector.select: a signal just before the call interrupts it, even if a socket is ready',
  async (backend) => {
    const listener = heard('SIGUSR2')
    using selector = makeSelector(backend)
    const [a] = Socket.pair()
    selector.register(a, EVENT_WRITE)
    process.kill(process.pid, 'SIGUSR2')
    assert.throws(() => selector.select(), { name: 'InterruptedError', signal: 'SIGUSR2' })
    assert.equal(selector.select().length, 1)
    await listener
  },
)

onEachBackend('wake: is kept until the next wait, and several count as one', (backend) => {
  using selector = makeSelector(backend)
  const { waker } = selector
  assert.equal(selector.waker, waker)
  for (let i = 0; i < 3; i++) assert.equal(wake(waker), true)
  const start = performance.now()
  assert.deepEqual(selector.select(), [])
  assert.deepEqual(selector.select(20), [])
  assert.ok(performance.now() - start >= 20)
})

onEachBackend('wake: does not hide a ready socket', (backend) => {
  using selector = makeSelector(backend)
  const [a] = Socket.pair()
  selector.register(a, EVENT_WRITE)
  wake(selector.waker)
  assert.equal(selector.select().length, 1)
})

onEachBackend(
  'Selector.waker: works after the set was rebuilt, and returns false once the selector is closed',
  (backend) => {
    const selector = makeSelector(backend)
    const [a, b] = Socket.pair()
    const { waker } = selector
    const duplicate = b.dup()
    const { fd } = duplicate
    selector.register(fd, EVENT_WRITE)
    duplicate.close()
    selector.unregister(fd)
    assert.deepEqual(selector.select(0), [])
    wake(waker)
    assert.deepEqual(selector.select(), [])
    selector.close()
    assert.equal(wake(waker), false)
    for (const socket of [a, b]) socket.close()
  },
)

test('wake: refuses invalid wakers', () => {
  for (const waker of [null, undefined, 3, {}, { wakerId: '1' }]) {
    assert.throws(() => wake(waker as unknown as Waker), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  for (const wakerId of [-1, 1.5]) assert.throws(() => wake({ wakerId }), { code: 'ERR_OUT_OF_RANGE' })
  assert.equal(wake({ wakerId: 0 }), false)
  assert.ok(new Selector().waker.wakerId > 0)
})
