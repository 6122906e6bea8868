// A hundred thousand calls a second or so, with a program's other work between them: recorded or not.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure, must, variant } from '../shared/measure.js'

// The rounds of other work that take, on a machine of 2025, about 8 µs.
const OTHER_WORK = 1500

// Recording into a file is begun by the environment, before the library is loaded.
const folder = variant === 'file' ? mkdtempSync(join(tmpdir(), 'berkeley-bench-')) : undefined
if (folder !== undefined) process.env['BERKELEY_TRACE'] = folder
const { Socket, trace } = await import('berkeley')
if (variant === 'memory') trace()
process.once('exit', () => folder !== undefined && rmSync(folder, { recursive: true }))

const [a, b] = Socket.pair()
const block = Buffer.alloc(64)
let sink = 0

function work(): void {
  for (let round = 0; round < OTHER_WORK; round++) sink = (sink * 31 + round) | 0
}

function exchange(count: number): void {
  for (let i = 0; i < count; i += 2) {
    must(a.send(block) === 64, 'short')
    work()
    must(b.recvInto(block) === 64, 'short')
    work()
  }
}

await measure(exchange, 64)
