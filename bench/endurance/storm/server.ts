// The server of storm.ts: a process with few descriptors, which a line on its standard input takes away for a moment.

import { closeSync, openSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { serveBlocking } from 'berkeley'
import { FINISHED, STARTED } from '../shared/echo-handler.js'

const THREADS = 4
const HOLD_MS = 40

const counters = new SharedArrayBuffer(8)
const errors: Record<string, number> = {}
let exhausted = 0
let recovered = 0
let ready = 0
let opened = 0
let taking = Promise.resolve()

const server = serveBlocking(
  { host: '127.0.0.1', port: 0, threads: THREADS },
  new URL('../shared/echo-handler.js', import.meta.url),
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
  lines.on('line', () => {
    taking = taking.then(takeDescriptors)
  })
  lines.on('close', report)
}

/** Takes every descriptor, those too that a served connection frees, and gives them back a moment later. */
async function takeDescriptors(): Promise<void> {
  const taken: number[] = []
  let end = performance.now() + HOLD_MS
  while (performance.now() < end) {
    const fd = openAny()
    if (fd >= 0) taken.push(fd)
    else await new Promise((resolve) => setImmediate(resolve))
    // The first time, until an accept has met it.
    if (exhausted === 0) end = performance.now() + HOLD_MS
  }
  for (const fd of taken) closeSync(fd)
}

function openAny(): number {
  try {
    return openSync('/dev/null', 'r')
  } catch {
    return -1
  }
}

async function report(): Promise<void> {
  await taking
  // The input's own descriptor has gone.
  const leaked = openDescriptors() - opened
  await server.close({ drainMs: 1000 })
  const counts = new Int32Array(counters)
  const [started, finished] = [counts[STARTED], counts[FINISHED]]
  console.log(JSON.stringify({ started, finished, leaked, exhausted, recovered, errors }))
}
