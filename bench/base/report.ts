// The printed report of `--base`.
import { markdownTable } from 'markdown-table'
import { round } from '../report.js'
import { inUnit } from '../unit.js'
import type { Checkout } from './checkout.js'
import type { Comparison, ScenarioComparison } from './comparison.js'

const HEAD = ['scenario', 'peer', 'unit', 'this', 'base', 'ratio', 'q1', 'q3', 'verdict']
const ALIGN = ['l', 'l', 'l', 'r', 'r', 'r', 'r', 'r', 'l']

function row({ scenario, unit }: ScenarioComparison, comparison: Comparison): string[] {
  const { peer, cost, baseCost, ratio, verdict, trials, baseTrials } = comparison
  const figures = [inUnit(unit, cost.median, trials[0]!), inUnit(unit, baseCost.median, baseTrials[0]!)]
  const ratioFigures = [ratio.median, ratio.q1, ratio.q3].map((value) => value.toFixed(3))
  return [scenario, peer, unit, ...figures.map(round), ...ratioFigures, verdict]
}

const formatCheckout = ({ folder, version, commit }: Checkout): string =>
  `berkeley ${version}, ${commit ?? 'no commit'}, ${folder}`

/** The comparison of two builds: a line for each berkeley program of each scenario. */
export function formatComparisons(
  own: Checkout,
  base: Checkout,
  trials: number,
  comparisons: readonly ScenarioComparison[],
): string {
  const all = comparisons.flatMap((scenario) => scenario.peers.map((peer) => ({ scenario, peer })))
  const rows = all.flatMap(({ scenario, peer }) => ('verdict' in peer ? [row(scenario, peer)] : []))
  const absent = all.flatMap(({ scenario, peer }) => {
    if ('verdict' in peer) return []
    return [`- ${scenario.scenario}, ${peer.peer}: ${'skipped' in peer ? `skipped, ${peer.skipped}` : peer.failed}`]
  })
  return [
    `this: ${formatCheckout(own)}\nbase: ${formatCheckout(base)}`,
    `medians of ${trials} trials on each build; ratio of the costs, this to base: above 1, this build is worse`,
    rows.length > 0 ? markdownTable([HEAD, ...rows], { align: ALIGN }) : 'nothing measured',
    absent.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
