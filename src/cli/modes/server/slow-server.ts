// The built-in server of `berkeley modes`: blocking sockets in a worker.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createServer, type HostInput, interruptThread } from '../../../index.js'

/** The data of the worker, which takes ownership of the descriptor. */
export interface SlowServerData {
  readonly listener: number
  readonly delayMs: number
}

export interface SlowServer {
  readonly address: HostInput
  stop(): Promise<void>
}

/** Starts an HTTP/1.0 server on a free port. It replies to each request after `delayMs` milliseconds. */
export async function startSlowServer(delayMs: number): Promise<SlowServer> {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const address = listener.getSockName()
  const workerData: SlowServerData = { listener: listener.detach(), delayMs }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData })
  await once(worker, 'message')
  return {
    address,
    async stop() {
      const ended = once(worker, 'exit')
      interruptThread(worker.threadId)
      await ended
    },
  }
}
