// The printed reports: Markdown tables that can be pasted into a page unchanged.
import { markdownTable } from 'markdown-table'
import type { Machine } from './machine.js'
import type { ClaimResult, PeerResult, Result } from './result.js'
import { inUnit, secondaryUnit, type Unit } from './unit.js'

const HEAD = (unit: Unit): string[] => ['peer', unit, secondaryUnit(unit), 'ratio', 'min', 'q1', 'q3', 'max']

/** A figure of a table. */
export const round = (value: number): string => value.toFixed(value < 100 ? 2 : 0)

function row({ cost, cpu, seconds, ratio, peer, trials }: PeerResult, unit: Unit): string[] {
  const secondary = secondaryUnit(unit) === 'µs' ? seconds : cpu
  const spread = ratio ? [ratio.median, ratio.min, ratio.q1, ratio.q3, ratio.max].map(round) : ['-', '-', '-', '-', '-']
  return [peer, round(inUnit(unit, cost.median, trials[0]!)), round(secondary.median * 1e6), ...spread]
}

function formatClaim({ peer, reference, growthReference: other, maxRatio, ratio, holds }: ClaimResult): string {
  const limit = `${round(maxRatio)} x ${reference}`
  const scaled = other ? `${limit} x (${other.peer} / ${other.reference})` : limit
  const verdict = holds === null ? 'not measured' : holds ? 'holds' : 'MISSED'
  return `- ${peer} <= ${scaled}: ${ratio ? `${round(ratio.median)}, ` : ''}${verdict}`
}

function formatCores({ cores, load }: Result['scenario'], { bound }: Machine): string {
  if (!cores) return ''
  if (!bound) return '; not bound to cores: no taskset'
  return `; peer on core ${cores.peer}, ${load ? 'load' : 'server'} on core ${cores.other}`
}

/** The versions of the runtimes that are there, and of the compiler. */
export function formatVersions({ node, python, uvloop, bun, deno, compiler }: Machine): string {
  const versions = { Node: node, CPython: python, uvloop, Bun: bun, Deno: deno }
  const present = Object.entries(versions).filter(([, version]) => version !== null)
  return [...present.map(([name, version]) => `${name} ${version}`), compiler ?? 'no cc'].join(', ')
}

/** The machine and the versions, as the head of a report. */
export function formatMachine(machine: Machine): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.kernel}`,
    `berkeley ${machine.berkeley}, ${formatVersions(machine)}`,
    `${machine.date}, load before: ${machine.load.toFixed(2)}`,
  ].join('\n')
}

/** One scenario: its table, the peers without trials and why, and its claims. */
export function formatResult({ scenario, peers, claims }: Result, machine: Machine): string {
  const measured = peers.filter((peer): peer is PeerResult => 'trials' in peer)
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
    `${scenario.description}\nmedian of ${count} trials; ratio to ${scenario.reference}${formatCores(scenario, machine)}`,
    measured.length > 0 ? table : 'nothing measured',
    [
      ...absent.map((peer) => `- ${peer.peer}: ${'skipped' in peer ? `skipped, ${peer.skipped}` : peer.failed}`),
      ...claims.map(formatClaim),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
