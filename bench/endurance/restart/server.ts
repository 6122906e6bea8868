// The server of restart.ts: on SIGHUP it starts its successor with its listener, and ends when that one serves.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createServer, handOver, listenFds, serveBlocking } from 'berkeley'

const [passed] = listenFds()
const listener = passed?.socket ?? createServer({ host: '127.0.0.1', port: 0 })
const server = serveBlocking({ listener, threads: 2 }, new URL('../shared/echo-handler.js', import.meta.url), {
  context: new SharedArrayBuffer(8),
})

async function restart(): Promise<void> {
  const { stdio, env } = handOver({ web: listener })
  const successor = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: [...stdio, 'ipc'], env })
  await once(successor, 'message')
  successor.disconnect()
  successor.unref()
  await end()
}

async function end(): Promise<void> {
  await server.close({ drainMs: 5000 })
  listener.close()
  process.stdin.destroy()
}

process.once('SIGHUP', restart)
// The driver's end is ours too.
process.stdin.on('end', () => process.exit())
process.stdin.resume()
await once(server, 'ready')
process.send?.('ready')
console.log(JSON.stringify({ pid: process.pid, name: passed?.name ?? null, address: listener.getSockName() }))
