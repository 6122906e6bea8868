// The servers of soak.ts: one with handlers, one with async loops, and one that is flooded. The first line contains
// their ports. For each line of standard input, a sample of this process is printed once all clients have disconnected.
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type AsyncSocket, createServer, type InetAddress, serve } from 'berkeley'
import { delayP99Ms, restart } from '../shared/loop-delay.js'
import { type ResourceSample, sampleResources } from '../shared/sample.js'

export interface Ports {
  readonly handlers: number
  readonly awaits: number
  readonly flood: number
}

/** The line that the server prints for each request. */
export interface ServerSample extends ResourceSample {
  /** Open connections of the echo servers: 0 once all clients have disconnected. */
  readonly connections: number
  /** Bytes received by the flooded server since the previous sample. */
  readonly flooded: number
  /** The 99th percentile of how late timers ran, since the previous sample. */
  readonly delayP99Ms: number
}

const DISCONNECT_TIMEOUT_MS = 10_000

let connections = 0
let flooded = 0

const handlers = serve(
  { host: '127.0.0.1', port: 0 },
  {
    open() {
      connections++
    },
    data(connection, bytes) {
      if (!connection.write(bytes)) connection.pause()
    },
    drain(connection) {
      connection.resume()
    },
    end(connection) {
      connection.end()
    },
    close() {
      connections--
    },
    // Clients reset connections on purpose.
    error() {},
  },
)

function listen(): [AsyncSocket, number] {
  const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  return [listener, (listener.getSockName() as InetAddress).port]
}

async function echo(connection: AsyncSocket): Promise<void> {
  connections++
  try {
    for await (const chunk of connection.chunks()) await connection.sendAll(chunk)
  } catch {
    // Clients reset connections on purpose.
  } finally {
    connection.close()
    connections--
  }
}

async function discard(connection: AsyncSocket): Promise<void> {
  for await (const chunk of connection.chunks()) flooded += chunk.length
}

async function acceptAll(listener: AsyncSocket, handle: (connection: AsyncSocket) => Promise<void>): Promise<void> {
  for await (const connection of listener.connections()) void handle(connection)
}

async function sample(): Promise<ServerSample> {
  const deadline = performance.now() + DISCONNECT_TIMEOUT_MS
  // The last connections may still be closing.
  while (connections > 0 && performance.now() < deadline) await pause(10)
  const late = delayP99Ms()
  const bytes = flooded
  flooded = 0
  const result = { ...(await sampleResources()), connections, flooded: bytes, delayP99Ms: late }
  // The pause of the garbage collection must not count.
  restart()
  return result
}

const [awaits, awaitsPort] = listen()
const [flood, floodPort] = listen()
void acceptAll(awaits, echo)
void acceptAll(flood, discard)
createInterface({ input: process.stdin })
  .on('line', () => sample().then((result) => console.log(JSON.stringify(result))))
  .on('close', () => process.exit(0))
console.log(JSON.stringify({ handlers: (handlers.address as InetAddress).port, awaits: awaitsPort, flood: floodPort }))
