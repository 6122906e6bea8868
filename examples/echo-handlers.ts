// An echo server with handlers: all connections share the same functions, and nothing waits.
//   node dist/examples/echo-handlers.js 7777        and then: nc localhost 7777
import { serve } from 'berkeley'

const port = Number(process.argv[2] ?? 0)

const server = serve(
  { host: '127.0.0.1', port },
  {
    data(connection, bytes) {
      // Backpressure: stop reading from a peer that does not read its echo, or the queue would fill our memory.
      if (!connection.write(bytes)) connection.pause()
    },
    drain: (connection) => connection.resume(),
    error: (connection, error) => console.error(connection?.peerAddress, error.message),
  },
)
process.once('SIGTERM', () => server.close({ drainMs: 1000 }))
console.log('echoing at', server.address)
