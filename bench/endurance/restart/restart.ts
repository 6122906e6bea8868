// Restarts under load: each time, the listening descriptor is handed over to a new process:
//   node dist/bench/endurance/restart/restart.js [--requests 20000] [--restarts 5] [--concurrency 16]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Socket } from 'berkeley'
import { runLoad } from '../shared/load.js'

/** The line that a server prints once it is ready. */
interface Generation {
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
const requestsPerRestart = Math.floor(requests / (restarts + 1))

// Every generation inherits one end of this pair as its standard input, and exits when the other end is closed. The
// pipe of `spawn` would not do: it is closed when the first generation exits.
const [lifeline, inherited] = Socket.pair()
const first = spawn(process.execPath, [fileURLToPath(new URL('./server.js', import.meta.url))], {
  stdio: [inherited.fd, 'pipe', 'inherit'],
})
inherited.close()
// All generations share the standard output of the first one: it ends when the last of them exits.
const output = first.stdout as Readable
const ended = once(output, 'end')
const lines = createInterface({ input: output })
const generations: Generation[] = []
lines.on('line', (line) => generations.push(JSON.parse(line) as Generation))
await once(lines, 'line')

let restartsDue = 0
let restartsRequested = 0

/** Signals the newest generation, unless a restart is still in progress. */
function restartIfDue(): void {
  if (restartsRequested >= restartsDue || generations.length !== restartsRequested + 1) return
  restartsRequested++
  process.kill(generations.at(-1)!.pid, 'SIGHUP')
}

let started = 0
let startedAtLast = Number.POSITIVE_INFINITY
lines.on('line', () => {
  restartIfDue()
  if (generations.length > restarts) startedAtLast = started
})

/** The last generation may start late. The load goes on until it has served its share. */
function isComplete(): boolean {
  return (started >= requests && started >= startedAtLast + requestsPerRestart) || performance.now() > deadline
}

const { endTimes: _, ...load } = await runLoad({
  port: generations[0]!.address.port,
  concurrency: Number(values.concurrency ?? 16),
  until: isComplete,
  onRequest: (index) => {
    started = index + 1
    if (started % requestsPerRestart !== 0 || restartsDue >= restarts) return
    restartsDue++
    restartIfDue()
  },
})
lifeline.close()
await ended
const names = generations.slice(1).map(({ name }) => name)
console.log(JSON.stringify({ load, restarts: names.length, names }))
