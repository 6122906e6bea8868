// 64-byte requests to the echo server, each awaited before the next: node:net, over TCP or over a unix socket.
import { check, measure, port, unixPath, variant } from '../shared/measure.js'
import { echoClient } from './echo-client.js'

const sendRequest = await echoClient(variant === 'unix' ? { path: unixPath } : port)
const block = new Uint8Array(64)

async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) check((await sendRequest(block)).length === 64, 'short transfer')
}

await measure(run, 128)
