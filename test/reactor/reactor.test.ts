// The reactor: fairness, what keeps a process or lets it end, many sockets, and sockets that end while they are ready.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, attach, type Connection, Socket, serve, WouldBlockError } from 'berkeley'
import { fixture, run } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { fullDatagramReceiver, fullUnixListener } from '../support/listeners.js'
import { asyncPair, fullPair, tcpPair } from '../support/pairs.js'
import { MAX_CPU_SHARE } from '../support/timing.js'

const WAIT_MS = 500

/** How often `act` is done until a timer of 0 ms, or an immediate, has its turn. */
async function doneUntil(turn: (fire: () => void) => void, act: () => Promise<unknown>): Promise<number> {
  let fired = false
  let count = 0
  turn(() => {
    fired = true
  })
  for (; !fired; count++) await act()
  return count
}

test('immediates that a test has mocked stop no socket', async (context) => {
  context.mock.timers.enable({ apis: ['setImmediate'] })
  const [a, b] = AsyncSocket.pair()
  for (let round = 0; round < 100; round++) {
    const received = a.recv(10)
    await b.sendAll('x')
    assert.equal(String(await received), 'x')
  }
  for (const socket of [a, b]) socket.close()
})

test('a loop of verbs that are done at once lets immediates and timers run', async () => {
  const [a, b] = AsyncSocket.pair()
  b.trySend(Buffer.alloc(20_000, 'x'))
  assert.ok((await doneUntil(setImmediate, () => a.recv(1))) <= 65)
  assert.ok(
    (await doneUntil(
      (fire) => setTimeout(fire, 0),
      () => a.recv(1),
    )) <= 1000,
  )
  const sent = await doneUntil(setImmediate, () => b.send('x'))
  assert.ok(sent <= 65, `${sent} sends`)
  const both = await doneUntil(setImmediate, () => Promise.all([a.recv(1), b.send('x')]))
  assert.ok(both <= 65, `${both} pairs`)
  a.close()
  b.close()
})

test('a reader that holds many lines lets others run', async () => {
  const [a, b] = AsyncSocket.pair()
  b.trySend('x\n'.repeat(20_000))
  assert.equal(await a.reader().readLine(), 'x')
  assert.ok(a.reader().bufferedBytes > 1000)
  assert.ok((await doneUntil(setImmediate, () => a.reader().readLine())) <= 65)
  a.close()
  b.close()
})

test('two iterations that are flooded do not starve a timer, nor each other', async () => {
  const pairs = [asyncPair(), asyncPair()]
  const counts = [0, 0]
  const floods = pairs.flatMap(([a, b], index) => [
    (async () => {
      for await (const chunk of a.chunks()) counts[index]! += chunk.length
    })(),
    (async () => {
      const block = Buffer.alloc(65536)
      while (!b.closed) await b.sendAll(block).catch(() => {})
    })(),
  ])
  for (let ticks = 0; ticks < 20; ticks++) await new Promise((next) => setTimeout(next, 1))
  for (const [, b] of pairs) b.close()
  await Promise.all(floods)
  assert.ok(Math.min(...counts) > 0, `${counts}`)
  for (const [a] of pairs) a.close()
})

test('handlers that are flooded let a timer run', async () => {
  let bytes = 0
  const pairs = [tcpPair(), tcpPair()]
  const ends = pairs.map(([inner]) =>
    attach(inner, {
      data(_, chunk) {
        bytes += chunk.length
      },
    }),
  )
  const senders = pairs.map(([, peer]) => attach(peer, { drain: (self) => void flood(self) }))
  function flood(connection: Connection): void {
    while (connection.write(Buffer.alloc(65536))) {}
  }
  for (const sender of senders) flood(sender)
  for (let ticks = 0; ticks < 20; ticks++) await new Promise((next) => setTimeout(next, 1))
  assert.ok(bytes > 0)
  for (const each of [...ends, ...senders]) each.close()
})

test('who waits uses no processor time', async () => {
  using backlog = fullUnixListener()
  using receiver = fullDatagramReceiver()
  const [a, b] = asyncPair()
  const [full, other] = fullPair()
  const connecting = new AsyncSocket(backlog.listener.family)
  const datagrams = new AsyncSocket(receiver.listener.family, receiver.listener.type)
  const address = (socket: Socket): { family: 'unix'; path: string } =>
    socket.getSockName() as { family: 'unix'; path: string }
  const waiting = [
    a.recv(1),
    full.send('x'),
    full.recv(1),
    connecting.connect(address(backlog.listener)),
    datagrams.sendTo('x', address(receiver.listener)),
  ]
  // An end that nobody asks about must not ring for ever.
  b.shutdown('write')
  assert.equal(await waiting[0], null)
  assert.ok(await isPending(Promise.race(waiting.slice(1))))
  const before = process.cpuUsage()
  await new Promise((next) => setTimeout(next, WAIT_MS))
  const { user, system } = process.cpuUsage(before)
  const cpu = (user + system) / 1000
  // Three of them are tried again and again.
  assert.ok(cpu < 3 * WAIT_MS * MAX_CPU_SHARE, `${cpu} ms of processor time in ${WAIT_MS} ms`)
  const settled = Promise.allSettled(waiting)
  for (const each of [a, b, full, other, connecting, datagrams]) each.close()
  await settled
})

