// Connects over TCP, reads to the end (the server closes at once) and closes: node:net.
import { once } from 'node:events'
import { connect } from 'node:net'
import { measure, port } from '../shared/measure.js'

async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const socket = connect({ host: '127.0.0.1', port })
    socket.resume()
    await once(socket, 'close')
  }
}

await measure(run, 0)
