// The handler of the server of threads: it returns early, throws, closes, resets and shuts down at any point.

import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionHandler, SO_LINGER, type Socket } from 'berkeley'
import { pick, randomFrom } from '../shared/random.js'
import { IDLE_MS, PlannedError } from './tally.js'

/** Indices of the counters that the threads share. */
export const STARTED = 0
export const FINISHED = 1

const random = randomFrom(1)

const acts: Readonly<Record<string, (socket: Socket) => unknown>> = {
  nothing: () => {},
  close: (socket) => socket.close(),
  shutdown: (socket) => socket.shutdown('write'),
  linger: (socket) => socket.setOption(SO_LINGER, 10),
  nonblocking: (socket) => socket.setBlocking(false),
  pause: () => delay(1),
  reset(socket) {
    socket.setOption(SO_LINGER, 0)
    socket.close()
  },
  throw() {
    throw new PlannedError()
  },
  throwNoError() {
    throw null
  },
  reject: () => Promise.reject(new PlannedError()),
}

const MAX_CHUNKS_BEFORE_ACT = 4

const handle: ConnectionHandler<SharedArrayBuffer> = async (socket, context) => {
  const counters = new Int32Array(context)
  Atomics.add(counters, STARTED, 1)
  try {
    socket.setTimeout(IDLE_MS)
    let left = Math.floor(random() * MAX_CHUNKS_BEFORE_ACT)
    if (left === 0) await pick(random, Object.values(acts))(socket)
    for (const chunk of socket.chunks()) {
      if (--left === 0) await pick(random, Object.values(acts))(socket)
      socket.sendAll(chunk)
    }
  } finally {
    Atomics.add(counters, FINISHED, 1)
  }
}

export default handle
