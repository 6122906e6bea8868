// What ends connections and servers: idle timeouts, failing handlers, close. And what does not: a shortage of
// descriptors, and peers that reset before they are accepted.

import assert from 'node:assert/strict'
import { existsSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  attach,
  createServer,
  type HostInput,
  openConnection,
  type ServeOptions,
  SO_LINGER,
  Socket,
  serve,
} from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'
import { isPending, turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { receiveAll, tcpPair } from '../support/pairs.js'

const anyPort = { host: '127.0.0.1', port: 0 }

function clientOf(server: { readonly address: unknown }): Socket {
  const client = new Socket()
  client.connect(server.address as HostInput, { timeout: 10_000 })
  return client
}

test('idleTimeout: closes an idle connection after the timeout, and not before', async () => {
  for (const idleTimeout of [20, 45]) {
    const [inner, peer] = tcpPair()
    let last = 0
    const ended = new Promise<[Error | null, number]>((resolve) => {
      attach(
        inner,
        {
          data() {
            last = performance.now()
          },
          close: (_, error) => resolve([error, performance.now() - last]),
        },
        { idleTimeout },
      )
    })
    for (let count = 0; count < 5; count++) {
      peer.sendAll('x')
      await new Promise((next) => setTimeout(next, idleTimeout / 3))
    }
    const [error, idle] = await ended
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_SOCKET_TIMEOUT')
    assert.ok(idle >= idleTimeout, `it was closed after ${idle} ms of ${idleTimeout}`)
    peer.close()
  }
})

test('idleTimeout: a connection may change its own, with a server that has one and with one that has none', async () => {
  for (const idleTimeout of [20, null]) {
    const ended = new Map<unknown, [error: Error | null, at: number]>()
    const server = serve<string>(
      { ...anyPort, idleTimeout },
      {
        data(connection, bytes) {
          connection.data = String(bytes)
          assert.equal(connection.idleTimeout, idleTimeout)
          for (const wrong of [0, -1, 'x'])
            assert.throws(() => (connection.idleTimeout = wrong as never), /idleTimeout/)
          if (connection.data === 'waits') connection.idleTimeout = null
          if (connection.data === 'short') connection.idleTimeout = 30
          if (connection.data === 'long') connection.idleTimeout = 200
        },
        close: (connection, error) => ended.set(connection.data, [error, performance.now()]),
      },
    )
    const start = performance.now()
    const clients = ['waits', 'short', 'long'].map((name) => {
      const client = clientOf(server)
      client.sendAll(name)
      return client.toAsync()
    })
    for (const client of clients.slice(1)) assert.equal(await client.recv(1), null)
    for (const [name, ms] of [
      ['short', 30],
      ['long', 200],
    ] as const) {
      const [error, at] = ended.get(name)!
      assert.match(
        String(error),
        new RegExp(`^SocketTimeoutError: idle timed out 127\\.0\\.0\\.1:\\d+ after ${ms} ms$`),
      )
      assert.ok(at - start >= ms)
    }
    assert.equal(ended.has('waits'), false)
    for (const client of clients) client.close()
    await server.close()
  }
})

test('idleTimeout: a peer that receives nothing of the queue is idle, and sees a reset', async () => {
  const [inner, peer] = tcpPair()
  const closed = new Promise((resolve) => {
    const connection = attach(inner, { close: (_, error) => resolve(error) }, { idleTimeout: 20 })
    connection.write(Buffer.alloc(32 << 20))
  })
  assert.equal(((await closed) as Error).name, 'SocketTimeoutError')
  assert.throws(() => peer.reader().readAll(), { code: 'ECONNRESET' })
  peer.close()
})

test('maxConnections: accepts no more, and the next once a connection has closed', async () => {
  let most = 0
  const server = serve(
    { ...anyPort, maxConnections: 2 },
    {
      open() {
        most = Math.max(most, server.connections)
      },
      data: (self, bytes) => self.end(bytes),
    },
  )
  const clients = Array.from({ length: 6 }, () => clientOf(server).toAsync())
  await turns(10)
  assert.equal(server.connections, 2)
  for (const client of clients) await client.sendAll('hello')
  const replies = clients.map(async (client) => {
    const reply = String(await receiveAll(client))
    client.close()
    return reply
  })
  assert.deepEqual(new Set(await Promise.all(replies)), new Set(['hello']))
  assert.equal(most, 2)
  await server.close()
})

test('serve: peers that close or reset before they are accepted do not stop the server', async () => {
  const codes: unknown[] = []
  const server = serve(anyPort, { error: (_, error) => void codes.push((error as NodeJS.ErrnoException).code) })
  for (let count = 0; count < 50; count++) {
    const client = clientOf(server)
    if (count % 2) client.setOption(SO_LINGER, 0)
    client.close()
  }
  await turns(10)
  const open = clientOf(server)
  await turns(5)
  assert.equal(server.connections, 1)
  assert.ok(codes.every((code) => code === 'ECONNRESET'))
  open.close()
  await server.close()
})

for (const [kind, fails, handlers] of [
  ['throws', () => assert.fail('of the handler'), ['open', 'data', 'end']],
  ['rejects', () => Promise.reject(new Error('of the handler')), ['open', 'data', 'end']],
] as const) {
  test(`serve: a handler that ${kind} closes its connection alone`, async () => {
    for (const where of handlers) {
      const errors: [unknown, string][] = []
      const closes: (string | undefined)[] = []
      let first: unknown
      const server = serve(anyPort, {
        [where](self: unknown) {
          first ??= self
          return self === first ? fails() : undefined
        },
        error: (self, error) => void errors.push([self, error.message]),
        close: (_, error) => void closes.push(error?.message),
      })
      const bad = clientOf(server)
      await turns()
      const good = clientOf(server)
      bad.trySend('x')
      if (where === 'end') bad.shutdown('write')
      await turns(10)
      assert.deepEqual(errors, [[first, 'of the handler']], where)
      assert.deepEqual(closes, ['of the handler'])
      assert.equal(server.connections, 1)
      for (const client of [bad, good]) client.close()
      await server.close()
    }
  })
}

test('serve: errors that no handler receives are uncaught exceptions, and the server goes on', async (context) => {
  for (const scenario of [
    'close throws',
    'error throws',
    'error rejects',
    'no error handler',
    'no error handler, rejects',
  ]) {
    assert.equal(
      await succeeds(context, fixture('serve/scenarios'), [scenario]),
      'uncaught: of the handler\nstill serving\n',
    )
  }
})

test('attach: without an error handler, a reset only closes the connection', async () => {
  const [inner, peer] = tcpPair()
  const closed = new Promise((resolve) => attach(inner, { close: (_, error) => resolve(error) }))
  peer.setOption(SO_LINGER, 0)
  peer.close()
  assert.equal(((await closed) as NodeJS.ErrnoException).code, 'ECONNRESET')
})

test('Server.close: waits for the connections to end, for drainMs at most', async () => {
  for (const [drainMs, clientCloses] of [
    [null, true],
    [60_000, true],
    [30, false],
    [0, false],
  ] as const) {
    const closes: unknown[] = []
    const server = serve(anyPort, { close: (_, error) => void closes.push(error) })
    const client = clientOf(server)
    await turns()
    const start = performance.now()
    const closing = server.close({ drainMs })
    assert.equal(server.listening, false)
    if (clientCloses) {
      assert.ok(await isPending(closing))
      client.close()
    }
    await closing
    if (drainMs === 30) assert.ok(performance.now() - start >= 30)
    assert.deepEqual([server.connections, closes], [0, [null]])
    client.close()
    await server.close()
  }
  const server = serve(anyPort, {})
  await assert.rejects(server.close({ drainMs: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const again = server.close()
  await Promise.all([again, server.close({ drainMs: 0 })])
})

test('Server.close: drainMs never ends early, although a timer of Node may', async () => {
  const times = await Promise.all(
    Array.from({ length: 100 }, async () => {
      let opened = (): void => {}
      const accepted = new Promise<void>((resolve) => {
        opened = resolve
      })
      const server = serve(anyPort, { open: () => opened() })
      const client = clientOf(server)
      await accepted
      const start = performance.now()
      await server.close({ drainMs: 20.5 })
      client.close()
      return performance.now() - start
    }),
  )
  assert.ok(Math.min(...times) >= 20.5, `one ended after ${Math.min(...times)} ms`)
})

test('Server.close: removes its unix path, but not the path of a listener that serve took over', async () => {
  const path = join(temporaryFolder(), 'socket')
  for (let round = 0; round < 2; round++) {
    const server = serve({ path }, {})
    assert.deepEqual(server.address, { family: 'unix', path })
    const closed = server.close()
    assert.equal(existsSync(path), false)
    await closed
  }
  assert.throws(() => serve({ path, reuseBufer: true } as object as ServeOptions & { path: string }, {}), TypeError)
  assert.equal(existsSync(path), false)
  await serve({ listener: createServer({ path }) }, {}).close()
  assert.equal(existsSync(path), true)
})

test('Server.close: leaves a path that now belongs to another file', async () => {
  const [folder, elsewhere, before] = [temporaryFolder(), temporaryFolder(), process.cwd()]
  writeFileSync(join(elsewhere, 'socket'), 'a file')
  try {
    process.chdir(folder)
    const moved = serve({ path: 'socket' }, {})
    process.chdir(elsewhere)
    await moved.close()
  } finally {
    process.chdir(before)
  }
  assert.deepEqual(
    [folder, elsewhere].map((each) => existsSync(join(each, 'socket'))),
    [false, true],
  )
  const path = join(folder, 'socket')
  const first = serve({ path }, {})
  unlinkSync(path)
  const second = serve({ path }, {})
  await first.close()
  assert.equal(existsSync(path), true)
  await second.close()
  assert.equal(existsSync(path), false)
})

test('Server.close: may be called in every handler', async () => {
  for (const where of ['open', 'data', 'end', 'close'] as const) {
    let closing: Promise<void> | undefined
    const server = serve(anyPort, {
      [where]() {
        closing ??= server.close({ drainMs: 0 })
      },
    })
    const client = clientOf(server)
    await turns()
    client.trySend('x')
    await turns()
    if (!client.closed) client.close()
    await turns(5)
    await closing
    assert.equal(server.connections, 0, where)
  }
})

test('Server: await using closes it', async () => {
  let address: unknown
  {
    await using server = serve(anyPort, {})
    address = server.address
  }
  await assert.rejects(openConnection(address as HostInput), { code: 'ECONNREFUSED' })
})

test('serve: without free descriptors, waits at low load, reports EMFILE once, and goes on later', async (context) => {
  const prefix = limitedTo(128)
  assert.equal(
    await succeeds(context, fixture('serve/scenarios'), ['no descriptors'], { prefix }),
    'EMFILE\nlow load: true\ngood day, good day\n',
  )
})

test('AsyncSocket.connections: without free descriptors, warns once, pauses and continues', async (context) => {
  const prefix = limitedTo(128)
  assert.equal(
    await succeeds(context, fixture('serve/scenarios'), ['connections() without descriptors'], { prefix }),
    'EMFILE\ngood day\nthe loop has ended\n',
  )
})

test('reuseBuffer: BERKELEY_DEBUG=1 overwrites the buffer once its handler has returned', async (context) => {
  assert.equal(
    await succeeds(context, fixture('serve/scenarios'), ['debug'], { env: { BERKELEY_DEBUG: '1' } }),
    'now: secret, then: dbdbdbdbdbdb\n',
  )
})

test('serve: accepts the options of createServer', async () => {
  const options: ServeOptions = { backlog: 1, reusePort: true, allowHalfOpen: true }
  const server = serve({ ...anyPort, ...options }, {})
  const second = serve({ ...(server.address as HostInput), reusePort: true }, {})
  await Promise.all([server.close(), second.close()])
})
