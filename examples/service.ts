// A server for production: it listens at a port, or on the socket of systemd or of its predecessor. SIGTERM ends it once
// its connections are done, SIGHUP starts a successor in its place.
//   node dist/examples/service.js 8080        behind HAProxy: PROXY_PROTOCOL=1 node dist/examples/service.js 8080
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Connection, createServer, handOver, listenFds, serve } from 'berkeley'

const DRAIN_MS = 20_000
const [port = '0'] = process.argv.slice(2)

const [passed] = listenFds()
const listener = passed?.socket ?? createServer({ host: '127.0.0.1', port: Number(port) })

/** HAProxy marks its health checks, which are connections of its own, and ends them with a reset. */
function isHealthCheck(connection: Connection | null): boolean {
  return connection?.proxyHeader?.command === 'local'
}

const server = serve(
  // The server owns the duplicate, and this program keeps the listener for a successor.
  { listener: listener.dup(), proxyProtocol: process.env['PROXY_PROTOCOL'] === '1', idleTimeout: 60_000 },
  {
    open(connection) {
      console.log(isHealthCheck(connection) ? 'health check' : 'client', JSON.stringify(connection.peerAddress))
    },
    data: (connection, bytes) => connection.write(`${process.pid}: ${bytes}`),
    error(connection, error) {
      if (!isHealthCheck(connection)) console.error(error.message)
    },
  },
)

async function stop(): Promise<void> {
  listener.close()
  await server.close({ drainMs: DRAIN_MS })
}

process.once('SIGTERM', stop)

process.once('SIGHUP', async () => {
  const { stdio, env } = handOver({ service: listener })
  const successor = spawn(process.execPath, process.argv.slice(1), { stdio: [...stdio, 'ipc'], env })
  await once(successor, 'message')
  successor.disconnect()
  successor.unref()
  await stop()
})

process.send?.('ready')
console.log(`process ${process.pid} listens at`, JSON.stringify(listener.getSockName()))
