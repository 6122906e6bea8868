// The results that `--save` keeps in bench/results: a file of JSON for each run, from which scripts/bench-charts.mjs makes the
// guide's page. A file has the summary of each peer and not every trial, and nothing that identifies the machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Machine } from './machine.js'
import type { PeerResult, Result } from './result.js'
import type { Plan } from './run-scenario.js'
import { root } from './toolchain.js'
import { inUnit } from './unit.js'

interface Run {
  readonly machine: Machine
  readonly plan: Plan
  readonly note: string | null
  readonly results: readonly Result[]
}

const DIGITS = 4
const rounded = (value: number): number => Number(value.toPrecision(DIGITS))
const roundedSpread = (spread: object): object =>
  Object.fromEntries(Object.entries(spread).map(([name, value]) => [name, rounded(value)]))

/** The value in the scenario's unit, the times of an operation in µs, and the ratio of the costs to the reference. */
function summary({ peer, trials, cost, cpu, seconds, ratio }: PeerResult, { unit }: Result['scenario']): object {
  return {
    peer,
    value: rounded(inUnit(unit, cost.median, trials[0]!)),
    micros: rounded(seconds.median * 1e6),
    cpuMicros: rounded(cpu.median * 1e6),
    ratio: ratio && roundedSpread(ratio),
  }
}

/** What is kept of a result: of a peer without trials, why there are none. */
function kept({ scenario, peers, claims }: Result): object {
  const { name, description, unit, reference } = scenario
  return {
    name,
    description,
    unit,
    reference,
    peers: peers.map((peer) => ('trials' in peer ? summary(peer, scenario) : peer)),
    missedClaims: claims.filter(({ holds }) => holds === false).map(({ peer, maxRatio }) => ({ peer, maxRatio })),
  }
}

/** Writes the file of a run, and returns its path in the repository. */
export function saveResults({ machine, plan, note, results }: Run): string {
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${machine.date.slice(0, 19).replaceAll(':', '')}.json`)
  const text = JSON.stringify({ machine, plan, note, results: results.map(kept) }, null, 2)
  // The message of a peer that failed may have a path.
  writeFileSync(file, `${text.replaceAll(root, '.').replaceAll(tmpdir(), 'tmp')}\n`)
  return relative(root, file)
}
