// Connects over TCP, reads to the end (the server closes at once) and closes.
import { AF_INET, SOCK_STREAM, Socket } from 'berkeley'
import { check, measure, port } from '../shared/measure.js'

const server = { host: '127.0.0.1', port }
const byte = Buffer.alloc(1)

function run(count: number): void {
  for (let i = 0; i < count; i++) {
    const socket = new Socket(AF_INET, SOCK_STREAM)
    socket.connect(server)
    check(socket.recvInto(byte) === 0, 'unexpected data')
    socket.close()
  }
}

await measure(run, 0)
