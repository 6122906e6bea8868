// The reactor: fairness, keeping the process alive, many sockets, and sockets that close while they are ready.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncSocket, attach, type Connection, Socket, serve, WouldBlockError } from 'berkeley'
import { fixture, run } from '../support/child.js'
import { isPending, turns } from '../support/event-loop.js'
import { fullDatagramReceiver, fullUnixListener } from '../support/listeners.js'
import { asyncPair, fullPair, tcpPair } from '../support/pairs.js'
import { MAX_CPU_SHARE } from '../support/timing.js'

const WAIT_MS = 500

/** Repeats `act` until a callback that `schedule` sets up has run; returns the number of repetitions. */
async function countUntil(schedule: (fire: () => void) => void, act: () => Promise<unknown>): Promise<number> {
  let fired = false
  let count = 0
  schedule(() => {
    fired = true
  })
  for (; !fired; count++) await act()
  return count
}

test('AsyncSocket: works while a test mocks setImmediate', async (context) => {
  context.mock.timers.enable({ apis: ['setImmediate'] })
  const [a, b] = AsyncSocket.pair()
  for (let round = 0; round < 100; round++) {
    const received = a.recv(10)
    await b.sendAll('x')
    assert.equal(String(await received), 'x')
  }
  for (const socket of [a, b]) socket.close()
})

test('AsyncSocket: a loop of verbs that never wait lets immediates and timers run', async () => {
  const [a, b] = AsyncSocket.pair()
  b.trySend(Buffer.alloc(20_000, 'x'))
  assert.ok((await countUntil(setImmediate, () => a.recv(1))) <= 65)
  assert.ok(
    (await countUntil(
      (fire) => setTimeout(fire, 0),
      () => a.recv(1),
    )) <= 1000,
  )
  const sent = await countUntil(setImmediate, () => b.send('x'))
  assert.ok(sent <= 65, `${sent} sends`)
  const both = await countUntil(setImmediate, () => Promise.all([a.recv(1), b.send('x')]))
  assert.ok(both <= 65, `${both} pairs`)
  a.close()
  b.close()
})

test('AsyncSocketReader: a loop over buffered lines lets immediates run', async () => {
  const [a, b] = AsyncSocket.pair()
  b.trySend('x\n'.repeat(20_000))
  assert.equal(await a.reader().readLine(), 'x')
  assert.ok(a.reader().bufferedBytes > 1000)
  assert.ok((await countUntil(setImmediate, () => a.reader().readLine())) <= 65)
  a.close()
  b.close()
})

