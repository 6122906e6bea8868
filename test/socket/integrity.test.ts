// No byte is lost, doubled or moved: whatever verbs are mixed, and however often they are interrupted or run out of time.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, afterEach, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  InterruptedError,
  type MessageFlag,
  MSG_PEEK,
  MSG_WAITALL,
  Socket,
  type SocketError,
  SocketTimeoutError,
  WouldBlockError,
} from 'berkeley'
import { check, randomNumbers, sequence, TOTAL } from '../support/byte-sequence.js'
import { tcpPair } from '../support/pairs.js'

const PEEK_ALL = (MSG_PEEK | MSG_WAITALL) as MessageFlag
const listener = (): void => {}
before(() => process.on('SIGUSR2', listener))
afterEach(quiet)
after(() => process.off('SIGUSR2', listener))

async function peerOf(
  socket: Socket,
  sends: boolean,
  seed: number,
): Promise<{ worker: Worker; exited: Promise<unknown> }> {
  const workerData = { fd: socket.detach(), sends, seed }
  const worker = new Worker(new URL('../fixtures/socket/sequence-peer.js', import.meta.url), { workerData })
  const exited = once(worker, 'exit')
  await once(worker, 'message')
  return { worker, exited }
}

/** Waits until nothing interrupts any more: what came late would meet the next test. */
function quiet(): void {
  const [a, b] = Socket.pair()
  for (let error: unknown; !(error instanceof SocketTimeoutError); ) {
    try {
      a.recv(1, { timeout: 1 })
    } catch (thrown) {
      error = thrown
    }
  }
  a.close()
  b.close()
}

/** What `act` answers; undefined where it came to nothing this time. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act()
  } catch (error) {
    const mayBe = [InterruptedError, SocketTimeoutError, WouldBlockError].some((kind) => error instanceof kind)
    if (!mayBe) throw error
    return undefined
  }
}

/** What `act` answers, or what it had of a message inside which the stream ended. */
function withPartial(act: () => Buffer | null | undefined): Buffer | null | undefined {
  try {
    return act()
  } catch (error) {
    const { partial } = error as SocketError
    if (partial === undefined) throw error
    return partial
  }
}

/** Ways to receive: what came, null at the end, undefined for not yet. */
const receivers: ((socket: Socket, size: number) => Buffer | null | undefined)[] = [
  (socket, size) => socket.recv(size),
  (socket, size) => socket.tryRecv(size),
  (socket, size) => socket.recv(size, { flags: MSG_WAITALL }),
  (socket, size) => socket.recv(size, { flags: MSG_WAITALL, timeout: 1 }),
  (socket, size) => socket.recv(size, { timeout: 0.5 }),
  (socket, size) => {
    const block = Buffer.alloc(size)
    const count = socket.recvInto(block)
    return count === 0 ? null : block.subarray(0, count)
  },
  (socket, size) => {
    const { data } = socket.recvFrom(size)
    return data.length === 0 ? null : data
  },
  (socket, size) => {
    const peeked = socket.recv(Math.min(size, 5000), { flags: PEEK_ALL, timeout: 2 })
    const taken = peeked === null ? null : socket.recv(peeked.length)
    assert.deepEqual(taken, peeked)
    return taken
  },
  (socket, size) => socket.reader().readExactly(size),
  (socket, size) => socket.reader().readExactly(size, { timeout: 1 }),
]

for (const [seed, kind] of [
  [1, 'unix'],
  [2, 'TCP'],
] as const) {
  test(`receiving in every way (${kind})`, async () => {
    const [ours, theirs] = kind === 'unix' ? Socket.pair() : tcpPair()
    const { exited } = await peerOf(theirs, true, seed)
    const random = randomNumbers(seed)
    let received = 0
    for (let ended = false; !ended; ) {
      const way = receivers[random(receivers.length)]!
      const size = 1 + random(random(3) === 0 ? 40_000 : 300)
      const bytes = attempt(() => withPartial(() => way(ours, size)))
      ended = bytes === null
      const all = Buffer.concat([bytes ?? Buffer.alloc(0), ours.reader().takeBuffered()])
      check(all, received)
      received += all.length
    }
    assert.equal(received, TOTAL)
    await exited
    ours.close()
  })

  test(`sending in every way (${kind})`, async () => {
    const [ours, theirs] = kind === 'unix' ? Socket.pair() : tcpPair()
    const { worker, exited } = await peerOf(theirs, false, seed)
    const random = randomNumbers(seed)
    const told = once(worker, 'message')
    const sendAll = (data: Buffer, timeout: number | null): number => {
      try {
        ours.sendAll(data, { timeout })
        return data.length
      } catch (error) {
        attempt(() => {
          throw error
        })
        return (error as { bytesSent: number }).bytesSent
      }
    }
    const senders: ((data: Buffer) => number | undefined)[] = [
      (data) => attempt(() => ours.send(data)),
      (data) => ours.trySend(data),
      (data) => attempt(() => ours.send(data, { timeout: 0.5 })),
      (data) => sendAll(data, null),
      (data) => sendAll(data, 1),
    ]
    for (let sent = 0; sent < TOTAL; ) {
      const data = sequence(sent, Math.min(1 + random(random(3) === 0 ? 400_000 : 300), TOTAL - sent))
      sent += senders[random(senders.length)]!(data) ?? 0
    }
    ours.close()
    assert.deepEqual(await told, [TOTAL])
    await exited
  })
}
