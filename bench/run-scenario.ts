// Measures a scenario: its peers in turn, A B C A B C ..., as many rounds as asked for.
import { runTrial } from './run-trial.js'
import type { Outcome, Peer, Scenario } from './scenario.js'
import { Missing, type Toolchain } from './toolchain.js'
import type { Trial } from './trial.js'

export interface Plan {
  readonly trials: number
  /** The part of each scenario's operations to make. */
  readonly scale: number
}

/** Told before each round: its number, from 1. */
export type Progress = (round: number) => void

function why(peer: Peer, error: unknown): Outcome {
  if (error instanceof Missing) return { peer: peer.name, leftOut: error.message }
  return { peer: peer.name, failed: error instanceof Error ? error.message : String(error) }
}

/** All outcomes in the scenario's order. A peer that breaks once is not tried again, and its trials are dropped. */
export async function runScenario(
  tools: Toolchain,
  scenario: Scenario,
  { trials, scale }: Plan,
  progress: Progress,
): Promise<Outcome[]> {
  const rows = scenario.peers.map((peer) => ({ peer, made: [] as Trial[], broken: undefined as Outcome | undefined }))
  for (let round = 1; round <= trials; round++) {
    progress(round)
    for (const row of rows) {
      if (row.broken) continue
      try {
        row.made.push(await runTrial(tools, scenario, row.peer, scale))
      } catch (error) {
        row.broken = why(row.peer, error)
      }
    }
  }
  return rows.map(({ peer, made, broken }) => broken ?? { peer: peer.name, trials: made })
}
