// The end of `berkeley modes`: the exchanges side by side, and where to go next.

import { duration, grouped } from '../terminal/formatting.js'
import { bold, dim, green, type LinePart, print, red } from '../terminal/output.js'
import type { Exchange } from './exchange.js'

interface Column {
  readonly title: string
  readonly width: number
  text(row: Exchange): string
  /** Where one cell is the best: the figure of a row, of which the smallest is best. */
  cost?(row: Exchange): number
}

const NAME_WIDTH = 13

const COLUMNS: readonly Column[] = [
  { title: 'calls', width: 10, text: ({ callsMade }) => grouped(callsMade), cost: ({ callsMade }) => callsMade },
  { title: 'in progress', width: 14, text: ({ callsInProgress }) => grouped(callsInProgress) },
  {
    title: 'longest call',
    width: 15,
    text: ({ longestCallMs }) => duration(longestCallMs),
    cost: ({ longestCallMs }) => longestCallMs,
  },
  {
    title: 'other work',
    width: 14,
    text: ({ otherWork }) => grouped(otherWork.units),
    cost: ({ otherWork }) => -otherWork.units,
  },
  { title: 'total', width: 12, text: ({ ok, elapsedMs }) => (ok ? duration(elapsedMs) : 'failed') },
]

/** Prints the exchanges side by side. */
export function printSummary(exchanges: readonly Exchange[]): void {
  const succeeded = exchanges.filter(({ ok }) => ok)
  const best = COLUMNS.map(({ cost }) => (cost === undefined ? Number.NaN : Math.min(...succeeded.map(cost))))
  print()
  print(bold(`${'mode'.padEnd(NAME_WIDTH)}${COLUMNS.map(({ title, width }) => title.padStart(width)).join('')}`))
  for (const row of exchanges) print(row.mode.padEnd(NAME_WIDTH), ...cellsOf(row, best))
  if (succeeded.length > 0) print(dim('* best of its column. While a call runs, the thread does nothing else.'))
}

/** The best cell of a column is green and has a star, a failure is red and says so: neither is shown by colour alone. */
function cellsOf(row: Exchange, best: readonly number[]): LinePart[] {
  return COLUMNS.map(({ width, text, cost }, index) => {
    if (!row.ok) return red(text(row).padStart(width))
    const isBest = cost?.(row) === best[index]
    return isBest ? green(`*${text(row)}`.padStart(width)) : text(row).padStart(width)
  })
}

/** Prints what to do next, in three lines. */
export function printNextSteps(): void {
  print()
  print(bold('Next: '), 'npx berkeley compare           measure a workload like yours in every mode')
  print('      npx berkeley trace program.js  draw a timeline of every call of a program')
  print('      docs/guide/getting-started.md  in the package: a client and a server')
}
