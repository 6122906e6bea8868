// An echo server of threads: every connection has plain blocking code of its own, and this file is both sides of it.
//   node dist/examples/echo-threads.js [port]

import { isMainThread } from 'node:worker_threads'
import { type ConnectionHandler, serveBlocking } from 'berkeley'

const echo: ConnectionHandler = (socket) => {
  for (const chunk of socket.chunks()) socket.sendAll(chunk)
}

export default echo

if (isMainThread) {
  const port = Number(process.argv[2] ?? 7777)
  const server = serveBlocking({ host: '127.0.0.1', port, threads: 4 }, new URL(import.meta.url))
  server.on('error', (error, { peerAddress }) => console.error(peerAddress, error.message))
  process.once('SIGINT', () => server.close({ drainMs: 1000 }))
  process.once('SIGTERM', () => server.close({ drainMs: 1000 }))
  console.log(`echoing on 127.0.0.1:${server.address.port}`)
}
