// 64 bytes sent and received on a unix stream pair, in one thread: `recv` or `recvInto`.
import { Socket } from 'berkeley'
import { check, measure, variant } from '../shared/measure.js'

const [a, b] = Socket.pair()
const block = Buffer.alloc(64)

function recv(count: number): void {
  for (let i = 0; i < count; i++) check(a.send(block) === 64 && b.recv(64)?.length === 64, 'short transfer')
}

function recvInto(count: number): void {
  for (let i = 0; i < count; i++) check(a.send(block) === 64 && b.recvInto(block) === 64, 'short transfer')
}

await measure(variant === 'recv' ? recv : recvInto, 64)
