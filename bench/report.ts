// A run for people: Markdown tables that read in a terminal of 80 columns and paste into a page as they are.
import { markdownTable } from 'markdown-table'
import type { Machine } from './machine.js'
import type { Judged, Measured, Result } from './result.js'
import { besides, inUnit, type Unit } from './unit.js'

const HEAD = (unit: Unit): string[] => ['peer', unit, besides(unit), 'ratio', 'min', 'q1', 'q3', 'max']

const round = (value: number): string => value.toFixed(value < 100 ? 2 : 0)

function row(measured: Measured, unit: Unit): string[] {
  const { cost, cpu, seconds, ratio, peer, trials } = measured
  const beside = besides(unit) === 'µs' ? seconds : cpu
  const spread = ratio ? [ratio.median, ratio.min, ratio.q1, ratio.q3, ratio.max].map(round) : ['-', '-', '-', '-', '-']
  return [peer, round(inUnit(unit, cost.median, trials[0]!)), round(beside.median * 1e6), ...spread]
}

function verdict({ peer, against, grownLike: like, atMost, ratio, holds }: Judged): string {
  const said = holds === null ? 'not measured' : holds ? 'holds' : 'MISSED'
  const other = like ? `${against}, grown as ${like.peer} over ${like.against}` : against
  return `- ${peer} <= ${round(atMost)} x ${other}: ${ratio ? `${round(ratio.median)}, ` : ''}${said}`
}

function places({ cores, load }: Result['scenario'], { bound }: Machine): string {
  if (!cores) return ''
  if (!bound) return '; not bound to cores: no taskset'
  return `; peer on core ${cores.peer}, ${load ? 'load' : 'server'} on core ${cores.other}`
}

/** The machine and the versions, as the head of a report. */
export function formatMachine(machine: Machine): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.kernel}`,
    `berkeley ${machine.berkeley}, Node ${machine.node}, CPython ${machine.python ?? '-'}, ${machine.compiler ?? 'no cc'}`,
    `${machine.date}, load before: ${machine.load.toFixed(2)}`,
  ].join('\n')
}

/** One scenario: its table, who is missing from it and why, and its claims. */
export function formatResult({ scenario, peers, claims }: Result, machine: Machine): string {
  const measured = peers.filter((peer): peer is Measured => 'trials' in peer)
  const absent = peers.flatMap((peer) => ('trials' in peer ? [] : [peer]))
  const table = markdownTable([HEAD(scenario.unit), ...measured.map((peer) => row(peer, scenario.unit))], {
    align: [
      'l',
      ...HEAD(scenario.unit)
        .slice(1)
        .map(() => 'r'),
    ],
  })
  const count = measured[0]?.trials.length ?? 0
  return [
    `## ${scenario.name}`,
    `${scenario.what}\nmedian of ${count} trials; ratio to ${scenario.reference}${places(scenario, machine)}`,
    measured.length > 0 ? table : 'nothing measured',
    [
      ...absent.map((peer) => `- ${peer.peer}: ${'leftOut' in peer ? `left out, ${peer.leftOut}` : peer.failed}`),
      ...claims.map(verdict),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