test('AsyncSocket.chunks: two flooded iterations starve neither a timer nor each other', async () => {
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

test('attach: flooded handlers let a timer run', async () => {
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

test('reactor: pending operations use almost no processor time', async () => {
  using backlog = fullUnixListener()
  using receiver = fullDatagramReceiver()
  const [a, b] = asyncPair()
  const [full, other] = fullPair()
  const connecting = new AsyncSocket(backlog.listener.family)
  const datagrams = new AsyncSocket(receiver.listener.family, receiver.listener.type)
  const address = (socket: Socket): { family: 'unix'; path: string } =>
    socket.getSockName() as { family: 'unix'; path: string }
  const pending = [
    a.recv(1),
    full.send('x'),
    full.recv(1),
    connecting.connect(address(backlog.listener)),
    datagrams.sendTo('x', address(receiver.listener)),
  ]
  // An end of stream without a pending receive must not wake the event loop again and again.
  b.shutdown('write')
  assert.equal(await pending[0], null)
  assert.ok(await isPending(Promise.race(pending.slice(1))))
  const before = process.cpuUsage()
  await new Promise((next) => setTimeout(next, WAIT_MS))
  const { user, system } = process.cpuUsage(before)
  const cpu = (user + system) / 1000
  // Three of the operations are retried on a timer, so the limit is three times that of one wait.
  assert.ok(cpu < 3 * WAIT_MS * MAX_CPU_SHARE, `${cpu} ms of processor time in ${WAIT_MS} ms`)
  const settled = Promise.allSettled(pending)
  for (const each of [a, b, full, other, connecting, datagrams]) each.close()
  await settled
})

test('AsyncSocket: 2,000 sockets receive at once', async () => {
  const pairs = Array.from({ length: 1000 }, () => AsyncSocket.pair())
  const received = pairs.map(([a]) => a.recv(10))
  await turns()
  for (const [index, [, b]] of pairs.entries()) b.trySend(String(index))
  const messages = await Promise.all(received)
  assert.deepEqual(
    messages.map(String),
    pairs.map((_, index) => String(index)),
  )
  for (const [a, b] of pairs) {
    a.close()
    b.close()
  }
})

test('attach: connections that a handler closes in their own batch of readiness receive nothing', async () => {
  const pairs = Array.from({ length: 50 }, () => Socket.pair())
  const received: number[] = []
  const connections: Connection[] = pairs.map(([inner], index) =>
    attach(inner, {
      data() {
        received.push(index)
        for (const connection of connections) connection.close()
      },
    }),
  )
  await turns()
  for (const [, peer] of pairs) peer.send('x')
  await turns(10)
  assert.equal(received.length, 1)
  for (const [, peer] of pairs) {
    // The peer sees the end if its bytes had been read, and a reset otherwise.
    try {
      assert.equal(peer.tryRecv(1), null)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
    }
    peer.close()
  }
})

test('reactor: a reused descriptor number does not inherit the readiness of its old socket', async () => {
  const pairs = Array.from({ length: 20 }, () => Socket.pair())
  const fresh: AsyncSocket[] = []
  const outcomes: unknown[] = []
  let calls = 0
  // The first handler that runs closes all sockets and reuses their descriptor numbers.
  const connections = pairs.map(([inner]) => attach(inner, { data: closeAll }))
  function closeAll(): void {
    calls++
    for (const connection of connections) connection.close()
    for (const [, peer] of pairs) peer.close()
    while (fresh.length < 2 * pairs.length) fresh.push(...AsyncSocket.pair())
    for (const socket of fresh) socket.recv(10).then(outcomes.push.bind(outcomes), outcomes.push.bind(outcomes))
  }
  await turns()
  const numbers = pairs.map(([, peer]) => peer.fd)
  for (const [, peer] of pairs) peer.send('x')
  await turns(10)
  assert.equal(calls, 1)
  assert.ok(
    fresh.some(({ fd }) => numbers.includes(fd)),
    'no descriptor number was reused',
  )
  assert.deepEqual(outcomes, [])
  for (const socket of fresh) socket.close()
  await turns()
  assert.equal(outcomes.length, fresh.length)
  assert.ok(outcomes.every((error) => (error as Error).name !== WouldBlockError.name))
})

test('AsyncSocket.detach: a handler may detach a socket that is ready in the same batch', async () => {
  const [a, b] = tcpPair()
  const [c, d] = tcpPair()
  const moved: Promise<unknown>[] = []
  const ready = c.toAsync()
  const received = ready.recv(10).catch((error: Error & { code: string }) => error.code)
  attach(a, {
    data(self) {
      const successor = AsyncSocket.fromFd(ready.detach())
      moved.push(successor.recv(10).then((bytes) => [String(bytes), successor.close()][0]))
      self.close()
    },
  })
  await turns()
  b.send('x')
  // Which of the two sockets is handled first is up to the kernel.
  d.send('first ten bytes')
  const outcome = await received
  if (outcome === 'ERR_SOCKET_DETACHED') assert.deepEqual(await Promise.all(moved), ['first ten '])
  else assert.equal(String(outcome), 'first ten ')
  ready.close()
  for (const each of [b, d]) each.close()
})

/** Scenarios of test/fixtures/reactor/scenarios, each with the exit status and the output of its process. */
const programs: [scenario: string, title: string, status: number, stdout: string][] = [
  ['no pending operation', 'AsyncSocket: a socket without a pending operation lets the process end', 0, ''],
  ['a pending operation', 'AsyncSocket: a pending operation keeps the process alive', 0, 'kept\n'],
  ['a failed operation', 'AsyncSocket: an operation that has failed lets the process end', 0, ''],
  ['unref before an operation', 'AsyncSocket.unref: before an operation lets the process end', 0, ''],
  ['unref during an operation', 'AsyncSocket.unref: during an operation lets the process end', 0, ''],
  ['unref, and ref again', 'AsyncSocket.ref: after unref keeps the process alive', 0, 'kept\n'],
  ['unref, and bytes arrive', 'AsyncSocket.unref: the operation still receives', 0, ''],
  ['a server', 'serve: a server keeps the process alive', 0, 'kept\n'],
  ['a server, unref', 'Server.unref: lets the process end', 0, ''],
  ['connections, unref', 'Connection.unref: lets the process end, as do connections of an unref’d server', 0, ''],
  ['a connection', 'attach: a connection keeps the process alive', 0, 'kept\n'],
  ['exit with pending operations', 'process.exit: ends a process with pending operations', 7, ''],
  ['terminate workers with pending operations', 'Worker.terminate: leaves no descriptor of pending operations', 0, ''],
  ['workers end by themselves', 'Worker: ends by itself once no operation is pending', 0, ''],
  [
    'exit beside workers with pending operations',
    'process.exit: ends a process whose workers have pending operations',
    7,
    '',
  ],
  ['dropped', 'AsyncSocket: garbage-collected sockets leave no descriptor open', 0, ''],
  ['dropped streams', 'toDuplex: garbage-collected streams leave no descriptor open', 0, ''],
  [
    'dropped, while a duplicate lives',
    'AsyncSocket.dup: receives under the number of a garbage-collected duplicate',
    0,
    '',
  ],
  ['dropped after accept', 'AsyncSocket.accept: garbage-collected connections are closed', 0, ''],
  [
    'a pending operation keeps its socket',
    'AsyncSocket: a socket with a pending operation is not garbage-collected',
    0,
    '',
  ],
  ['memory of pending operations', 'AsyncSocket: a pending receive takes less than 1000 bytes', 0, ''],
  [
    'an unhandled failure',
    'AsyncSocket.connect: an unhandled failure is an unhandled rejection',
    0,
    'ECONNREFUSED true\n',
  ],
  ['a port that listens', 'AsyncSocket.accept: a listener without a pending accept lets the process end', 0, ''],
]

for (const [scenario, title, status, stdout] of programs) {
  test(title, async (context) => {
    const ended = await run(context, fixture('reactor/scenarios'), [scenario], { execArgv: ['--expose-gc'] })
    assert.deepEqual([ended.code, ended.signal, String(ended.stdout)], [status, null, stdout], ended.stderr)
  })
}

test('serve: echoes to 300 clients of the same process at once', async () => {
  const server = serve({ host: '127.0.0.1', port: 0 }, { data: (self, bytes) => void self.write(bytes) })
  const clients = Array.from({ length: 300 }, () => new AsyncSocket())
  const address = server.address as { host: string; port: number }
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
