// 64-byte requests over TCP to the echo server, one at a time: a blocking or a timed client.
import { AF_INET, SOCK_STREAM, Socket, TCP_NODELAY } from 'berkeley'
import { check, measure, port, variant } from '../shared/measure.js'

const socket = new Socket(AF_INET, SOCK_STREAM)
socket.connect({ host: '127.0.0.1', port })
socket.setOption(TCP_NODELAY, true)
socket.setTimeout(variant === 'timed' ? 10_000 : null)
const block = Buffer.alloc(64)

function run(count: number): void {
  for (let i = 0; i < count; i++) check(socket.send(block) === 64 && socket.recvInto(block) === 64, 'short transfer')
}

await measure(run, 128)
