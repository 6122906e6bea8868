// Readiness that proves false must not make a program's loop of select and try spin.

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

interface Turns {
  readonly turns: number
  readonly cpu: number
}

const WARM_MS = 100
const TIME_MS = 300

/** What most programs are: select, try what is told to be ready, again; for a while. */
function turnsOf(selector: Selector, attempt: (events: number) => void): Turns {
  let turns = 0
  const turn = (time: number): void => {
    const end = performance.now() + time
    for (turns = 0; performance.now() < end; turns++) {
      for (const { events } of selector.select(end - performance.now())) attempt(events)
    }
  }
  // Compiling is no part of what waiting costs.
  turn(WARM_MS)
  const { cpu } = costOf(() => turn(TIME_MS))
  return { turns, cpu }
}

/** A turn each 10 ms at most, once the pauses have grown; and next to nothing of the processor. */
function assertSlow({ turns, cpu }: Turns): void {
  assert.ok(turns < 60, `${turns} turns in ${TIME_MS} ms`)
  assert.ok(cpu < TIME_MS * MAX_CPU_SHARE, `${cpu} ms of processor time in ${TIME_MS} ms`)
}

onEachBackend('a unix datagram to a full receiver', (backend) => {
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
  assertSlow(turnsOf(selector, attempt))
  assert.equal(sent, 0)
  obstacle.listener.recv(1)
  const start = performance.now()
  while (sent === 0) for (const _ of selector.select(1000)) attempt()
  assert.ok(performance.now() - start < 200)
  sender.close()
})

onEachBackend('a unix connect to a full backlog', (backend) => {
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
  assertSlow(turnsOf(selector, attempt))
  assert.equal(connected, false)
  obstacle.listener.accept().close()
  const start = performance.now()
  while (!connected) for (const _ of selector.select(1000)) attempt()
  assert.ok(performance.now() - start < 200)
  socket.close()
})

onEachBackend('an error queue that nobody reads', (backend) => {
  using selector = makeSelector(backend)
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_RECVERR, true)
  socket.connect({ host: '127.0.0.1', port: deadPort() })
  socket.send('x')
  socket.wait('read')
  assert.equal(socket.takeError()?.code, 'ECONNREFUSED')
  selector.register(socket, EVENT_READ)
  assertSlow(
    turnsOf(selector, (events) => {
      assert.ok((events & EVENT_ERROR) !== 0)
      assert.equal(socket.tryRecv(10), undefined)
    }),
  )
  socket.tryRecv(10, { flags: MSG_ERRQUEUE })
  assert.deepEqual(selector.select(20), [])
  socket.close()
})

onEachBackend('reading goes on while only writing proves false', (backend) => {
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
  assertSlow(turnsOf(selector, attempt))
  // Writing is withheld for up to 10 ms at a time now; a datagram is told at once, and again until it is taken.
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

onEachBackend('an accept that another was quicker for, now and then, withholds nothing', (backend) => {
  using selector = makeSelector(backend)
  const [a, b] = Socket.pair()
  const other = a.dup()
  selector.register(a, EVENT_READ)
  for (let round = 0; round < 50; round++) {
    b.send('x')
    assert.equal(selector.select(1000).length, 1)
    assert.equal((round % 2 === 0 ? other : a).tryRecv(1)?.length, 1)
    assert.equal(a.tryRecv(1), undefined)
  }
  b.send('x')
  assert.equal(selector.select(0).length, 1)
})

onEachBackend('what is withheld can be modified, unregistered and closed', (backend) => {
  using selector = makeSelector(backend)
  using obstacle = fullUnixListener()
  const address = obstacle.listener.getSockName()
  const doubtful = (): Socket => {
    const socket = new Socket(AF_UNIX)
    socket.setBlocking(false)
    selector.register(socket, EVENT_WRITE)
    for (let turn = 0; turn < 8; turn++) {
      selector.select(20)
      assert.equal(socket.tryConnect(address), false)
    }
    selector.select(0)
    return socket
  }
  const modified = doubtful()
  selector.modify(modified, EVENT_READ)
  selector.unregister(modified)
  selector.register(modified, EVENT_WRITE)
  assert.equal(selector.select(0).length, 1)
  modified.close()
  const closed = doubtful()
  closed.close()
  assert.deepEqual([selector.size, selector.select(30)], [0, []])
})
