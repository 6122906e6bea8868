// False readiness: a loop of Selector.select and a try verb must not spin when the reported readiness proves false.

import assert from 'node:assert/strict'
import {
  AF_INET,
  AF_UNIX,
  EVENT_ERROR,
  EVENT_READ,
  EVENT_WRITE,
  IP_RECVERR,
  MSG_ERRQUEUE,
  type Selector,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { deadPort, fullDatagramReceiver, fullUnixListener } from '../support/listeners.js'
import { makeSelector, onEachBackend } from '../support/readiness-backends.js'
import { costOf, MAX_CPU_SHARE } from '../support/timing.js'

interface Cost {
  readonly rounds: number
  readonly cpu: number
}

const WARM_MS = 100
const TIME_MS = 300

/** Runs the usual loop for a while: select, then try each socket that is reported ready. */
function costOfLoop(selector: Selector, attempt: (events: number) => void): Cost {
  let rounds = 0
  const loop = (time: number): void => {
    const end = performance.now() + time
    for (rounds = 0; performance.now() < end; rounds++) {
      for (const { events } of selector.select(end - performance.now())) attempt(events)
    }
  }
  // The JIT compiler's work does not count as the cost of waiting.
  loop(WARM_MS)
  const { cpu } = costOf(() => loop(TIME_MS))
  return { rounds, cpu }
}

/** Expects about one round each 10 ms, the longest back-off, and almost no processor time. */
function assertBacksOff({ rounds, cpu }: Cost): void {
  assert.ok(rounds < 60, `${rounds} rounds in ${TIME_MS} ms`)
  assert.ok(cpu < TIME_MS * MAX_CPU_SHARE, `${cpu} ms of processor time in ${TIME_MS} ms`)
}

onEachBackend('Selector.select: backs off for a unix datagram to a full receiver', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullDatagramReceiver()
  const sender = new Socket(AF_UNIX, SOCK_DGRAM)
  sender.setBlocking(false)
  const address = obstacle.listener.getSockName()
  selector.register(sender, EVENT_WRITE)
  let sent = 0
  const attempt = (): void => {
    sent += sender.trySendTo('x', address) ?? 0
  }
  assertBacksOff(costOfLoop(selector, attempt))
  assert.equal(sent, 0)
  obstacle.listener.recv(1)
  const start = performance.now()
  while (sent === 0) for (const _ of selector.select(1000)) attempt()
  assert.ok(performance.now() - start < 200)
  sender.close()
})

onEachBackend('Selector.select: backs off for a unix connect to a full backlog', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullUnixListener()
  const socket = new Socket(AF_UNIX)
  socket.setBlocking(false)
  const address = obstacle.listener.getSockName()
  let connected = socket.tryConnect(address)
  selector.register(socket, EVENT_WRITE)
  const attempt = (): void => {
    connected ||= socket.tryConnect(address)
  }
  assertBacksOff(costOfLoop(selector, attempt))
  assert.equal(connected, false)
  obstacle.listener.accept().close()
  const start = performance.now()
  while (!connected) for (const _ of selector.select(1000)) attempt()
  assert.ok(performance.now() - start < 200)
  socket.close()
})

onEachBackend('Selector.select: backs off for an error queue that is not read', (backend) => {
  using selector = makeSelector(backend)
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_RECVERR, true)
  socket.connect({ host: '127.0.0.1', port: deadPort() })
  socket.send('x')
  socket.wait('read')
  assert.equal(socket.takeError()?.code, 'ECONNREFUSED')
  selector.register(socket, EVENT_READ)
  assertBacksOff(
    costOfLoop(selector, (events) => {
      assert.ok((events & EVENT_ERROR) !== 0)
      assert.equal(socket.tryRecv(10), undefined)
    }),
  )
  socket.tryRecv(10, { flags: MSG_ERRQUEUE })
  assert.deepEqual(selector.select(20), [])
  socket.close()
})

onEachBackend('Selector.select: reports readable at once while false writable readiness is withheld', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullDatagramReceiver()
  const socket = new Socket(AF_UNIX, SOCK_DGRAM)
  socket.bind({ family: 'unix' })
  socket.setBlocking(false)
  const peer = new Socket(AF_UNIX, SOCK_DGRAM)
  peer.connect(socket.getSockName())
  selector.register(socket, EVENT_READ | EVENT_WRITE)
  const full = obstacle.listener.getSockName()
  const attempt = (events: number): void => {
    if (events & EVENT_WRITE) assert.equal(socket.trySendTo('x', full), undefined)
    if (events & EVENT_READ) socket.tryRecv(10)
  }
  assertBacksOff(costOfLoop(selector, attempt))
  // Writable is withheld for up to 10 ms now. A datagram is still reported at once, and until it is received.
  let readable = 0
  for (let round = 0; round < 200; round++) {
    peer.send('x')
    const [ready] = selector.select(0)
    if (ready !== undefined && ready.events & EVENT_READ) readable++
    if (ready !== undefined && ready.events & EVENT_WRITE) assert.equal(socket.trySendTo('x', full), undefined)
    assert.ok(selector.select(0).some(({ events }) => events & EVENT_READ))
    socket.recv(10)
  }
  assert.equal(readable, 200)
  for (const end of [socket, peer]) end.close()
})

onEachBackend(
  'Selector.select: occasional false readiness, from a duplicate that reads first, is not withheld',
  (backend) => {
    using selector = makeSelector(backend)
    const [a, b] = Socket.pair()
    const duplicate = a.dup()
    selector.register(a, EVENT_READ)
    for (let round = 0; round < 50; round++) {
      b.send('x')
      assert.equal(selector.select(1000).length, 1)
      assert.equal((round % 2 === 0 ? duplicate : a).tryRecv(1)?.length, 1)
      assert.equal(a.tryRecv(1), undefined)
    }
    b.send('x')
    assert.equal(selector.select(0).length, 1)
  },
)

onEachBackend('Selector: a withheld socket can be modified, unregistered and closed', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullUnixListener()
  const address = obstacle.listener.getSockName()
  const withheld = (): Socket => {
    const socket = new Socket(AF_UNIX)
    socket.setBlocking(false)
    selector.register(socket, EVENT_WRITE)
    for (let round = 0; round < 8; round++) {
      selector.select(20)
      assert.equal(socket.tryConnect(address), false)
    }
    selector.select(0)
    return socket
  }
  const modified = withheld()
  selector.modify(modified, EVENT_READ)
  selector.unregister(modified)
  selector.register(modified, EVENT_WRITE)
  assert.equal(selector.select(0).length, 1)
  modified.close()
  const closed = withheld()
  closed.close()
  assert.deepEqual([selector.size, selector.select(30)], [0, []])
})
