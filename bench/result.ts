// What a scenario's trials say: medians, ratios pair by pair and whether the claims hold.
import type { Claim, Outcome, Scenario } from './scenario.js'
import { ratios, type Spread, spread } from './statistics.js'
import type { Trial } from './trial.js'
import { costs, type Unit } from './unit.js'

/** A peer that ran. Times are seconds an operation. */
export interface Measured {
  readonly peer: string
  readonly trials: readonly Trial[]
  readonly seconds: Spread
  readonly cpu: Spread
  /** What the scenario's unit counts, an operation. */
  readonly cost: Spread
  /** Of the costs to those of the scenario's reference; null where that did not run. */
  readonly ratio: Spread | null
}

/** `ratio` and `holds` are null where one of the two did not run. `holds`: the median is within the limit. */
export interface Judged extends Claim {
  readonly ratio: Spread | null
  readonly holds: boolean | null
}

export interface Result {
  readonly scenario: Omit<Scenario, 'peers' | 'claims'>
  readonly peers: readonly (Measured | Exclude<Outcome, { trials: unknown }>)[]
  readonly claims: readonly Judged[]
}

function trialsOf(outcomes: readonly Outcome[], peer: string): readonly Trial[] | null {
  const outcome = outcomes.find((candidate) => candidate.peer === peer)
  return outcome && 'trials' in outcome ? outcome.trials : null
}

function compare(unit: Unit, outcomes: readonly Outcome[], peer: string, against: string): Spread | null {
  const [own, other] = [trialsOf(outcomes, peer), trialsOf(outcomes, against)]
  return own && other && ratios(costs(unit, own), costs(unit, other))
}

/** By how much more one peer has grown than the pair that it is to grow like; each trial beside its neighbours. */
function growth(outcomes: readonly Outcome[], claim: Claim, like: NonNullable<Claim['grownLike']>): Spread | null {
  const rows = [claim.peer, claim.against, like.peer, like.against].map((peer) => trialsOf(outcomes, peer))
  if (rows.includes(null)) return null
  const [own, before, other, otherBefore] = rows.map((trials) => costs('cpu µs', trials!)) as [
    number[],
    number[],
    number[],
    number[],
  ]
  const part = (values: number[], by: number[]): number[] => values.map((value, index) => value / by[index]!)
  return ratios(part(own, before), part(other, otherBefore))
}

function judge(unit: Unit, outcomes: readonly Outcome[], claim: Claim): Judged {
  const like = claim.grownLike
  const ratio = like ? growth(outcomes, claim, like) : compare(unit, outcomes, claim.peer, claim.against)
  return { ...claim, ratio, holds: ratio && ratio.median <= claim.atMost }
}

/** Works out what the outcomes of a scenario say. */
export function evaluate({ peers: _, claims, ...scenario }: Scenario, outcomes: readonly Outcome[]): Result {
  const { unit, reference } = scenario
  const peers = outcomes.map((outcome) => {
    if (!('trials' in outcome)) return outcome
    const { peer, trials } = outcome
    const told = (by: Unit) => spread(costs(by, trials))
    const ratio = compare(unit, outcomes, peer, reference)
    return { peer, trials, seconds: told('µs'), cpu: told('cpu µs'), cost: told(unit), ratio }
  })
  return { scenario, peers, claims: claims.map((claim) => judge(unit, outcomes, claim)) }
}
