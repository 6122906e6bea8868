// The server of storm.ts: a process with few descriptors, which a line on its standard input takes away for a moment.

import { closeSync, openSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { serveBlocking } from '../../src/index.js'
import { FINISHED, STARTED } from './echo-handler.js'

const THREADS = 4
const HOLD_MS = 15

const counters = new SharedArrayBuffer(8)
const errors: Record<string, number> = {}
let exhausted = 0
let recovered = 0
let ready = 0
let opened = 0

const server = serveBlocking(
  { host: '127.0.0.1', port: 0, threads: THREADS },
  new URL('./echo-handler.js', import.meta.url),
  { context: counters },
)
server.on('error', (error: NodeJS.ErrnoException) => {
  const code = error.code ?? error.message
  errors[code] = (errors[code] ?? 0) + 1
})
server.on('exhausted', () => exhausted++)
server.on('recovered', () => recovered++)
server.on('ready', () => {
  if (++ready === THREADS) begin()
})

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

function begin(): void {
  // Counted after the first line: standard input and output have their descriptors then.
  console.log(JSON.stringify(server.address))
  const lines = createInterface({ input: process.stdin })
  opened = openDescriptors()
  lines.on('line', takeDescriptors)
  lines.on('close', report)
}

/** Opens files until there are no descriptors left, and gives them back a moment later. */
function takeDescriptors(): void {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    setTimeout(() => taken.forEach((fd) => void closeSync(fd)), HOLD_MS)
  }
}

async function report(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2 * HOLD_MS))
  // The input's own descriptor has gone.
  const leaked = openDescriptors() - opened
  await server.close({ drainMs: 1000 })
  const counts = new Int32Array(counters)
  const [started, finished] = [counts[STARTED], counts[FINISHED]]
  console.log(JSON.stringify({ started, finished, leaked, exhausted, recovered, errors }))
}
