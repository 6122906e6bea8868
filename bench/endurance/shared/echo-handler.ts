// The handler of the servers here: sends back what it receives, and counts. "exit" ends its thread as a crash would.

import type { ConnectionHandler } from 'berkeley'

/** Fields of the memory in which handlers count. */
export const STARTED = 0
export const FINISHED = 1

const handle: ConnectionHandler<SharedArrayBuffer> = (socket, context) => {
  const counters = new Int32Array(context)
  Atomics.add(counters, STARTED, 1)
  try {
    for (const chunk of socket.chunks()) {
      if (chunk.toString('latin1') === 'exit') process.exit(9)
      socket.sendAll(chunk)
    }
  } finally {
    Atomics.add(counters, FINISHED, 1)
  }
}

export default handle
