// 64-byte requests over TCP to the echo server, answered synchronously by an asynchronous client in a worker.
import { createSyncFn } from 'synckit'
import { measure, must, port } from '../shared/measure.js'
import type { Ask } from './synckit-worker.js'

const ask = createSyncFn<Ask>(new URL('./synckit-worker.js', import.meta.url))
const block = new Uint8Array(64)

function run(count: number): void {
  for (let i = 0; i < count; i++) must(ask(port, block).length === 64, 'short')
}

await measure(run, 128)
