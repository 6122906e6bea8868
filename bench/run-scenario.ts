// Runs a scenario's peers in turn, A B C A B C ..., for the requested number of rounds.
import { runTrial } from './run-trial.js'
import type { Outcome, Peer, Scenario } from './scenario.js'
import { MissingTool, type Toolchain } from './toolchain.js'
import type { Trial } from './trial.js'

export interface Plan {
  readonly trials: number
  /** The fraction of each scenario's operations to perform. */
  readonly scale: number
}

/** Called before each round with its number, from 1. */
export type OnRound = (round: number) => void

function withoutTrials(peer: Peer, error: unknown): Outcome {
  if (error instanceof MissingTool) return { peer: peer.name, skipped: error.message }
  return { peer: peer.name, failed: error instanceof Error ? error.message : String(error) }
}

/** The outcomes in the order of the peers. A peer that fails once is not run again, and its trials are dropped. */
export async function runScenario(
  tools: Toolchain,
  scenario: Scenario,
  { trials, scale }: Plan,
  onRound: OnRound,
): Promise<Outcome[]> {
  const rows = scenario.peers.map((peer) => ({ peer, trials: [] as Trial[], error: undefined as Outcome | undefined }))
  for (let round = 1; round <= trials; round++) {
    onRound(round)
    for (const row of rows) {
      if (row.error) continue
      try {
        row.trials.push(await runTrial(tools, scenario, row.peer, scale))
      } catch (error) {
        row.error = withoutTrials(row.peer, error)
      }
    }
  }
  return rows.map(({ peer, trials, error }) => error ?? { peer: peer.name, trials })
}
