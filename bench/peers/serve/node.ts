// An echo server with node:net. Each message arrives in its own Buffer.
import { type AddressInfo, createServer } from 'node:net'
import '../shared/collect-garbage.js'

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (bytes) => socket.write(bytes))
  socket.on('error', () => {})
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log((server.address() as AddressInfo).port))
