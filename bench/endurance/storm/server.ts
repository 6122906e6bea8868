// The server of storm.ts: a process with few descriptors. A line of standard input makes it exhaust them for a moment.
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
let descriptorsAtStart = 0
let exhausting = Promise.resolve()

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
  if (++ready === THREADS) start()
})

function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

function start(): void {
  // Counted after the first output, when standard input and output have their descriptors.
  console.log(JSON.stringify(server.address))
  const lines = createInterface({ input: process.stdin })
  descriptorsAtStart = countDescriptors()
  lines.on('line', () => {
    exhausting = exhausting.then(exhaustDescriptors)
  })
  lines.on('close', report)
}

/** Opens descriptors until none is left, including those that closed connections free. Closes them after HOLD_MS. */
async function exhaustDescriptors(): Promise<void> {
  const held: number[] = []
  let end = performance.now() + HOLD_MS
  while (performance.now() < end) {
    const fd = openAny()
    if (fd >= 0) held.push(fd)
    else await new Promise((resolve) => setImmediate(resolve))
    // The first time, the descriptors are held until accept has failed for lack of them.
    if (exhausted === 0) end = performance.now() + HOLD_MS
  }
  for (const fd of held) closeSync(fd)
}

function openAny(): number {
  try {
    return openSync('/dev/null', 'r')
  } catch {
    return -1
  }
}

async function report(): Promise<void> {
  await exhausting
  // Standard input has ended, and its descriptor is closed.
  const leaked = countDescriptors() - descriptorsAtStart
  await server.close({ drainMs: 1000 })
  const counts = new Int32Array(counters)
  const [started, finished] = [counts[STARTED], counts[FINISHED]]
  console.log(JSON.stringify({ started, finished, leaked, exhausted, recovered, errors }))
}
