// How a comparison looks on a terminal of 80 columns: a column for each way, a line for each figure.

import { bold, counted, dim, duration, grouped, mebibytes, print, red, wrapped } from '../../terminal/output.js'
import { endOf, type Figures, type Outcome } from '../measurement/result.js'
import { endpointOf, type Workload } from '../workload/workload.js'
import type { Comparison } from './comparison.js'
import { recommend } from './recommendation.js'

const WIDTH = 80
const TITLE = 20
const COLUMN = 10

/** A line of the table. */
type Line = readonly [title: string, cell: (figures: Figures, outcome: Outcome) => string]

/** What is not known. */
const UNKNOWN = 'n/a'

function perSecond({ requestsPerSecond }: Figures): string {
  return requestsPerSecond < 99.95 ? requestsPerSecond.toFixed(1) : grouped(Math.round(requestsPerSecond))
}

const LINES: readonly Line[] = [
  ['total time', ({ totalMs }) => duration(totalMs)],
  ['requests', ({ requests }) => grouped(requests)],
  ['requests/s', perSecond],
  ['latency p50', ({ latencyMs }) => duration(latencyMs.p50)],
  ['        p90', ({ latencyMs }) => duration(latencyMs.p90)],
  ['        p99', ({ latencyMs }) => duration(latencyMs.p99)],
  ['        max', ({ latencyMs }) => duration(latencyMs.max)],
  ['CPU time', ({ cpuMs }) => duration(cpuMs)],
  ['peak memory', ({ peakMemoryBytes }) => mebibytes(peakMemoryBytes)],
  ['JavaScript threads', ({ threads }) => String(threads.javaScript)],
  ['system calls/req.', (_, { systemCalls }) => systemCalls?.perRequest.toFixed(1) ?? UNKNOWN],
  ['main thread stuck', () => ''],
  ['   longest', ({ mainThread }) => duration(mainThread.longestMs)],
  ['   in all', ({ mainThread }) => duration(mainThread.totalMs)],
  ['start-up, apart', ({ startUpMs }) => duration(startUpMs)],
]

/** What is going to be done. */
export function headingOf({ workload, ownServer, thinkMs }: Omit<Comparison, 'outcomes' | 'interrupted'>): string[] {
  const { protocol, target, connections } = workload
  return [
    `${protocol} with ${endpointOf(target)}: ${counted(connections, 'connection')}, ${extent(workload)}`,
    ...(ownServer === null ? [] : [`The server is our own, in another process; ${delays(ownServer)}.`]),
    ...(thinkMs === 0 ? [] : [`After each reply the thread computes for ${duration(thinkMs)}.`]),
  ]
}

/** Says what is going to be done. */
export function printHeading(facts: Omit<Comparison, 'outcomes' | 'interrupted'>): void {
  const [first, ...rest] = headingOf(facts)
  print(bold(first!))
  for (const line of rest) print(line)
}

function extent({ requests, durationMs }: Workload): string {
  const time = durationMs === null ? '' : `${duration(durationMs)} long`
  if (requests === null) return time
  return `${counted(requests, 'request')} in each${time === '' ? '' : `, at most ${time}`}`
}

function delays({ latencyMs, jitterMs }: NonNullable<Comparison['ownServer']>): string {
  if (latencyMs + jitterMs === 0) return 'it answers at once'
  const longest = jitterMs === 0 ? '' : ` to ${duration(latencyMs + jitterMs)}`
  return `it answers after ${duration(latencyMs)}${longest}`
}

/** The figures beside each other, what went wrong, and the conclusion. */
export function printComparison(comparison: Comparison): void {
  const { outcomes, notCounted } = comparison
  printFigures(outcomes.filter(({ figures }) => figures !== undefined))
  for (const outcome of outcomes) if (outcome.state !== 'done') printWrapped(endOf(outcome), red)
  if (notCounted !== undefined) printWrapped(`System calls were not counted: ${notCounted}.`, dim)
  print()
  for (const sentence of recommend(comparison).sentences) printWrapped(sentence)
}

/** A row for each figure: its whole name, and what it is in each way. */
export function figureRows(outcomes: readonly Outcome[]): string[][] {
  let heading = ''
  return LINES.flatMap(([title, cell]) => {
    const part = title.trimStart()
    if (part === title) heading = title.replace(/ p50$/, '')
    const cells = outcomes.map((outcome) => cell(outcome.figures!, outcome))
    return cells.every((text) => text === '') ? [] : [[part === title ? title : `${heading} ${part}`, ...cells]]
  })
}

function printFigures(outcomes: readonly Outcome[]): void {
  print()
  if (outcomes.length === 0) return
  print(
    bold(
      row(
        '',
        outcomes.map(({ way }) => way),
      ),
    ),
  )
  for (const [title, cell] of LINES)
    print(
      row(
        title,
        outcomes.map((outcome) => cell(outcome.figures!, outcome)),
      ),
    )
}

function row(title: string, cells: readonly string[]): string {
  return `${title.padEnd(TITLE)}${cells.map((cell) => cell.padStart(COLUMN)).join('')}`.trimEnd()
}

function printWrapped(text: string, paint = (line: string): string => line): void {
  for (const line of wrapped(text, WIDTH)) print(paint(line))
}
