// The printed form of a comparison, for a terminal of 80 columns: a column for each mode, a line for each figure.

import { printable } from '../../terminal/escaping.js'
import { counted, duration, grouped, mebibytes, wrapped } from '../../terminal/formatting.js'
import { bold, dim, green, type LinePart, print, red } from '../../terminal/output.js'
import { describeState, type Figures, type ModeResult } from '../measurement/result.js'
import { endpointOf, type Workload } from '../workload/workload.js'
import type { Comparison, ComparisonSetup } from './comparison.js'
import { choiceOf, recommend } from './recommendation.js'

const TERMINAL_WIDTH = 80
const TITLE_WIDTH = 20
const COLUMN_WIDTH = 10

type FigureLine = readonly [
  title: string,
  cell: (figures: Figures, result: ModeResult) => string,
  /** What is best where it is smallest. */
  cost?: (figures: Figures, result: ModeResult) => number | undefined,
]

const UNKNOWN = 'n/a'

function perSecond({ requestsPerSecond }: Figures): string {
  return requestsPerSecond < 99.95 ? requestsPerSecond.toFixed(1) : grouped(Math.round(requestsPerSecond))
}

/** An indented title belongs to the title above it. */
const LINES: readonly FigureLine[] = [
  ['total time', ({ totalMs }) => duration(totalMs)],
  ['requests', ({ requests }) => grouped(requests)],
  ['requests/s', perSecond, ({ requestsPerSecond }) => -requestsPerSecond],
  ['latency p50', ({ latencyMs }) => duration(latencyMs.p50), ({ latencyMs }) => latencyMs.p50],
  ['        p90', ({ latencyMs }) => duration(latencyMs.p90)],
  ['        p99', ({ latencyMs }) => duration(latencyMs.p99), ({ latencyMs }) => latencyMs.p99],
  ['        max', ({ latencyMs }) => duration(latencyMs.max)],
  ['CPU time', ({ cpuMs }) => duration(cpuMs), ({ cpuMs, requests }) => cpuMs / requests],
  ['peak memory', ({ peakMemoryBytes }) => mebibytes(peakMemoryBytes), ({ peakMemoryBytes }) => peakMemoryBytes],
  ['JavaScript threads', ({ threads }) => String(threads.javaScript)],
  [
    'system calls/req.',
    (_, { systemCalls }) => systemCalls?.perRequest.toFixed(1) ?? UNKNOWN,
    (_, { systemCalls }) => systemCalls?.perRequest,
  ],
  ['main thread blocked', () => ''],
  ['   longest', ({ mainThread }) => duration(mainThread.longestMs), ({ mainThread }) => mainThread.longestMs],
  ['   in total', ({ mainThread }) => duration(mainThread.totalMs), ({ mainThread }) => mainThread.totalMs],
  ['start-up (excluded)', ({ startUpMs }) => duration(startUpMs)],
]

/** Describes the workload, one fact a line. */
export function headingOf({ workload, builtInServer, thinkMs }: ComparisonSetup): string[] {
  const { protocol, target, connections } = workload
  return [
    `${protocol} to ${endpointOf(target)}: ${counted(connections, 'connection')}, ${describeExtent(workload)}`,
    ...(builtInServer === null ? [] : [`The built-in server, in another process, ${describeDelay(builtInServer)}.`]),
    ...(thinkMs === 0 ? [] : [`After each reply the thread computes for ${duration(thinkMs)}.`]),
  ]
}

/** Prints the workload, before it runs. */
export function printHeading(setup: ComparisonSetup): void {
  const [first, ...rest] = headingOf(setup)
  print(bold(first!))
  for (const line of rest) print(line)
}

function describeExtent({ connections, requests, durationMs }: Workload): string {
  if (requests === null) return `for ${duration(durationMs!)}`
  const each = connections === 1 ? counted(requests, 'request') : `${counted(requests, 'request')} each`
  return durationMs === null ? each : `${each}, for at most ${duration(durationMs)}`
}

function describeDelay({ latencyMs, jitterMs }: NonNullable<Comparison['builtInServer']>): string {
  if (latencyMs + jitterMs === 0) return 'replies at once'
  const longest = jitterMs === 0 ? '' : ` to ${duration(latencyMs + jitterMs)}`
  return `replies after ${duration(latencyMs)}${longest}`
}

/** Prints the figures side by side, the modes that did not finish, and the recommendation. */
export function printComparison(comparison: Comparison): void {
  const { results, notCounted } = comparison
  printFigures(results.filter(({ figures }) => figures !== undefined))
  for (const result of results) if (result.state !== 'done') printWrapped(describeState(result), red)
  if (notCounted !== undefined) printWrapped(`System calls were not counted: ${notCounted}.`, dim)
  print()
  const recommendation = recommend(comparison)
  const choice = choiceOf(recommendation)
  for (const sentence of recommendation.sentences) printWrapped(sentence, sentence === choice ? green : undefined)
}

/** The lines of the table with complete titles, and without lines that only hold a title. */
export function figureRows(results: readonly ModeResult[]): string[][] {
  let heading = ''
  return LINES.flatMap(([title, cell]) => {
    const part = title.trimStart()
    if (part === title) heading = title.replace(/ p50$/, '')
    const cells = results.map((result) => cell(result.figures!, result))
    return cells.every((text) => text === '') ? [] : [[part === title ? title : `${heading} ${part}`, ...cells]]
  })
}

function printFigures(results: readonly ModeResult[]): void {
  print()
  if (results.length === 0) return
  const names = results.map(({ mode }) => mode)
  print(bold(row('', names)))
  for (const [title, cell, cost] of LINES) {
    const cells = results.map((result) => cell(result.figures!, result))
    print(title.padEnd(TITLE_WIDTH), ...marked(cells, cost === undefined ? [] : costsOf(results, cost)))
  }
  if (results.length > 1) print(dim('* best of its line'))
}

function costsOf(results: readonly ModeResult[], cost: NonNullable<FigureLine[2]>): number[] {
  return results.map((result) => cost(result.figures!, result) ?? Number.POSITIVE_INFINITY)
}

/** The best of several cells has a star, so that its colour is not the only sign. Equal texts are equally good. */
function marked(cells: readonly string[], costs: readonly number[]): LinePart[] {
  const lowest = Math.min(...costs)
  const best = Number.isFinite(lowest) ? cells[costs.indexOf(lowest)] : undefined
  const isRace = new Set(cells).size > 1
  return cells.map((cell) =>
    isRace && cell === best ? green(`*${cell}`.padStart(COLUMN_WIDTH)) : cell.padStart(COLUMN_WIDTH),
  )
}

function row(title: string, cells: readonly string[]): string {
  return `${title.padEnd(TITLE_WIDTH)}${cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join('')}`.trimEnd()
}

function printWrapped(text: string, paint = (line: string): LinePart => line): void {
  for (const line of wrapped(printable(text), TERMINAL_WIDTH)) print(paint(line))
}
