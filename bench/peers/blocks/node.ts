// Blocks of 64 KiB over TCP with node:net: `send` to the sink server, `receive` from the source server.
import { once } from 'node:events'
import { connect } from 'node:net'
import { measure, port, variant } from '../shared/measure.js'

const BLOCK_BYTES = 65_536

let remaining = 0
let complete = (): void => {}
const block = Buffer.alloc(BLOCK_BYTES)
const socket = connect({
  host: '127.0.0.1',
  port,
  noDelay: true,
  onread: {
    buffer: block,
    callback(got) {
      remaining -= got
      if (remaining <= 0) complete()
      return remaining > 0
    },
  },
})
await once(socket, 'connect')
socket.pause()

async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (!socket.write(block)) await once(socket, 'drain')
  }
}

async function receive(count: number): Promise<void> {
  await new Promise<void>((resolve) => {
    remaining += count * BLOCK_BYTES
    complete = resolve
    socket.resume()
  })
}

await measure(variant === 'send' ? send : receive, BLOCK_BYTES)
