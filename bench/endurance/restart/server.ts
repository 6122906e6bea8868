// The server of restart.ts: on SIGHUP it starts a successor with its listener, and ends once the successor is ready.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createServer, handOver, listenFds, serveBlocking } from 'berkeley'

const [inherited] = listenFds()
const listener = inherited?.socket ?? createServer({ host: '127.0.0.1', port: 0 })
const server = serveBlocking({ listener, threads: 2 }, new URL('../shared/echo-handler.js', import.meta.url), {
  context: new SharedArrayBuffer(8),
})

async function restart(): Promise<void> {
  const { stdio, env } = handOver({ web: listener })
  const successor = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: [...stdio, 'ipc'], env })
  await once(successor, 'message')
  successor.disconnect()
  successor.unref()
  await stop()
}

async function stop(): Promise<void> {
  await server.close({ drainMs: 5000 })
  listener.close()
  process.stdin.destroy()
}

process.once('SIGHUP', restart)
// Standard input ends when restart.ts ends. Then this process must end too.
process.stdin.on('end', () => process.exit())
process.stdin.resume()
await once(server, 'ready')
process.send?.('ready')
console.log(JSON.stringify({ pid: process.pid, name: inherited?.name ?? null, address: listener.getSockName() }))
