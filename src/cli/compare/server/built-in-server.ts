// The built-in server, used where no host is given. It runs in its own process, so that its work is not part of the
// figures of a mode.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RequestShape } from '../protocol/protocols.js'

/** The argument of the server's process. */
export interface BuiltInServerOptions extends RequestShape {
  readonly protocol: string
  /** The delay of each reply: the latency plus a random part of the jitter, in milliseconds. */
  readonly latencyMs: number
  readonly jitterMs: number
}

/** A running server. */
export interface BuiltInServer {
  readonly port: number
  stop(): void
}

/** Starts a server on a free port of this machine. */
export async function startBuiltInServer(options: BuiltInServerOptions): Promise<BuiltInServer> {
  const program = fileURLToPath(new URL('./program.js', import.meta.url))
  // The server leads its own process group. Otherwise Ctrl-C at a terminal would end it first, and the modes would fail.
  const child = fork(program, [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  })
  const port = await portOf(child)
  return { port, stop: () => void child.kill('SIGKILL') }
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (typeof message === 'object') return (message as { port: number }).port
  throw new Error(`the built-in server ended before it was ready, with status ${message}`)
}
