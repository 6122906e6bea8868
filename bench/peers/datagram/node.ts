// 64-byte UDP datagrams over loopback with node:dgram, one in flight at a time.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { measure } from '../shared/measure.js'

const [a, b] = [createSocket('udp4'), createSocket('udp4')]
b.bind(0, '127.0.0.1')
await once(b, 'listening')
const { port } = b.address()
const block = Buffer.alloc(64)

let arrived: () => void
b.on('message', () => arrived())

async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => {
      arrived = resolve
      a.send(block, port, '127.0.0.1')
    })
  }
}

await measure(run, 64)
