// Restarts under load, by handing the listening descriptor on to a new process each time:
//   node dist/bench/endurance/restart/restart.js [--requests 20000] [--restarts 5] [--concurrency 16]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Socket } from 'berkeley'
import { run } from '../shared/load.js'

interface Serving {
  readonly pid: number
  readonly name: string | null
  readonly address: { readonly port: number }
}

const { values } = parseArgs({
  options: { requests: { type: 'string' }, restarts: { type: 'string' }, concurrency: { type: 'string' } },
})
const requests = Number(values.requests ?? 20_000)
const restarts = Number(values.restarts ?? 5)
const deadline = performance.now() + 120_000
const every = Math.floor(requests / (restarts + 1))

// Every generation inherits one end as its standard input, and ends with the other. It is not the pipe of `spawn`, which
// closes when the first generation has exited.
const [lifeline, theirs] = Socket.pair()
const first = spawn(process.execPath, [fileURLToPath(new URL('./server.js', import.meta.url))], {
  stdio: [theirs.fd, 'pipe', 'inherit'],
})
theirs.close()
// All generations share the first one's output: it ends with the last of them.
const output = first.stdout as Readable
const ended = once(output, 'end')
const lines = createInterface({ input: output })
const generations: Serving[] = []
lines.on('line', (line) => generations.push(JSON.parse(line) as Serving))
await once(lines, 'line')

let due = 0
let asked = 0

/** Asks whoever serves now; not while its predecessor's request is still under way. */
function restartIfDue(): void {
  if (asked >= due || generations.length !== asked + 1) return
  asked++
  process.kill(generations.at(-1)!.pid, 'SIGHUP')
}

let begun = 0
let begunAtLast = Number.POSITIVE_INFINITY
lines.on('line', () => {
  restartIfDue()
  if (generations.length > restarts) begunAtLast = begun
})

/** So many requests, and some of them for the last generation, which may take its time to start. */
function isEnough(): boolean {
  return (begun >= requests && begun >= begunAtLast + every) || performance.now() > deadline
}

const { ends, ...load } = await run({
  port: generations[0]!.address.port,
  concurrency: Number(values.concurrency ?? 16),
  until: isEnough,
  onRequest: (index) => {
    begun = index + 1
    if (begun % every !== 0 || due >= restarts) return
    due++
    restartIfDue()
  },
})
lifeline.close()
await ended
const names = generations.slice(1).map(({ name }) => name)
console.log(JSON.stringify({ load, restarts: names.length, names }))
