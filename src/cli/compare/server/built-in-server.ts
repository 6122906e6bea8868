// The server that is asked where no other is given: in a process of its own, so that its work is in nobody's figures.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RequestShape } from '../protocol/protocols.js'

/** What the server's process is told. */
export interface ServerOptions extends RequestShape {
  readonly protocol: string
  /** How long each reply takes, in milliseconds: the latency, and up to the jitter more. */
  readonly latencyMs: number
  readonly jitterMs: number
}

/** A running server. */
export interface OwnServer {
  readonly port: number
  stop(): void
}

/** Starts a server on a free port of this machine. */
export async function startOwnServer(options: ServerOptions): Promise<OwnServer> {
  const program = fileURLToPath(new URL('./program.js', import.meta.url))
  // A group of its own: Ctrl-C on the terminal is not for it to hear, or it would look like a server that fails.
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
  throw new Error(`the own server ended at once, with status ${message}`)
}
