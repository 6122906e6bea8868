// Integrity of a stream: no byte is lost, doubled or moved while verbs are mixed, interrupted and timed out.

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
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
import { checkSequence, randomNumbers, SEQUENCE_BYTES, sequence } from '../support/byte-sequence.js'
import { tcpPair } from '../support/pairs.js'
import { ignoring } from '../support/signals.js'
import { type StartedWorker, startWorker } from '../support/threads.js'

const PEEK_ALL = (MSG_PEEK | MSG_WAITALL) as MessageFlag
const listener = ignoring('SIGUSR2')
afterEach(consumeInterruptions)
after(() => listener[Symbol.dispose]())

/** A worker at the other end, which sends or receives the sequence. */
async function startPeer(socket: Socket, sends: boolean, seed: number): Promise<StartedWorker> {
  const peer = startWorker('socket/sequence-peer', { workerData: { fd: socket.detach(), sends, seed } })
  await peer.next()
  return peer
}

/** Waits until no interruption is left, which would end a wait of the next test. */
function consumeInterruptions(): void {
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

/** The result of `act`; undefined where it was interrupted, timed out or would block. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act()
  } catch (error) {
    const isExpected = [InterruptedError, SocketTimeoutError, WouldBlockError].some((kind) => error instanceof kind)
    if (!isExpected) throw error
    return undefined
  }
}

/** The result of `act`, or the part of a message inside of which the stream ended. */
function withPartial(act: () => Buffer | null | undefined): Buffer | null | undefined {
  try {
    return act()
  } catch (error) {
    const { partial } = error as SocketError
    if (partial === undefined) throw error
    return partial
  }
}

/** Ways to receive; each returns bytes, null at the end, or undefined for not yet. */
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
  test(`receiving: every verb in turn loses no byte (${kind})`, async () => {
    const [ours, theirs] = kind === 'unix' ? Socket.pair() : tcpPair()
    const { exited } = await startPeer(theirs, true, seed)
    const random = randomNumbers(seed)
    let received = 0
    for (let ended = false; !ended; ) {
      const way = receivers[random(receivers.length)]!
      const size = 1 + random(random(3) === 0 ? 40_000 : 300)
      const bytes = attempt(() => withPartial(() => way(ours, size)))
      ended = bytes === null
      const all = Buffer.concat([bytes ?? Buffer.alloc(0), ours.reader().takeBuffered()])
      checkSequence(all, received)
      received += all.length
    }
    assert.equal(received, SEQUENCE_BYTES)
    await exited
    ours.close()
  })

  test(`sending: every verb in turn loses no byte (${kind})`, async () => {
    const [ours, theirs] = kind === 'unix' ? Socket.pair() : tcpPair()
    const { next, exited } = await startPeer(theirs, false, seed)
    const random = randomNumbers(seed)
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
    for (let sent = 0; sent < SEQUENCE_BYTES; ) {
      const data = sequence(sent, Math.min(1 + random(random(3) === 0 ? 400_000 : 300), SEQUENCE_BYTES - sent))
      sent += senders[random(senders.length)]!(data) ?? 0
    }
    ours.close()
    assert.equal(await next<number>(), SEQUENCE_BYTES)
    await exited
  })
}
