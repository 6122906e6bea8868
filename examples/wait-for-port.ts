// Waits until a server accepts connections: a step of a deploy script. One limit in seconds covers all attempts.
//   node dist/examples/wait-for-port.js localhost 5432 30
import { createConnection, InterruptedError, poll, SocketTimeoutError } from 'berkeley'

const [host = 'localhost', port = '5432', seconds = '30'] = process.argv.slice(2)
const ATTEMPT_MS = 2000
const PAUSE_MS = 100

/** Returns null once the server accepts a connection; after the deadline, the error of the last attempt. */
function waitForServer(target: { host: string; port: number }, deadline: number): Error | null {
  let reason: Error | null = null
  for (;;) {
    try {
      createConnection(target, { timeout: ATTEMPT_MS, deadline }).close()
      return null
    } catch (error) {
      // Another attempt does not mend a wrong argument, and a signal such as Ctrl-C has to end the wait.
      if (error instanceof TypeError || error instanceof RangeError || error instanceof InterruptedError) throw error
      // An attempt that the deadline cuts short times out for that reason alone: the error before it is kept.
      const isCutShort = error instanceof SocketTimeoutError && error.timeout !== ATTEMPT_MS
      if (reason === null || !isCutShort) reason = error as Error
    }
    const left = deadline - performance.now()
    if (left <= 0) return reason
    poll([], Math.min(PAUSE_MS, left)) // sleeps, and is interrupted by signals too
  }
}

const reason = waitForServer({ host, port: Number(port) }, performance.now() + Number(seconds) * 1000)
if (reason === null) {
  console.log(`${host}:${port} accepts connections`)
} else {
  console.error(`${host}:${port} accepts no connections after ${seconds} s: ${reason.message}`)
  process.exitCode = 1
}
