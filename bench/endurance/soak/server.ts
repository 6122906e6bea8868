// The server of soak.ts: one of handlers, one of awaits, and one that is flooded. Its first line names their ports; each
// line on its standard input is answered by what the process holds when its clients have gone.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type AsyncSocket, createServer, type InetAddress, serve } from 'berkeley'
import { type Held, held } from './sample.js'

export interface Ports {
  readonly handlers: number
  readonly awaits: number
  readonly flood: number
}

/** What a server tells of itself. */
export interface ServerSample extends Held {
  /** Of the echoing kinds: 0 once all clients have gone. */
  readonly connections: number
  /** Bytes read from those who flood, since the sample before. */
  readonly flooded: number
  /** How much later than due a timer was, at most in 99 of 100 cases, since the sample before. */
  readonly delayP99Ms: number
}

const RESOLUTION_MS = 5
const PATIENCE_MS = 10_000

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
    // A reset is what the clients are there for.
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
    // As above.
  } finally {
    connection.close()
    connections--
  }
}

async function swallow(connection: AsyncSocket): Promise<void> {
  for await (const chunk of connection.chunks()) flooded += chunk.length
}

async function acceptAll(listener: AsyncSocket, treat: (connection: AsyncSocket) => Promise<void>): Promise<void> {
  for await (const connection of listener.connections()) void treat(connection)
}

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

async function sample(): Promise<ServerSample> {
  const deadline = performance.now() + PATIENCE_MS
  // The last ends may still be on their way.
  while (connections > 0 && performance.now() < deadline) await pause(10)
  const delayP99Ms = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS)
  const bytes = flooded
  flooded = 0
  const answer = { ...(await held()), connections, flooded: bytes, delayP99Ms }
  // Not the collection's own pause.
  delay.reset()
  return answer
}

const [awaits, awaitsPort] = listen()
const [flood, floodPort] = listen()
void acceptAll(awaits, echo)
void acceptAll(flood, swallow)
createInterface({ input: process.stdin })
  .on('line', () => sample().then((answer) => console.log(JSON.stringify(answer))))
  .on('close', () => process.exit(0))
delay.enable()
console.log(
  JSON.stringify({ handlers: (handlers.address() as InetAddress).port, awaits: awaitsPort, flood: floodPort }),
)
