// Sends without a pause on two connections, in its own process, until it is killed: flood.js PORT
import { createConnection } from 'berkeley'

const port = Number(process.argv[2])
const block = Buffer.alloc(65_536, 'f')
const sockets = [0, 1].map(() => createConnection({ host: '127.0.0.1', port }))
for (;;) {
  for (const socket of sockets) socket.sendAll(block)
}
