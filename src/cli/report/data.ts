// The data of a report, and its compact form in the page, where there may be many thousands of calls.

/** A call, or another named span of time. Times are milliseconds on the axis of the report. */
export interface ReportSpan {
  readonly name: string
  /** A description of the socket: `fd 21 to port 80`. Calls with the same description share a row; '' means none. */
  readonly socket?: string
  readonly start: number
  readonly duration: number
  /** A request and not a call of a thread: how much of it is waiting or working is not known. */
  readonly isRequest?: boolean
  /** How much of the duration the thread waited, and when the wait began. */
  readonly waiting?: number
  readonly waitStart?: number
  readonly bytes?: number | null
  /** `done` unless given. */
  readonly outcome?: string
  readonly error?: string | null
  readonly systemCalls?: Readonly<Record<string, number>>
}

/** A thread, or anything else that has its own rows. Overlapping spans are drawn in lanes. */
export interface ReportThread {
  readonly name: string
  readonly spans: readonly ReportSpan[]
  /** How many spans the recorder dropped. */
  readonly dropped?: number
  readonly systemCalls?: Readonly<Record<string, number>>
}

/** A group of threads on the common axis: a process, or a mode. */
export interface ReportSection {
  readonly label: string
  readonly threads: readonly ReportThread[]
}

export interface Report {
  readonly title: string
  /** Facts about the run, one a line. */
  readonly facts: readonly string[]
  /** The conclusion, which stands above the facts in a frame. */
  readonly conclusion?: string
  /** A table above the timeline. */
  readonly figures?: FigureTable | null
  readonly sections: readonly ReportSection[]
}

/** A table whose first column is the label of each row. */
export interface FigureTable {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * A span in the page. Name, socket, outcome, error and system calls are indices of `strings`. `waiting` is -1 for a
 * request, `bytes` is -1 for a call that transfers none.
 */
export type SpanRow = readonly [
  name: number,
  socket: number,
  start: number,
  duration: number,
  waitStart: number,
  waiting: number,
  bytes: number,
  outcome: number,
  error: number,
  systemCalls: number,
]

interface PageThread {
  readonly name: string
  readonly dropped: number
  readonly systemCalls: string
  readonly spans: readonly SpanRow[]
}

/** The JSON in the page. */
export interface PageData {
  readonly facts: readonly string[]
  /** '' for none. */
  readonly conclusion: string
  readonly figures: FigureTable | null
  readonly strings: readonly string[]
  readonly sections: readonly { readonly label: string; readonly threads: readonly PageThread[] }[]
}

/** `{ recv: 2, poll: 1 }` as `recv × 2, poll × 1`. */
function countsAsText(counts: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} × ${count}`)
    .join(', ')
}

/** Rounds to a tenth of a microsecond, the precision of the page. */
function rounded(ms: number): number {
  return Math.round(ms * 1e4) / 1e4
}

/** A list that holds each string once. */
class StringTable {
  readonly strings: string[] = []
  readonly #indices = new Map<string, number>()

  indexOf(text: string): number {
    const known = this.#indices.get(text)
    if (known !== undefined) return known
    this.#indices.set(text, this.strings.length)
    return this.strings.push(text) - 1
  }
}

function rowOf(span: ReportSpan, table: StringTable): SpanRow {
  const {
    name,
    isRequest = false,
    socket = '',
    start,
    duration,
    waiting = 0,
    waitStart = start,
    bytes,
    outcome = 'done',
    error,
  } = span
  return [
    table.indexOf(name),
    table.indexOf(socket),
    rounded(start),
    rounded(duration),
    rounded(waiting === 0 ? start : waitStart),
    isRequest ? -1 : rounded(waiting),
    bytes ?? -1,
    table.indexOf(outcome),
    table.indexOf(error ?? ''),
    table.indexOf(countsAsText(span.systemCalls)),
  ]
}

/** Converts a report to the form in the page. */
export function pageData({ facts, conclusion = '', figures = null, sections }: Report): PageData {
  const table = new StringTable()
  const pageThread = ({ name, spans, dropped = 0, systemCalls }: ReportThread): PageThread => ({
    name,
    dropped,
    systemCalls: countsAsText(systemCalls),
    spans: spans.map((span) => rowOf(span, table)).sort((one, other) => one[2] - other[2]),
  })
  const pageSections = sections.map(({ label, threads }) => ({ label, threads: threads.map(pageThread) }))
  return { facts, conclusion, figures, strings: table.strings, sections: pageSections }
}
