// An echo server with threads: plain blocking code serves each connection. The main thread and the workers share this
// file.
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
