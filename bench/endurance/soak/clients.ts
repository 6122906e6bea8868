// What clients do to a server that echoes: a row each. A row that is not content rejects.

import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { type AsyncSocket, openConnection, SO_LINGER } from 'berkeley'

/** A number from 0 to below 1. */
export type Random = () => number

type Behaviour = (port: number, random: Random) => Promise<void>

const PATIENCE_MS = 20_000
const LONGEST_MESSAGE = 65_536
const MUCH = 1 << 20
const SIP = 4096

const whole = (random: Random, limit: number): number => 1 + Math.floor(random() * limit)

function message(random: Random, length: number): Buffer {
  return Buffer.alloc(length, Buffer.from([whole(random, 255), whole(random, 255), whole(random, 255)]))
}

async function connected(port: number, use: (socket: AsyncSocket) => Promise<void>): Promise<void> {
  const socket = await openConnection({ host: '127.0.0.1', port }, { timeout: PATIENCE_MS })
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
    const part = before ? all.subarray(at, at + SIP) : all.subarray(at)
    const got = await socket.recvInto(part, { timeout: PATIENCE_MS })
    assert.notEqual(got, 0, 'the end came early')
    at += got
  }
  return all
}

const echo: Behaviour = (port, random) =>
  connected(port, async (socket) => {
    for (let count = whole(random, 20); count > 0; count--) {
      const sent = message(random, whole(random, LONGEST_MESSAGE))
      const [got] = await Promise.all([readAll(socket, sent.length), socket.sendAll(sent, { timeout: PATIENCE_MS })])
      assert.ok(got.equals(sent), 'the echo differs')
    }
  })

const slowReader: Behaviour = (port, random) =>
  connected(port, async (socket) => {
    const sent = message(random, MUCH)
    const pause = () => delay(random() < 0.1 ? 5 : 0)
    const [got] = await Promise.all([readAll(socket, MUCH, pause), socket.sendAll(sent, { timeout: PATIENCE_MS })])
    assert.ok(got.equals(sent), 'the echo differs')
  })

const halfClose: Behaviour = (port, random) =>
  connected(port, async (socket) => {
    const sent = message(random, whole(random, LONGEST_MESSAGE))
    await socket.sendAll(sent, { timeout: PATIENCE_MS })
    socket.shutdown('write')
    assert.ok((await readAll(socket, sent.length)).equals(sent), 'the echo differs')
    assert.equal(await socket.recv(1, { timeout: PATIENCE_MS }), null, 'the end did not come')
  })

const reset: Behaviour = (port, random) =>
  connected(port, async (socket) => {
    await socket.sendAll(message(random, whole(random, LONGEST_MESSAGE)), { timeout: PATIENCE_MS })
    socket.setOption(SO_LINGER, 0)
  })

const vanish: Behaviour = (port) => connected(port, async () => {})

function assertAborted(error: unknown): void {
  assert.equal((error as Error).name, 'AbortError')
}

/** Sends and receives until the signal ends it, wherever that is; the socket is good for a last message then. */
const abort: Behaviour = (port, random) =>
  connected(port, async (socket) => {
    const signal = AbortSignal.timeout(whole(random, 30))
    const sent = message(random, whole(random, SIP))
    const send = async (): Promise<void> => {
      for (;;) await socket.sendAll(sent, { signal })
    }
    const receive = async (): Promise<void> => {
      while ((await socket.recv(LONGEST_MESSAGE, { signal })) !== null);
    }
    const ends = await Promise.allSettled([send(), receive()])
    for (const end of ends) assertAborted(end.status === 'rejected' ? end.reason : new Error('it was not aborted'))
  })

const abortConnecting: Behaviour = async (port, random) => {
  const controller = new AbortController()
  const opening = openConnection({ host: '127.0.0.1', port }, { signal: controller.signal })
  if (random() < 0.5) controller.abort()
  else setImmediate(() => controller.abort())
  await opening.then((socket) => socket.close(), assertAborted)
}

/** All that clients do, by name. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  echo,
  slowReader,
  halfClose,
  reset,
  vanish,
  abort,
  abortConnecting,
}
