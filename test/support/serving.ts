// Servers of threads for tests, and how to talk to them. The clients block this thread, which the servers do without.

import assert from 'node:assert/strict'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'

import {
  type BlockingServer,
  type ErrorSource,
  type ServeBlockingTarget,
  serveBlocking,
} from '../../src/serve-blocking/serve-blocking.js'
import type { Socket } from '../../src/socket/socket.js'

const HANDLER = new URL('../fixtures/serve-blocking/handler.js', import.meta.url)
const PATIENCE = 10_000

export interface Serving {
  readonly server: BlockingServer
  /** What the handlers share with the test: see fixtures/serve-blocking/handler.ts. */
  readonly memory: Int32Array
  readonly errors: (readonly [Error & { code?: string; detail?: number }, ErrorSource])[]
}

/** A free port of this machine, unless it says otherwise. */
type Where = { path?: string; maxPending?: number } | { listener: Socket }

/** Starts a server; answers when all its threads serve. */
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

/** Connects, and asks for what the handler knows as `deed`. */
export function ask({ server }: Serving, deed: string): Socket {
  const { address } = server
  const target = address.family === 'unix' ? address : (address as HostInput)
  const socket = createConnection(target as HostInput, { timeout: PATIENCE })
  socket.sendAll(`${deed}\n`)
  return socket
}

/** Everything that the server sends for a deed. */
export function told(serving: Serving, deed: string): string {
  using socket = ask(serving, deed)
  return Buffer.concat([...socket.chunks()]).toString()
}

/** Waits until something comes to be, which nothing announces. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `${what}: not within ${PATIENCE} ms`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
