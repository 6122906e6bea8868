// `--base`: runs the berkeley programs of a scenario on the builds of two checkouts, and compares the costs.
//
// The programs are those of this checkout in both cases; only the library differs. The builds take turns, A B A B ...,
// so a slow period of the machine affects both.
import type { Outcome, Peer, Scenario } from '../scenario.js'
import { ratios, type Spread, spread } from '../statistics.js'
import type { Trial } from '../trial.js'
import { costs, type Unit } from '../unit.js'

const MIN_TRIALS = 5

export type Verdict = 'worse' | 'better' | 'no difference' | 'too few trials'

/** A program on both builds. */
export interface Comparison {
  readonly peer: string
  readonly trials: readonly Trial[]
  readonly baseTrials: readonly Trial[]
  readonly cost: Spread
  readonly baseCost: Spread
  /** Of the costs on this build to those on the base, pair by pair. Above 1, this build is worse. */
  readonly ratio: Spread
  readonly verdict: Verdict
}

export interface ScenarioComparison {
  readonly scenario: string
  readonly unit: Unit
  readonly peers: readonly (Comparison | Exclude<Outcome, { trials: unknown }>)[]
}

/** The scenario with its berkeley programs alone, each on both builds in turn. */
export function onBothBuilds(scenario: Scenario, checkout: string, base: string): Scenario {
  const onBoth = (peer: Peer): Peer[] => [
    { ...peer, checkout },
    { ...peer, name: `${peer.name} (base)`, checkout: base },
  ]
  const peers = scenario.peers.filter(({ runtime }) => runtime === 'berkeley').flatMap(onBoth)
  return { ...scenario, peers, claims: [] }
}

/**
 * Whether the builds differ beyond the spread of the trials: both quartiles of the ratios are on the same side of 1.
 * The quartiles of fewer than five trials mean nothing.
 */
export function judge({ q1, q3 }: Spread, trials: number): Verdict {
  if (trials < MIN_TRIALS) return 'too few trials'
  if (q1 > 1) return 'worse'
  return q3 < 1 ? 'better' : 'no difference'
}

function compare(unit: Unit, own: Outcome, base: Outcome): ScenarioComparison['peers'][number] {
  if (!('trials' in own)) return own
  if (!('trials' in base)) return base
  const [ownCosts, baseCosts] = [costs(unit, own.trials), costs(unit, base.trials)]
  const ratio = ratios(ownCosts, baseCosts)
  return {
    peer: own.peer,
    trials: own.trials,
    baseTrials: base.trials,
    cost: spread(ownCosts),
    baseCost: spread(baseCosts),
    ratio,
    verdict: judge(ratio, own.trials.length),
  }
}

/** Compares the outcomes of a scenario made by `onBothBuilds`. */
export function compareBuilds({ name, unit }: Scenario, outcomes: readonly Outcome[]): ScenarioComparison {
  const pairs = Array.from({ length: outcomes.length / 2 }, (_, index) => outcomes.slice(2 * index, 2 * index + 2))
  return { scenario: name, unit, peers: pairs.map(([own, base]) => compare(unit, own!, base!)) }
}