test('2,000 sockets at once', async () => {
  const pairs = Array.from({ length: 1000 }, () => AsyncSocket.pair())
  const received = pairs.map(([a]) => a.recv(10))
  await turns()
  for (const [index, [, b]] of pairs.entries()) b.trySend(String(index))
  const got = await Promise.all(received)
  assert.deepEqual(
    got.map(String),
    pairs.map((_, index) => String(index)),
  )
  for (const [a, b] of pairs) {
    a.close()
    b.close()
  }
})

test('sockets that are closed in the batch in which they are ready', async () => {
  const pairs = Array.from({ length: 50 }, () => Socket.pair())
  const heard: number[] = []
  const connections: Connection[] = pairs.map(([inner], index) =>
    attach(inner, {
      data() {
        heard.push(index)
        for (const connection of connections) connection.close()
      },
    }),
  )
  await turns()
  for (const [, peer] of pairs) peer.send('x')
  await turns(10)
  assert.equal(heard.length, 1)
  for (const [, peer] of pairs) {
    // Whether what it had sent was read decides between the end and a reset.
    try {
      assert.equal(peer.tryRecv(1), null)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
    }
    peer.close()
  }
})

test('a number that has a new socket does not hear of the old one', async () => {
  const pairs = Array.from({ length: 20 }, () => Socket.pair())
  const fresh: AsyncSocket[] = []
  const heard: unknown[] = []
  let told = 0
  // Whoever is told first closes all, and gives their numbers to others.
  const connections = pairs.map(([inner]) => attach(inner, { data: closeAll }))
  function closeAll(): void {
    told++
    for (const connection of connections) connection.close()
    for (const [, peer] of pairs) peer.close()
    while (fresh.length < 2 * pairs.length) fresh.push(...AsyncSocket.pair())
    for (const socket of fresh) socket.recv(10).then(heard.push.bind(heard), heard.push.bind(heard))
  }
  await turns()
  const numbers = pairs.map(([, peer]) => peer.fd)
  for (const [, peer] of pairs) peer.send('x')
  await turns(10)
  assert.equal(told, 1)
  assert.ok(
    fresh.some(({ fd }) => numbers.includes(fd)),
    'no number was used again',
  )
  assert.deepEqual(heard, [])
  for (const socket of fresh) socket.close()
  await turns()
  assert.ok(heard.length === fresh.length && heard.every((error) => (error as Error).name !== WouldBlockError.name))
})

test('a socket that is put to another use in a handler of its own batch', async () => {
  const [a, b] = tcpPair()
  const [c, d] = tcpPair()
  const moved: Promise<unknown>[] = []
  const waiting = c.toAsync()
  const received = waiting.recv(10).catch((error: Error & { code: string }) => error.code)
  attach(a, {
    data(self) {
      const heir = AsyncSocket.fromFd(waiting.detach())
      moved.push(heir.recv(10).then((bytes) => [String(bytes), heir.close()][0]))
      self.close()
    },
  })
  await turns()
  b.send('x')
  d.send('for the heir, or the first')
  const first = await received
  if (first === 'ERR_SOCKET_DETACHED') assert.deepEqual(await Promise.all(moved), ['for the he'])
  else assert.equal(String(first), 'for the he')
  waiting.close()
  for (const each of [b, d]) each.close()
})

const programs: [scenario: string, status: number, stdout: string][] = [
  ['no pending operation', 0, ''],
  ['a pending operation', 0, 'kept\n'],
  ['a failed operation', 0, ''],
  ['unref before an operation', 0, ''],
  ['unref during an operation', 0, ''],
  ['unref, and ref again', 0, 'kept\n'],
  ['unref, and bytes arrive', 0, ''],
  ['a server', 0, 'kept\n'],
  ['a server, unref', 0, ''],
  ['connections, unref', 0, ''],
  ['a connection', 0, 'kept\n'],
  ['exit with pending operations', 7, ''],
  ['terminate workers with pending operations', 0, ''],
  ['workers end by themselves', 0, ''],
  ['exit beside workers with pending operations', 7, ''],
  ['dropped', 0, ''],
  ['dropped streams', 0, ''],
  ['dropped, while a duplicate lives', 0, ''],
  ['dropped after accept', 0, ''],
  ['a pending operation keeps its socket', 0, ''],
  ['memory of pending operations', 0, ''],
  ['an unhandled failure', 0, 'ECONNREFUSED true\n'],
  ['a port that listens', 0, ''],
]

for (const [scenario, status, stdout] of programs) {
  test(`a program: ${scenario}`, async (context) => {
    const ended = await run(context, fixture('reactor/scenarios'), [scenario], { execArgv: ['--expose-gc'] })
    assert.deepEqual([ended.code, ended.signal, String(ended.stdout)], [status, null, stdout], ended.stderr)
  })
}

test('a server and its clients in one process, hundreds at once', async () => {
  const server = serve({ host: '127.0.0.1', port: 0 }, { data: (self, bytes) => void self.write(bytes) })
  const clients = Array.from({ length: 300 }, () => new AsyncSocket())
  const address = server.address() as { host: string; port: number }
  await Promise.all(
    clients.map(async (client, index) => {
      await client.connect(address)
      for (let round = 0; round < 5; round++) {
        await client.sendAll(`${index}:${round}\n`)
        assert.equal(await client.reader().readLine(), `${index}:${round}`)
      }
      client.close()
    }),
  )
  await server.close()
  assert.equal(server.connections, 0)
})
