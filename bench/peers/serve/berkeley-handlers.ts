// An echo server with handlers. The variant is `own`, a Buffer for each message, or `reuse`, one Buffer for all.
import { type InetAddress, serve, TCP_NODELAY } from 'berkeley'
import '../shared/collect-garbage.js'

const server = serve(
  { host: '127.0.0.1', port: 0, reuseBuffer: process.argv[2] === 'reuse' },
  {
    open: (connection) => connection.setOption(TCP_NODELAY, true),
    data: (connection, bytes) => {
      if (!connection.write(bytes)) connection.pause()
    },
    drain: (connection) => connection.resume(),
    end: (connection) => connection.end(),
    error: () => {},
  },
)
console.log((server.address as InetAddress).port)
