// Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server.
import { AF_INET, SOCK_STREAM, Socket, TCP_NODELAY } from 'berkeley'
import { check, measure, port, variant } from '../shared/measure.js'

const BLOCK_BYTES = 65_536

const socket = new Socket(AF_INET, SOCK_STREAM)
socket.connect({ host: '127.0.0.1', port })
socket.setOption(TCP_NODELAY, true)
const block = Buffer.alloc(BLOCK_BYTES)

function send(count: number): void {
  for (let i = 0; i < count; i++) socket.sendAll(block)
}

function receive(count: number): void {
  for (let remaining = count * BLOCK_BYTES; remaining > 0; ) {
    const got = socket.recvInto(remaining < BLOCK_BYTES ? block.subarray(0, remaining) : block)
    check(got > 0, 'unexpected end of stream')
    remaining -= got
  }
}

await measure(variant === 'send' ? send : receive, BLOCK_BYTES)
