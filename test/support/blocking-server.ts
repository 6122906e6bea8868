// A server of threads under test, and clients of it. The clients block this thread, which the server does not need.

import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'

import type { BlockingServer, ErrorSource } from '../../src/serve-blocking/blocking-server.js'
import { type ServeBlockingTarget, serveBlocking } from '../../src/serve-blocking/serve-blocking.js'
import type { Socket } from '../../src/socket/socket.js'

const HANDLER = new URL('../fixtures/serve-blocking/handler.js', import.meta.url)
const PATIENCE_MS = 10_000

export interface Serving {
  readonly server: BlockingServer
  /** What the handlers share with the test: see fixtures/serve-blocking/handler.ts. */
  readonly memory: Int32Array
  readonly errors: (readonly [Error & { code?: string; detail?: number }, ErrorSource])[]
}

/** Where to listen; a free port of the loopback interface unless given. */
type Where = { path?: string; maxPending?: number } | { listener: Socket }

/** Starts a server; resolves when all its threads serve. */
export async function serving(target: Where & { threads: number }): Promise<Serving> {
  const memory = new SharedArrayBuffer(8)
  const elsewhere = 'path' in target || 'listener' in target
  const where = elsewhere ? (target as ServeBlockingTarget) : { host: '127.0.0.1', port: 0, ...target }
  const server = serveBlocking(where, HANDLER, { context: { memory, greeting: 'good day' } })
  const errors: [Error, ErrorSource][] = []
  server.on('error', (error, source) => void errors.push([error, source]))
  let ready = 0
  await new Promise<void>((resolve) => {
    server.on('ready', () => {
      if (++ready === target.threads) resolve()
    })
  })
  return { server, memory: new Int32Array(memory), errors }
}

/** Connects, and sends a command that the handler knows. */
export function ask({ server }: Serving, command: string): Socket {
  const { address } = server
  const target = address.family === 'unix' ? address : (address as HostInput)
  const socket = createConnection(target as HostInput, { timeout: PATIENCE_MS })
  socket.sendAll(`${command}\n`)
  return socket
}

/** Sends a command, and returns everything that the server replies. */
export function reply(serving: Serving, command: string): string {
  using socket = ask(serving, command)
  return Buffer.concat([...socket.chunks()]).toString()
}
