// Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server.
import { AF_INET, SOCK_STREAM, Socket, TCP_NODELAY } from 'berkeley'
import { measure, must, port, variant } from '../shared/measure.js'

const BLOCK = 65_536

const socket = new Socket(AF_INET, SOCK_STREAM)
socket.connect({ host: '127.0.0.1', port })
socket.setOption(TCP_NODELAY, true)
const block = Buffer.alloc(BLOCK)

function send(count: number): void {
  for (let i = 0; i < count; i++) socket.sendAll(block)
}

function receive(count: number): void {
  for (let left = count * BLOCK; left > 0; ) {
    const got = socket.recvInto(left < BLOCK ? block.subarray(0, left) : block)
    must(got > 0, 'the source has ended')
    left -= got
  }
}

await measure(variant === 'send' ? send : receive, BLOCK)
