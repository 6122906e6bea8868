// What the trials of a scenario amount to: medians, ratios pair by pair, and whether the claims hold.
import type { Claim, Outcome, Scenario } from './scenario.js'
import { ratios, type Spread, spread } from './statistics.js'
import type { Trial } from './trial.js'
import { costs, type Unit } from './unit.js'

/** A peer that ran. Times are seconds per operation. */
export interface PeerResult {
  readonly peer: string
  readonly trials: readonly Trial[]
  readonly seconds: Spread
  readonly cpu: Spread
  /** The cost per operation that the scenario's unit measures. */
  readonly cost: Spread
  /** Of the costs to those of the scenario's reference; null if the reference has no trials. */
  readonly ratio: Spread | null
}

/** `holds`: the median of the ratios is at most `maxRatio`. Both are null if a peer of the claim has no trials. */
export interface ClaimResult extends Claim {
  readonly ratio: Spread | null
  readonly holds: boolean | null
}

export interface Result {
  readonly scenario: Omit<Scenario, 'peers' | 'claims'>
  readonly peers: readonly (PeerResult | Exclude<Outcome, { trials: unknown }>)[]
  readonly claims: readonly ClaimResult[]
}

function trialsOf(outcomes: readonly Outcome[], peer: string): readonly Trial[] | null {
  const outcome = outcomes.find((candidate) => candidate.peer === peer)
  return outcome && 'trials' in outcome ? outcome.trials : null
}

function costRatios(unit: Unit, outcomes: readonly Outcome[], peer: string, reference: string): Spread | null {
  const [trials, referenceTrials] = [trialsOf(outcomes, peer), trialsOf(outcomes, reference)]
  return trials && referenceTrials && ratios(costs(unit, trials), costs(unit, referenceTrials))
}

/** The growth of one pair relative to the growth of another pair, trial by trial. */
function growthRatios(
  outcomes: readonly Outcome[],
  claim: Claim,
  other: NonNullable<Claim['growthReference']>,
): Spread | null {
  const rows = [claim.peer, claim.reference, other.peer, other.reference].map((peer) => trialsOf(outcomes, peer))
  if (rows.includes(null)) return null
  const [after, before, otherAfter, otherBefore] = rows.map((trials) => costs('cpu µs', trials!)) as [
    number[],
    number[],
    number[],
    number[],
  ]
  const growth = (to: number[], from: number[]): number[] => to.map((cost, index) => cost / from[index]!)
  return ratios(growth(after, before), growth(otherAfter, otherBefore))
}

function checkClaim(unit: Unit, outcomes: readonly Outcome[], claim: Claim): ClaimResult {
  const ratio = claim.growthReference
    ? growthRatios(outcomes, claim, claim.growthReference)
    : costRatios(unit, outcomes, claim.peer, claim.reference)
  return { ...claim, ratio, holds: ratio && ratio.median <= claim.maxRatio }
}

/** Computes the result of a scenario from the outcomes of its peers. */
export function evaluate({ peers: _, claims, ...scenario }: Scenario, outcomes: readonly Outcome[]): Result {
  const { unit, reference } = scenario
  const peers = outcomes.map((outcome) => {
    if (!('trials' in outcome)) return outcome
    const { peer, trials } = outcome
    const spreadIn = (by: Unit) => spread(costs(by, trials))
    const ratio = costRatios(unit, outcomes, peer, reference)
    return { peer, trials, seconds: spreadIn('µs'), cpu: spreadIn('cpu µs'), cost: spreadIn(unit), ratio }
  })
  return { scenario, peers, claims: claims.map((claim) => checkClaim(unit, outcomes, claim)) }
}
