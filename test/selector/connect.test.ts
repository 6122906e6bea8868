// Selector and sockets that are connecting. The tests of slow lookups run a child process with a slow resolver.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { EVENT_ERROR, EVENT_WRITE, errno, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { deadPort, fullTcpListener } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'
import { makeSelector, onEachBackend } from '../support/readiness-backends.js'

const missing = slowResolverMissing()

/** Runs a scenario with this backend and a resolver that takes `ms` milliseconds; returns what it prints. */
async function runScenario<Result>(
  context: TestContext,
  program: string,
  backend: string,
  ms: number,
): Promise<Result> {
  const env = { ...slowResolver(ms), BERKELEY_SELECTOR: backend }
  return JSON.parse(await succeeds(context, fixture('selector/scenarios'), [program], { env })) as Result
}

const withSlowResolver: typeof onEachBackend = (name, run) => {
  if (missing === false) onEachBackend(name, run)
  else test(name, { skip: missing }, () => {})
}

onEachBackend('Selector.select: reports a refused connect as writable and an error', (backend) => {
  using selector = makeSelector(backend)
  using socket = new Socket()
  socket.setBlocking(false)
  const address = { host: '127.0.0.1', port: deadPort() }
  assert.equal(socket.connectEx(address), errno.EINPROGRESS)
  selector.register(socket, EVENT_WRITE)
  const [ready] = selector.select(5000)
  assert.equal(ready!.events & (EVENT_WRITE | EVENT_ERROR), EVENT_WRITE | EVENT_ERROR)
  assert.throws(() => socket.tryConnect(address), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    address: address.host,
    port: address.port,
  })
})

onEachBackend('Socket.takeError: returns the error of a refused connect once', (backend) => {
  using selector = makeSelector(backend)
  using socket = new Socket()
  socket.setBlocking(false)
  socket.connectEx({ host: '127.0.0.1', port: deadPort() })
  selector.register(socket, EVENT_WRITE)
  assert.equal(selector.select(5000).length, 1)
  assert.deepEqual([socket.takeError()?.code, socket.takeError()], ['ECONNREFUSED', null])
})

onEachBackend('Selector.select: does not report a connect in progress as writable', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullTcpListener()
  using socket = new Socket()
  socket.setBlocking(false)
  socket.connectEx(obstacle.listener.getSockName())
  selector.register(socket, EVENT_WRITE)
  assert.deepEqual(selector.select(20), [])
  const [client, server] = tcpPair()
  selector.register(client, EVENT_WRITE)
  assert.deepEqual(
    selector.select(1000).map((ready) => ready.socket),
    [client],
  )
  for (const end of [client, server]) end.close()
})

withSlowResolver('Socket.connectEx: returns at once while a lookup takes 2 s', async (backend, context) => {
  const calls = await runScenario<{ inProgress: boolean; time: number }[]>(
    context,
    'connectEx during lookups',
    backend,
    2000,
  )
  assert.ok(calls.every(({ inProgress }) => inProgress))
  // The shortest of several calls counts: another process may run in the middle of one.
  const best = Math.min(...calls.map(({ time }) => time))
  assert.ok(best < 5, `${best} ms`)
})

interface Succeeded {
  readonly first: number
  readonly early: number
  readonly events: number[]
  readonly after: number
  readonly connected: boolean
  readonly sent: number
  readonly error: unknown
  readonly secondEvents: number
  readonly left: number
}

withSlowResolver('Selector.select: reports a connect by name that has succeeded', async (backend, context) => {
  for (const { after, ...rest } of await runScenario<Succeeded[]>(
    context,
    'a connect by name that succeeds',
    backend,
    200,
  )) {
    assert.deepEqual(rest, {
      first: errno.EINPROGRESS,
      early: 0,
      events: [EVENT_WRITE],
      connected: true,
      sent: 1,
      error: null,
      secondEvents: 1,
      left: 0,
    })
    assert.ok(after > 100 && after < 5000, `${after} ms`)
  }
})

withSlowResolver('Selector.select: reports a connect by name that has failed', async (backend, context) => {
  interface Failed {
    readonly first: number
    readonly events: number[]
    readonly again: number[]
    readonly code: string
    readonly rest: unknown
  }
  for (const { first, events, again, code, rest } of await runScenario<Failed[]>(
    context,
    'a connect by name that fails',
    backend,
    0,
  )) {
    const failed = [EVENT_WRITE | EVENT_ERROR]
    assert.deepEqual(
      { first, events, again, rest },
      { first: errno.EINPROGRESS, events: failed, again: failed, rest: null },
    )
    assert.match(code, /^EAI_/)
  }
  const { events, code } = await runScenario<Failed>(context, 'a refused connect by name', backend, 50)
  assert.equal(events[0]! & (EVENT_WRITE | EVENT_ERROR), EVENT_WRITE | EVENT_ERROR)
  assert.equal(code, 'ECONNREFUSED')
})

withSlowResolver('Selector.select: reports no error of a cancelled lookup', async (backend, context) => {
  interface Cancelled {
    readonly how: string
    readonly events: number[]
    readonly left: number
  }
  const [closed, disconnected, unregistered] = await runScenario<Cancelled[]>(
    context,
    'a lookup given up',
    backend,
    1000,
  )
  assert.deepEqual(closed, { how: 'close', events: [], left: 0 })
  // The kernel may report a hang-up of a socket that is not connected, but no error.
  assert.deepEqual(disconnected, { how: 'disconnect', events: disconnected!.events.map(() => 0), left: 1 })
  assert.deepEqual(unregistered, { how: 'unregister', events: [], left: 0 })
})

withSlowResolver(
  'Selector.select: reports a datagram socket as writable once its name is resolved',
  async (backend, context) => {
    const { after, ...rest } = await runScenario<{ after: number }>(context, 'a datagram socket by name', backend, 200)
    assert.deepEqual(rest, { first: errno.EINPROGRESS, early: 0, events: [EVENT_WRITE], received: 'hello' })
    assert.ok(after > 100, `${after} ms`)
  },
)
