// Rounds of clients that abort, reset, read slowly and half-close, against a server with handlers and one with async
// loops, while two connections flood a third. Between rounds, after all clients have disconnected, it prints the
// descriptors, the threads and the memory of both processes. At the end it fails if any of them has grown:
//   node dist/bench/endurance/soak/soak.js [--minutes 10] [--seed 1] [--concurrency 64] [--rate CONNECTIONS_PER_SECOND]
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { slope } from '../../statistics.js'
import { JsonLines } from '../shared/json-lines.js'
import { pick, randomFrom } from '../shared/random.js'
import { type ResourceSample, sampleResources } from '../shared/sample.js'
import { behaviours } from './clients.js'
import type { Ports, ServerSample } from './server.js'

const ROUND_MS = 5000
// The first rounds compile code and fill pools. They are not judged.
const WARM_UP_FRACTION = 1 / 3
// How much later timers of the server may run than those of an idle process, whose delay the machine causes: a process that
// has used its share of a processor waits longer for the next.
const MAX_DELAY_MS = 20
const MAX_CONTROL_DELAYS = 4
// The slope of memory is judged where the rest of the run is long enough.
const MIN_MINUTES_FOR_SLOPE = 19
const MAX_GROWTH_PER_MINUTE = 20 * 1024
// In shorter runs: relative to the resident memory after the warm-up. Less growth is noise of the allocator.
const MAX_GROWTH_FRACTION = 0.05

interface Round {
  readonly minute: number
  readonly server: ServerSample
  readonly clients: ResourceSample
  /** How late timers of an idle process ran. */
  readonly controlP99Ms: number
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    concurrency: { type: 'string' },
    rate: { type: 'string' },
  },
})
const minutes = Number(values.minutes ?? 10)
const concurrency = Number(values.concurrency ?? 64)
const msPerConnection = 1000 / Number(values.rate ?? Number.POSITIVE_INFINITY)

const random = randomFrom(Number(values.seed ?? 1))
const path = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

const start = (name: string): JsonLines =>
  new JsonLines(spawn(process.execPath, [path(name)], { stdio: ['pipe', 'pipe', 'inherit'] }))
const server = start('server')
const control = start('control')

const counts: Record<string, number> = {}
const failures: Record<string, number> = {}

async function runBehaviour(port: number): Promise<void> {
  const [name, behaviour] = pick(random, Object.entries(behaviours))
  counts[name] = (counts[name] ?? 0) + 1
  try {
    await behaviour(port, random)
  } catch (error) {
    const what = `${name}: ${(error as Error).message}`
    failures[what] = (failures[what] ?? 0) + 1
  }
}

async function runRound({ handlers, awaits }: Ports): Promise<void> {
  let nextAt = performance.now()
  const end = nextAt + ROUND_MS
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const wait = nextAt - performance.now()
      nextAt += msPerConnection
      if (wait > 0) await delay(wait)
      await runBehaviour(pick(random, [handlers, awaits]))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

function print({ minute, server, clients, controlP99Ms }: Round): void {
  const format = ({ descriptors, threads, resident, heap, reachable }: ResourceSample): string =>
    `${descriptors} descriptors, ${threads} threads, ` +
    `${mib(resident)} MiB resident, ${mib(heap)} of V8's heap, ${mib(reachable)} reachable`
  console.log(
    `${minute.toFixed(1)} min: server ${format(server)}, ` +
      `p99 of delay ${server.delayP99Ms.toFixed(1)} ms (of an idle process ${controlP99Ms.toFixed(1)} ms), ` +
      `${mib(server.flooded)} MiB flooded; clients ${format(clients)}`,
  )
}

/** Prints the growth of memory per minute after the warm-up, and returns a message for each resource that grew. */
function findGrowth(name: string, rounds: readonly Round[], side: (round: Round) => ResourceSample): string[] {
  const slopePerMinute = (figure: 'resident' | 'heap' | 'reachable'): number =>
    slope(rounds.map((round) => [round.minute, side(round)[figure]]))
  const minutesJudged = rounds.at(-1)!.minute - rounds[0]!.minute
  const maxPerMinute =
    minutesJudged > MIN_MINUTES_FOR_SLOPE
      ? MAX_GROWTH_PER_MINUTE
      : (MAX_GROWTH_FRACTION * side(rounds[0]!).resident) / minutesJudged
  const found: string[] = []
  for (const figure of ['descriptors', 'threads'] as const) {
    const counts = new Set(rounds.map((round) => side(round)[figure]))
    if (counts.size > 1) found.push(`${name}: ${[...counts].join(', ')} ${figure}`)
  }
  for (const figure of ['resident', 'heap', 'reachable'] as const) {
    const perMinute = slopePerMinute(figure)
    console.log(`${name}: ${figure} grows by ${(perMinute / 1024).toFixed(1)} KiB per minute`)
    if (perMinute > maxPerMinute) found.push(`${name}: ${figure} has grown`)
  }
  return found
}

/** By how much the server's timers ran later than they may, in the worst round; the median is printed. */
function excessDelay(rounds: readonly Round[]): number {
  const median = (values: readonly number[]): string => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(1)
  const [own, control] = [rounds.map(({ server }) => server.delayP99Ms), rounds.map(({ controlP99Ms }) => controlP99Ms)]
  console.log(`p99 of the event loop's delay: median ${median(own)} ms, of an idle process ${median(control)} ms`)
  return Math.max(...own.map((delay, index) => delay - MAX_DELAY_MS - MAX_CONTROL_DELAYS * control[index]!))
}

function findProblems(rounds: readonly Round[]): string[] {
  const warm = rounds.slice(Math.floor(rounds.length * WARM_UP_FRACTION))
  const excess = excessDelay(warm)
  return [
    ...findGrowth('server', warm, ({ server }) => server),
    ...findGrowth('clients', warm, ({ clients }) => clients),
    ...(excess <= 0 ? [] : [`p99 of the event loop's delay: ${excess.toFixed(1)} ms more than the machine explains`]),
    ...warm
      .filter(({ server }) => server.connections > 0)
      .map(({ minute }) => `connections still open in minute ${minute}`),
    ...Object.entries(failures).map(([what, count]) => `${count} x ${what}`),
  ]
}

const ports = await server.next<Ports>()
const flood = spawn(process.execPath, [path('flood'), String(ports.flood)], { stdio: 'inherit' })
const startedAt = performance.now()
const minute = (): number => (performance.now() - startedAt) / 60_000
const rounds: Round[] = []
do {
  await runRound(ports)
  // First what is measured only: a sample of resources collects garbage.
  const { delayP99Ms: controlP99Ms } = await control.ask<{ delayP99Ms: number }>('sample')
  const sample = await server.ask<ServerSample>('sample')
  rounds.push({ server: sample, clients: await sampleResources(), controlP99Ms, minute: minute() })
  print(rounds.at(-1)!)
} while (minute() < minutes)
flood.kill()
server.end()
control.end()
console.log(JSON.stringify(counts))
const problems = findProblems(rounds)
console.log(problems.length === 0 ? 'flat' : problems.join('\n'))
process.exitCode = problems.length === 0 ? 0 : 1
