// How `berkeley modes` looks on a terminal of 80 columns.

import type { HostInput } from '../../index.js'
import { bold, dim, duration, fitted, green, grouped, print, red, yellow } from '../terminal/output.js'
import type { CallEntry, Outcome } from './call-log.js'
import type { Exchange } from './exchange.js'
import type { Style } from './synchronous-modes.js'

const COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  done: green,
  'in progress': yellow,
  failed: red,
}

const OUTCOME = 12

/** How many lines of one exchange are shown as they come, and how many of its last. */
const FIRST = 16
const LAST = 3

/** Says what is going to happen. */
export function printHeading({ host, port }: HostInput, delayMs: number | null): void {
  print(bold(`GET / HTTP/1.0 from ${host}:${port}, in every synchronous way to wait`))
  if (delayMs !== null) print(`The server is our own, in a worker; it thinks for ${duration(delayMs)}.`)
}

/** The calls of one exchange, each as soon as it is complete; of a long exchange, the first and the last ones. */
export class CallReport {
  #shown = 0
  #held: CallEntry[] = []
  #left: CallEntry[] = []

  constructor(style: Style) {
    print(`\n${bold(style.name)}: ${style.explanation}`)
    print(dim(columns('call', 'outcome'.padEnd(OUTCOME), 'what came back', '', 'stood still')))
  }

  add(entry: CallEntry): void {
    if (this.#shown++ < FIRST) {
      printEntry(entry)
      return
    }
    this.#held.push(entry)
    if (this.#held.length > LAST) this.#left.push(this.#held.shift()!)
  }

  end(): void {
    if (this.#left.length > 0) {
      const calls = this.#left.reduce((total, { count }) => total + count, 0)
      const bytes = this.#left.reduce((total, entry) => total + entry.bytes, 0)
      print(dim(`  ... ${grouped(calls)} more calls, which moved ${grouped(bytes)} bytes ...`))
    }
    for (const entry of this.#held) printEntry(entry)
  }
}

/** One line of 79 columns; the outcome is padded already, as it may be coloured. */
function columns(call: string, outcome: string, came: string, times: string, stoodStill: string): string {
  return `  ${fitted(call, 18)} ${outcome}${fitted(came, 25)}${times.padStart(10)}${stoodStill.padStart(11)}`
}

function printEntry({ call, outcome, value, count, bytes, stoodStillMs }: CallEntry): void {
  const coloured = COLOURS[outcome](outcome.padEnd(OUTCOME))
  const came = bytes > 0 ? `${value} ${grouped(bytes)} bytes` : value
  const times = count > 1 ? `x ${grouped(count)}` : ''
  // Of repetitions, each: their sum would look like one long standstill, which is what did not happen.
  print(columns(call, coloured, came, times, duration(stoodStillMs / count)))
}

/** What one exchange came to. */
export function printTotals({ ok, error, status, bytesReceived, elapsedMs, otherWork }: Exchange): void {
  const outcome = ok ? `${status}; ${grouped(bytesReceived)} bytes in ${duration(elapsedMs)}` : red(error ?? '')
  print(`  ${outcome}`)
  const { units, primes } = otherWork
  if (units > 0) print(`  meanwhile: ${grouped(primes)} primes found among ${grouped(units)} numbers`)
}

const COLUMNS: readonly (readonly [title: string, width: number, cell: (row: Exchange) => string])[] = [
  ['calls', 10, ({ callsMade }) => grouped(callsMade)],
  ['in progress', 13, ({ callsInProgress }) => grouped(callsInProgress)],
  ['longest standstill', 20, ({ longestMs }) => duration(longestMs)],
  ['other work', 12, ({ otherWork }) => grouped(otherWork.units)],
  ['total', 11, ({ ok, elapsedMs }) => (ok ? duration(elapsedMs) : 'failed')],
]

/** The exchanges beside each other. */
export function printSummary(exchanges: readonly Exchange[]): void {
  print()
  print(bold(`${'style'.padEnd(13)}${COLUMNS.map(([title, width]) => title.padStart(width)).join('')}`))
  for (const row of exchanges) {
    const cells = COLUMNS.map(([, width, cell]) => cell(row).padStart(width)).join('')
    print(row.ok ? `${row.style.padEnd(13)}${cells}` : red(`${row.style.padEnd(13)}${cells}`))
  }
}
