// Connecting is one kind of readiness. Lookups that are slow need a resolver that is, and so a process of their own.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { EVENT_ERROR, EVENT_WRITE, errno, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { deadPort, fullTcpListener } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'
import { makeSelector, onEachBackend } from '../support/readiness-backends.js'

const missing = slowResolverMissing()

/** What the program printed, run with this backend and a resolver that takes so long. */
async function outcome<Result>(context: TestContext, program: string, backend: string, ms: number): Promise<Result> {
  const env = { ...slowResolver(ms), BERKELEY_SELECTOR: backend }
  return JSON.parse(await succeeds(context, fixture('selector/scenarios'), [program], { env })) as Result
}

const onEachBackendSlowly: typeof onEachBackend = (name, run) => {
  if (missing === false) onEachBackend(name, run)
  else onEachBackend(`${name} (left out: ${missing})`, () => {})
}

onEachBackend('a refused connect is writable and an error, and tryConnect says which', (backend) => {
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

onEachBackend('takeError tells of a refused connect once', (backend) => {
  using selector = makeSelector(backend)
  using socket = new Socket()
  socket.setBlocking(false)
  socket.connectEx({ host: '127.0.0.1', port: deadPort() })
  selector.register(socket, EVENT_WRITE)
  assert.equal(selector.select(5000).length, 1)
  assert.deepEqual([socket.takeError()?.code, socket.takeError()], ['ECONNREFUSED', null])
})

onEachBackend('a connect in progress is not writable yet', (backend) => {
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

onEachBackendSlowly('a lookup of 2 s delays no connectEx', async (backend, context) => {
  const took = await outcome<{ inProgress: boolean; time: number }[]>(
    context,
    'connectEx during lookups',
    backend,
    2000,
  )
  assert.ok(took.every(({ inProgress }) => inProgress))
  // Of several, because another process may take the processor in between.
  const best = Math.min(...took.map(({ time }) => time))
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

onEachBackendSlowly('a connect by name is told when it has ended well', async (backend, context) => {
  for (const { after, ...rest } of await outcome<Succeeded[]>(
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

onEachBackendSlowly('a connect by name is told when it has ended badly', async (backend, context) => {
  interface Failed {
    readonly first: number
    readonly events: number[]
    readonly again: number[]
    readonly code: string
    readonly rest: unknown
  }
  for (const { first, events, again, code, rest } of await outcome<Failed[]>(
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
  const { events, code } = await outcome<Failed>(context, 'a refused connect by name', backend, 50)
  assert.equal(events[0]! & (EVENT_WRITE | EVENT_ERROR), EVENT_WRITE | EVENT_ERROR)
  assert.equal(code, 'ECONNREFUSED')
})

onEachBackendSlowly('a lookup that is given up is told no more', async (backend, context) => {
  const told = await outcome<{ how: string; events: number[]; left: number }[]>(
    context,
    'a lookup given up',
    backend,
    1000,
  )
  assert.deepEqual(told[0], { how: 'close', events: [], left: 0 })
  // What the kernel tells of a socket that is not connected, but no error.
  assert.deepEqual(told[1], { how: 'disconnect', events: told[1]!.events.map(() => 0), left: 1 })
  assert.deepEqual(told[2], { how: 'unregister', events: [], left: 0 })
})

onEachBackendSlowly('a datagram socket is writable once its name is found', async (backend, context) => {
  const { after, ...rest } = await outcome<{ after: number }>(context, 'a datagram socket by name', backend, 200)
  assert.deepEqual(rest, { first: errno.EINPROGRESS, early: 0, events: [EVENT_WRITE], received: 'hello' })
  assert.ok(after > 100, `${after} ms`)
})
