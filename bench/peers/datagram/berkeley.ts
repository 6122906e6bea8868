// 64-byte UDP datagrams over loopback, sent and received in one thread: `recvFrom` or `recvFromInto`.
import { AF_INET, SOCK_DGRAM, Socket } from 'berkeley'
import { check, measure, variant } from '../shared/measure.js'

const [a, b] = [new Socket(AF_INET, SOCK_DGRAM), new Socket(AF_INET, SOCK_DGRAM)]
for (const socket of [a, b]) socket.bind({ host: '127.0.0.1', port: 0 })
const target = b.getSockName()
const block = Buffer.alloc(64)

function recvFrom(count: number): void {
  for (let i = 0; i < count; i++)
    check(a.sendTo(block, target) === 64 && b.recvFrom(64).data.length === 64, 'short transfer')
}

function recvFromInto(count: number): void {
  for (let i = 0; i < count; i++) {
    check(a.sendTo(block, target) === 64 && b.recvFromInto(block).bytes === 64, 'short transfer')
  }
}

await measure(variant === 'recvFrom' ? recvFrom : recvFromInto, 64)
