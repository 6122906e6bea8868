// What ends a selector's wait besides readiness: wakers, interruptions, signals, the end of the thread.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { EVENT_READ, EVENT_WRITE, InterruptedError, Selector, Socket, type Waker, wake } from 'berkeley'
import type { Order } from '../fixtures/selector/ordered-worker.js'
import { Child, fixture, succeeds } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'
import { backends, makeSelector, onEachBackend } from '../support/readiness-backends.js'
import { heard } from '../support/signals.js'
import { startWorker } from '../support/threads.js'

/** A thread that is ready for an order. */
async function startThread(context: TestContext, env: NodeJS.ProcessEnv = process.env): Promise<Worker> {
  const { worker, next } = startWorker('selector/ordered-worker', { context, env })
  await next()
  return worker
}

/** Gives the order and lets the caller go on, to wait. */
function order(worker: Worker, what: Order): Promise<unknown> {
  worker.postMessage(what)
  return once(worker, 'message').then(([answers]) => answers)
}

const waits = { timeout: 60_000 }

for (const backend of backends) {
  test(`${backend}: another thread wakes a wait by the waker it was sent`, waits, async (context) => {
    const worker = await startThread(context)
    using selector = makeSelector(backend)
    const answers = order(worker, { act: 'wake', after: 30, times: 3, waker: selector.waker })
    assert.deepEqual(selector.select(), [])
    assert.deepEqual(await answers, [true, true, true])
  })

  test(`${backend}: interruptThread ends a wait once`, waits, async (context) => {
    const worker = await startThread(context)
    using selector = makeSelector(backend)
    const [a] = Socket.pair()
    selector.register(a, EVENT_READ)
    const answers = order(worker, { act: 'interrupt', after: 30 })
    assert.throws(
      () => selector.select(),
      (error) => error instanceof InterruptedError && error.reason === 'thread',
    )
    selector.modify(a, EVENT_WRITE)
    assert.equal(selector.select().length, 1)
    assert.deepEqual(await answers, [true])
  })

  test(`${backend}: a signal ends a wait once, and what is ready is not lost`, waits, async (context) => {
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
  })

  test(`${backend}: a thread that waits ends when it is terminated`, waits, async (context) => {
    const worker = await startThread(context, { ...process.env, BERKELEY_SELECTOR: backend })
    assert.equal(await order(worker, { act: 'select', after: 0 }), 'waits')
    const start = performance.now()
    await worker.terminate()
    const took = performance.now() - start
    assert.ok(took < 1000, `${took} ms`)
  })

  test(`${backend}: process.exit ends a process whose other thread waits`, waits, async (context) => {
    const env = { BERKELEY_SELECTOR: backend }
    const child = new Child(context, fixture('selector/scenarios'), ['exit while a thread waits'], { env })
    assert.equal(await child.line(), 'exits')
    const start = process.hrtime.bigint()
    const { code, at, stderr } = await child.ended()
    assert.equal(code, 3, stderr)
    const took = Number(at - start) / 1e6
    assert.ok(took < 1000, `${took} ms`)
  })

  for (const program of ['selectors dropped', 'selectors of an open socket dropped']) {
    test(`${backend}: ${program} leave no descriptor open`, waits, async (context) => {
      const prefix = limitedTo(300)
      const env = { BERKELEY_SELECTOR: backend }
      assert.equal(
        await succeeds(context, fixture('selector/scenarios'), [program], { prefix, env }),
        '"all were opened"\n',
      )
    })
  }
}

onEachBackend('a signal that came just before interrupts, also where something is ready', async (backend) => {
  const listener = heard('SIGUSR2')
  using selector = makeSelector(backend)
  const [a] = Socket.pair()
  selector.register(a, EVENT_WRITE)
  process.kill(process.pid, 'SIGUSR2')
  assert.throws(() => selector.select(), { name: 'InterruptedError', signal: 'SIGUSR2' })
  assert.equal(selector.select().length, 1)
  await listener
})

onEachBackend('wakes are kept until the next wait, and several count as one', (backend) => {
  using selector = makeSelector(backend)
  const { waker } = selector
  assert.equal(selector.waker, waker)
  for (let i = 0; i < 3; i++) assert.equal(wake(waker), true)
  const start = performance.now()
  assert.deepEqual(selector.select(), [])
  assert.deepEqual(selector.select(20), [])
  assert.ok(performance.now() - start >= 20)
})

onEachBackend('a wake does not hide what is ready', (backend) => {
  using selector = makeSelector(backend)
  const [a] = Socket.pair()
  selector.register(a, EVENT_WRITE)
  wake(selector.waker)
  assert.equal(selector.select().length, 1)
})

onEachBackend('a waker outlives its selector and a set that was made anew', (backend) => {
  const selector = makeSelector(backend)
  const [a, b] = Socket.pair()
  const { waker } = selector
  const ghost = b.dup()
  const { fd } = ghost
  selector.register(fd, EVENT_WRITE)
  ghost.close()
  selector.unregister(fd)
  assert.deepEqual(selector.select(0), [])
  wake(waker)
  assert.deepEqual(selector.select(), [])
  selector.close()
  assert.equal(wake(waker), false)
  for (const socket of [a, b]) socket.close()
})

test('what is no waker is refused', () => {
  for (const waker of [null, undefined, 3, {}, { wakerId: '1' }]) {
    assert.throws(() => wake(waker as unknown as Waker), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  for (const wakerId of [-1, 1.5]) assert.throws(() => wake({ wakerId }), { code: 'ERR_OUT_OF_RANGE' })
  assert.equal(wake({ wakerId: 0 }), false)
  assert.ok(new Selector().waker.wakerId > 0)
})
