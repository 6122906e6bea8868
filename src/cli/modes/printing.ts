// The calls of `berkeley modes` as they are printed, for a terminal of 80 columns.

import { duration, fitted, grouped } from '../terminal/formatting.js'
import { bold, dim, green, type LinePart, type PaintedText, print, red, yellow } from '../terminal/output.js'
import type { CallEntry, EntryOutcome } from './call-log.js'
import type { Destination } from './destination.js'
import type { Exchange } from './exchange.js'
import type { Mode } from './mode.js'

const COLOURS: Readonly<Record<EntryOutcome, (text: string) => PaintedText>> = {
  done: green,
  'in progress': yellow,
  failed: red,
}

const OUTCOME_WIDTH = 12

/** The lines of an exchange that are printed at once, and the lines at its end that are always printed. */
const FIRST_LINES = 16
const LAST_LINES = 3

/** Prints the target, before the exchanges. */
export function printHeading({ target: { host, port }, path, tls }: Destination, delayMs: number | null): void {
  print(bold(`GET ${path} HTTP/1.0 from ${host}:${port}${tls === undefined ? '' : ' over TLS'}, in every mode`))
  if (delayMs !== null) print(`The built-in server runs in a worker and replies after ${duration(delayMs)}.`)
}

/** Prints the calls of one exchange, each once it is complete; of a long exchange, the first and the last ones. */
export class CallPrinter {
  #printed = 0
  #last: CallEntry[] = []
  #omitted: CallEntry[] = []

  constructor(mode: Mode) {
    print()
    print(bold(mode.name), `: ${mode.explanation}`)
    const titles = columns('call', 'outcome'.padEnd(OUTCOME_WIDTH), 'result', 'count', 'time/call')
    print(dim(titles.join('')))
  }

  add(entry: CallEntry): void {
    if (this.#printed++ < FIRST_LINES) {
      printEntry(entry)
      return
    }
    this.#last.push(entry)
    if (this.#last.length > LAST_LINES) this.#omitted.push(this.#last.shift()!)
  }

  end(): void {
    if (this.#omitted.length > 0) {
      const calls = this.#omitted.reduce((total, { count }) => total + count, 0)
      const bytes = this.#omitted.reduce((total, entry) => total + entry.bytes, 0)
      print(dim(`  ... ${grouped(calls)} more calls, ${grouped(bytes)} bytes ...`))
    }
    for (const entry of this.#last) printEntry(entry)
  }
}

/** One line of 79 columns. The caller pads the outcome before it gets its colour. */
function columns<Outcome>(call: string, outcome: Outcome, result: string, count: string, time: string) {
  return [`  ${fitted(call, 18)} `, outcome, `${fitted(result, 25)}${count.padStart(10)}${time.padStart(11)}`] as const
}

function printEntry({ call, outcome, value, count, bytes, totalMs, pendingMs }: CallEntry): void {
  const coloured = COLOURS[outcome](outcome.padEnd(OUTCOME_WIDTH))
  const result = bytes > 0 ? `${value} ${grouped(bytes)} bytes` : value
  const times = count > 1 ? `x ${grouped(count)}` : ''
  // The mean of repetitions: their sum would look like one long wait, which did not happen.
  print(...columns(call, coloured, result, times, duration(pendingMs ?? totalMs / count)))
}

/** Prints the result of one exchange. */
export function printTotals({ ok, error, status, bytesReceived, elapsedMs, otherWork }: Exchange): void {
  const received = `${status}; ${grouped(bytesReceived)} bytes in ${duration(elapsedMs)}`
  const outcome: LinePart = ok ? received : red(error ?? '')
  print('  ', outcome)
  const { units, primes } = otherWork
  if (units > 0) print(`  other work: ${grouped(units)} numbers tested, ${grouped(primes)} primes found`)
}
