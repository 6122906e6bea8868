// 64-byte requests over TCP to the echo server, each from a new Node process: spawnSync.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { check, measure, port } from '../shared/measure.js'

const program = fileURLToPath(new URL('./request-once.js', import.meta.url))
const block = Buffer.alloc(64)

function run(count: number): void {
  for (let i = 0; i < count; i++) {
    const { stdout } = spawnSync(process.execPath, [program, String(port)], { input: block })
    check(stdout.length === 64, 'short transfer')
  }
}

await measure(run, 128)
