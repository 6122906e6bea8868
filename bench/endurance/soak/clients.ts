// The behaviours of the clients of an echo server. A behaviour rejects if the server did not do what it expects.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { type AsyncSocket, openConnection, SO_LINGER } from 'berkeley'
import type { Random } from '../shared/random.js'

type Behaviour = (port: number, random: Random) => Promise<void>

const TIMEOUT_MS = 20_000
const MAX_MESSAGE_BYTES = 65_536
const LARGE_MESSAGE_BYTES = 1 << 20
const SMALL_READ_BYTES = 4096

/** A whole number from 1 to `limit`. */
const randomCount = (random: Random, limit: number): number => 1 + Math.floor(random() * limit)

function message(random: Random, length: number): Buffer {
  const pattern = Array.from({ length: 3 }, () => randomCount(random, 255))
  return Buffer.alloc(length, Buffer.from(pattern))
}

async function withConnection(port: number, use: (socket: AsyncSocket) => Promise<void>): Promise<void> {
  const socket = await openConnection({ host: '127.0.0.1', port }, { timeout: TIMEOUT_MS })
  try {
    await use(socket)
  } finally {
    socket.close()
  }
}

async function readAll(socket: AsyncSocket, length: number, before?: () => Promise<unknown>): Promise<Buffer> {
  const all = Buffer.alloc(length)
  for (let at = 0; at < length; ) {
    await before?.()
    const part = before ? all.subarray(at, at + SMALL_READ_BYTES) : all.subarray(at)
    const got = await socket.recvInto(part, { timeout: TIMEOUT_MS })
    assert.notEqual(got, 0, 'unexpected end of stream')
    at += got
  }
  return all
}

const echo: Behaviour = (port, random) =>
  withConnection(port, async (socket) => {
    for (let count = randomCount(random, 20); count > 0; count--) {
      const sent = message(random, randomCount(random, MAX_MESSAGE_BYTES))
      const [got] = await Promise.all([readAll(socket, sent.length), socket.sendAll(sent, { timeout: TIMEOUT_MS })])
      assert.ok(got.equals(sent), 'the echo differs')
    }
  })

const slowReader: Behaviour = (port, random) =>
  withConnection(port, async (socket) => {
    const sent = message(random, LARGE_MESSAGE_BYTES)
    const pause = () => delay(random() < 0.1 ? 5 : 0)
    const [got] = await Promise.all([
      readAll(socket, LARGE_MESSAGE_BYTES, pause),
      socket.sendAll(sent, { timeout: TIMEOUT_MS }),
    ])
    assert.ok(got.equals(sent), 'the echo differs')
  })

const halfClose: Behaviour = (port, random) =>
  withConnection(port, async (socket) => {
    const sent = message(random, randomCount(random, MAX_MESSAGE_BYTES))
    await socket.sendAll(sent, { timeout: TIMEOUT_MS })
    socket.shutdown('write')
    assert.ok((await readAll(socket, sent.length)).equals(sent), 'the echo differs')
    assert.equal(await socket.recv(1, { timeout: TIMEOUT_MS }), null, 'the stream did not end')
  })

const reset: Behaviour = (port, random) =>
  withConnection(port, async (socket) => {
    await socket.sendAll(message(random, randomCount(random, MAX_MESSAGE_BYTES)), { timeout: TIMEOUT_MS })
    socket.setOption(SO_LINGER, 0)
  })

const disconnect: Behaviour = (port) => withConnection(port, async () => {})

function assertAborted(error: unknown): void {
  assert.equal((error as Error).name, 'AbortError')
}

/** Sends and receives until the signal aborts both, at any point. */
const abort: Behaviour = (port, random) =>
  withConnection(port, async (socket) => {
    const signal = AbortSignal.timeout(randomCount(random, 30))
    const sent = message(random, randomCount(random, SMALL_READ_BYTES))
    const send = async (): Promise<void> => {
      for (;;) await socket.sendAll(sent, { signal })
    }
    const receive = async (): Promise<void> => {
      while ((await socket.recv(MAX_MESSAGE_BYTES, { signal })) !== null);
    }
    const outcomes = await Promise.allSettled([send(), receive()])
    for (const outcome of outcomes)
      assertAborted(outcome.status === 'rejected' ? outcome.reason : new Error('not aborted'))
  })

const abortConnecting: Behaviour = async (port, random) => {
  const controller = new AbortController()
  const opening = openConnection({ host: '127.0.0.1', port }, { signal: controller.signal })
  if (random() < 0.5) controller.abort()
  else setImmediate(() => controller.abort())
  await opening.then((socket) => socket.close(), assertAborted)
}

/** The behaviours by name. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  echo,
  slowReader,
  halfClose,
  reset,
  disconnect,
  abort,
  abortConnecting,
}
