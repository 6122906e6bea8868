// Clients that reset, half-close, stall, flood, never read and send urgent data, in TypeScript and in Python, against
// every kind of server, whose handlers close, reset, pause, throw and reject anywhere. It fails unless as many connections
// have closed as have opened, no event followed a close, and descriptors, threads and memory are back to where they were
// after the first part of the connections:
//   node dist/bench/endurance/chaos/chaos.js [--connections 200000] [--concurrency 32] [--seed 1]

import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { JsonLines } from '../shared/json-lines.js'
import { randomFrom } from '../shared/random.js'
import { type Outcomes, runClients, speaksTls } from './clients.js'
import type { Greeting, ServerReport } from './server.js'

/** The part of the connections that compiles code and fills pools. */
const WARM_UP_FRACTION = 1 / 4
const MAX_REACHABLE_GROWTH_BYTES = 2 * 2 ** 20
const MAX_RESIDENT_GROWTH_BYTES = 32 * 2 ** 20
/** With fewer, malloc's pools still fill. */
const MIN_CONNECTIONS_FOR_RESIDENT = 100_000
const PYTHON_CLIENTS = fileURLToPath(new URL('../../../../bench/endurance/chaos/clients.py', import.meta.url))

const { values } = parseArgs({
  options: { connections: { type: 'string' }, concurrency: { type: 'string' }, seed: { type: 'string' } },
})
const connections = Number(values.connections ?? 200_000)
const concurrency = Number(values.concurrency ?? 32)
const seed = Number(values.seed ?? 1)
const random = randomFrom(seed)
const hasPython = spawnSync('python3', ['--version']).status === 0

const server = new JsonLines(
  spawn(process.execPath, [fileURLToPath(new URL('./server.js', import.meta.url)), String(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  }),
)

/** The clients of Python speak no TLS. */
function plainPorts(ports: Readonly<Record<string, number>>): number[] {
  return Object.entries(ports).flatMap(([server, port]) => (speaksTls(server) ? [] : [port]))
}

async function runPython(ports: readonly number[], count: number, part: number): Promise<Outcomes> {
  const args = [count, concurrency, seed + part, ...ports].map(String)
  const child = spawn('python3', ['-B', PYTHON_CLIENTS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output: Buffer[] = []
  for await (const chunk of child.stdout) output.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(output).toString()) as Outcomes
}

const outcomes: Outcomes = {}

/** Makes connections, one half of them from Python where that is installed, and returns the server's report. */
async function runPart({ ports, ca }: Greeting, count: number, part: number): Promise<ServerReport> {
  const foreign = hasPython ? Math.floor(count / 2) : 0
  const results = await Promise.all([
    runClients({ ports, ca }, count - foreign, concurrency, random),
    foreign === 0 ? {} : runPython(plainPorts(ports), foreign, part),
  ])
  for (const [outcome, times] of results.flatMap((result) => Object.entries(result)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + times
  return server.ask<ServerReport>('report')
}

function problemsOf(first: ServerReport, last: ServerReport): string[] {
  const problems: string[] = []
  for (const [kind, opened] of Object.entries(last.opened)) {
    if (last.closed[kind] !== opened) problems.push(`${kind}: ${opened} opened, ${last.closed[kind]} closed`)
    if (opened === 0) problems.push(`${kind}: no connection`)
  }
  if (last.unclosed !== 0) problems.push(`${last.unclosed} accepted sockets are not closed`)
  for (const figure of ['descriptors', 'threads'] as const)
    if (last[figure] !== first[figure]) problems.push(`${first[figure]} to ${last[figure]} ${figure}`)
  if (last.reachable - first.reachable > MAX_REACHABLE_GROWTH_BYTES) problems.push('reachable memory has grown')
  // How much V8 reserves depends on when it collected garbage last.
  const growth = last.resident - last.heap - (first.resident - first.heap)
  const hasGrown = growth > MAX_RESIDENT_GROWTH_BYTES
  if (hasGrown && connections >= MIN_CONNECTIONS_FOR_RESIDENT)
    problems.push('resident memory outside of V8’s heap has grown')
  for (const [fault, count] of Object.entries({ ...last.faults, ...outcomes }))
    if (fault !== 'as expected') problems.push(`${count} x ${fault}`)
  return problems
}

const greeting = await server.next<Greeting>()
const start = performance.now()
const warmUp = Math.floor(connections * WARM_UP_FRACTION)
const first = await runPart(greeting, warmUp, 0)
const last = await runPart(greeting, connections - warmUp, 1)
const seconds = Math.round((performance.now() - start) / 1000)
server.end()
const problems = problemsOf(first, last)
console.log(JSON.stringify({ connections, seconds, seed, hasPython, outcomes, first, last, problems }, null, 2))
process.exitCode = problems.length === 0 ? 0 : 1
