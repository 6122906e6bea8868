// 64 bytes sent and received on a unix stream pair, in one thread: `recv` or `recvInto`.
import { Socket } from 'berkeley'
import { measure, must, variant } from '../shared/measure.js'

const [a, b] = Socket.pair()
const block = Buffer.alloc(64)

function recv(count: number): void {
  for (let i = 0; i < count; i++) must(a.send(block) === 64 && b.recv(64)?.length === 64, 'short')
}

function recvInto(count: number): void {
  for (let i = 0; i < count; i++) must(a.send(block) === 64 && b.recvInto(block) === 64, 'short')
}

await measure(variant === 'recv' ? recv : recvInto, 64)
