// Sends as fast as it is taken over two connections, from a process of its own, until it is killed: soak-flood.js PORT

import { createConnection } from 'berkeley'

const port = Number(process.argv[2])
const block = Buffer.alloc(65_536, 'f')
const sockets = [0, 1].map(() => createConnection({ host: '127.0.0.1', port }))
for (;;) {
  for (const socket of sockets) socket.sendAll(block)
}
