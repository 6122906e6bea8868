// UDP datagrams over loopback with node:dgram, as many in flight as a batch has: 64 of 64 bytes, or 50 of 1200 bytes.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { measure, variant } from '../shared/measure.js'

const [PER_BATCH, BYTES] = variant === 'batch' ? [64, 64] : [50, 1200]
const [a, b] = [createSocket('udp4'), createSocket('udp4')]
b.bind(0, '127.0.0.1')
await once(b, 'listening')
const { port } = b.address()
const block = Buffer.alloc(BYTES)

let missing = 0
let arrived: () => void
b.on('message', () => {
  if (--missing === 0) arrived()
})

async function run(operations: number): Promise<void> {
  for (let done = 0; done < operations; done += PER_BATCH) {
    await new Promise<void>((resolve) => {
      missing = PER_BATCH
      arrived = resolve
      for (let count = 0; count < PER_BATCH; count++) a.send(block, port, '127.0.0.1')
    })
  }
}

await measure(run, BYTES)
