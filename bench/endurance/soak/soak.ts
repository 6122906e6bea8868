// Rounds of clients that abort, reset, read slowly and close halves, against servers of handlers and of awaits, while two
// connections flood a third; between rounds, with all clients gone, what both processes hold:
//   node dist/bench/endurance/soak/soak.js [--minutes 10] [--seed 1] [--concurrency 64]

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { slope } from '../../statistics.js'
import { behaviours, type Random } from './clients.js'
import { type Held, held } from './sample.js'
import type { Ports, ServerSample } from './server.js'

const ROUND_MS = 5000
// Code is compiled and pools are filled in the first of them.
const WARM_SHARE = 1 / 4
const MOST_DELAY_MS = 20
// Of what is resident after the warm part: less than that in all the rest is noise of the allocator.
const MOST_GROWTH = 0.05

interface Round {
  readonly minute: number
  readonly server: ServerSample
  readonly clients: Held
}

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, concurrency: { type: 'string' } },
})
const minutes = Number(values.minutes ?? 10)
const concurrency = Number(values.concurrency ?? 64)

/** Always the same numbers: a linear congruential generator. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const random = randomFrom(Number(values.seed ?? 1))
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const path = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

const server = spawn(process.execPath, [path('server')], { stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()

async function answer<Answer>(): Promise<Answer> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error('the server ended')
  return JSON.parse(value) as Answer
}

const counts: Record<string, number> = {}
const failures: Record<string, number> = {}

async function behave(port: number): Promise<void> {
  const [name, behaviour] = pick(Object.entries(behaviours))
  counts[name] = (counts[name] ?? 0) + 1
  try {
    await behaviour(port, random)
  } catch (error) {
    const what = `${name}: ${(error as Error).message}`
    failures[what] = (failures[what] ?? 0) + 1
  }
}

async function round({ handlers, awaits }: Ports): Promise<void> {
  const end = performance.now() + ROUND_MS
  const client = async (): Promise<void> => {
    while (performance.now() < end) await behave(pick([handlers, awaits]))
  }
  await Promise.all(Array.from({ length: concurrency }, client))
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

function tell({ minute, server, clients }: Round): void {
  const holds = ({ descriptors, resident, reachable }: Held): string =>
    `${descriptors} descriptors, ${mib(resident)} MiB resident, ${mib(reachable)} reachable`
  console.log(
    `${minute.toFixed(1)} min: server ${holds(server)}, p99 of delay ${server.delayP99Ms.toFixed(1)} ms, ` +
      `${mib(server.flooded)} MiB flooded; clients ${holds(clients)}`,
  )
}

/** What grew, if anything did; bytes a minute beside it. */
function growth(name: string, rounds: readonly Round[], side: (round: Round) => Held): string[] {
  const first = side(rounds[0]!)
  const last = side(rounds.at(-1)!)
  const minute = (figure: 'resident' | 'reachable'): number =>
    slope(rounds.map((round) => [round.minute, side(round)[figure]]))
  const span = rounds.at(-1)!.minute - rounds[0]!.minute
  const found =
    last.descriptors === first.descriptors ? [] : [`${name}: ${first.descriptors} to ${last.descriptors} descriptors`]
  for (const figure of ['resident', 'reachable'] as const) {
    const perMinute = minute(figure)
    console.log(`${name}: ${figure} grows by ${(perMinute / 1024).toFixed(1)} KiB a minute`)
    if (perMinute * span > MOST_GROWTH * first.resident) found.push(`${name}: ${figure} is not flat`)
  }
  return found
}

function judge(rounds: readonly Round[]): string[] {
  const warm = rounds.slice(Math.floor(rounds.length * WARM_SHARE))
  const delay = Math.max(...warm.map(({ server }) => server.delayP99Ms))
  return [
    ...growth('server', warm, ({ server }) => server),
    ...growth('clients', warm, ({ clients }) => clients),
    ...(delay < MOST_DELAY_MS ? [] : [`p99 of the event loop's delay: ${delay.toFixed(1)} ms`]),
    ...warm.filter(({ server }) => server.connections > 0).map(({ minute }) => `connections left in minute ${minute}`),
    ...Object.entries(failures).map(([what, count]) => `${count} x ${what}`),
  ]
}

const ports = await answer<Ports>()
const flood = spawn(process.execPath, [path('flood'), String(ports.flood)], { stdio: 'inherit' })
const began = performance.now()
const minute = (): number => (performance.now() - began) / 60_000
const rounds: Round[] = []
do {
  await round(ports)
  server.stdin.write('sample\n')
  rounds.push({ server: await answer<ServerSample>(), clients: await held(), minute: minute() })
  tell(rounds.at(-1)!)
} while (minute() < minutes)
flood.kill()
server.stdin.end()
console.log(JSON.stringify(counts))
const found = judge(rounds)
console.log(found.length === 0 ? 'flat' : found.join('\n'))
process.exitCode = found.length === 0 ? 0 : 1
