// The echo handler of the servers here. It counts connections; on receiving "exit" it ends its thread as a crash would.
import type { ConnectionHandler } from 'berkeley'

/** Indices of the counters that the handlers share. */
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
