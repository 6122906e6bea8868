// An echo server of datagrams by handlers. The variant is `own`, a Buffer for each datagram, `reuse`, views of the batch,
// or `batch`, which echoes a batch at a time.
import { type DatagramHandlers, type InetAddress, serveDatagrams } from 'berkeley'
import '../shared/collect-garbage.js'

const [, , variant] = process.argv
const each: DatagramHandlers = { message: (server, data, address) => void server.send(data, address) }
const all: DatagramHandlers = { messages: (server, batch) => void server.sendBatch(batch) }
const options = { host: '127.0.0.1', port: 0, maxBytes: 2048, reuseBuffer: variant === 'reuse' }
const server = serveDatagrams(options, variant === 'batch' ? all : each)
console.log((server.address as InetAddress).port)
