// About a hundred thousand calls a second with other work between them, recorded or not.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, measure, variant } from '../shared/measure.js'

// About 8 µs on a machine of 2025.
const WORK_ITERATIONS = 1500

// The environment variable is read when the library is loaded.
const folder = variant === 'file' ? mkdtempSync(join(tmpdir(), 'berkeley-bench-')) : undefined
if (folder !== undefined) process.env['BERKELEY_TRACE'] = folder
const { Socket, trace } = await import('berkeley')
if (variant === 'memory') trace()
process.once('exit', () => folder !== undefined && rmSync(folder, { recursive: true }))

const [a, b] = Socket.pair()
const block = Buffer.alloc(64)
let sink = 0

function work(): void {
  for (let round = 0; round < WORK_ITERATIONS; round++) sink = (sink * 31 + round) | 0
}

function exchange(count: number): void {
  for (let i = 0; i < count; i += 2) {
    check(a.send(block) === 64, 'short transfer')
    work()
    check(b.recvInto(block) === 64, 'short transfer')
    work()
  }
}

await measure(exchange, 64)
