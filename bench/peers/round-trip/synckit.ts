// 64-byte requests over TCP to the echo server: synchronous calls to an asynchronous client in a worker.
import { createSyncFn } from 'synckit'
import { check, measure, port } from '../shared/measure.js'
import type { SendRequest } from './synckit-worker.js'

const sendRequest = createSyncFn<SendRequest>(new URL('./synckit-worker.js', import.meta.url))
const block = new Uint8Array(64)

function run(count: number): void {
  for (let i = 0; i < count; i++) check(sendRequest(port, block).length === 64, 'short transfer')
}

await measure(run, 128)
