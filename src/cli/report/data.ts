// What a report shows, and how it is written into the page: as few bytes as many thousand calls allow.

/** A call, or any span of time that has a name. Times are milliseconds on the axis of the report. */
export interface ReportSpan {
  readonly name: string
  /** On what, in words: `fd 21 to port 80`. Calls with the same words are in one row; '' is none. */
  readonly socket?: string
  readonly start: number
  readonly duration: number
  /** It is no call of a thread: nothing of it is known to be waiting or working. */
  readonly plain?: boolean
  /** Of the duration: how long the thread stood still, and since when. */
  readonly waiting?: number
  readonly waitStart?: number
  readonly bytes?: number | null
  /** `done` unless given. */
  readonly outcome?: string
  readonly error?: string | null
  readonly systemCalls?: Readonly<Record<string, number>>
}

/** A thread, or anything else that has rows of its own. Spans that overlap are drawn one above the other. */
export interface ReportThread {
  readonly name: string
  readonly spans: readonly ReportSpan[]
  /** How many spans were not kept. */
  readonly dropped?: number
  readonly systemCalls?: Readonly<Record<string, number>>
}

/** What stands beside others on the same axis: a process, or a way to wait. */
export interface ReportSection {
  readonly label: string
  readonly threads: readonly ReportThread[]
}

export interface Report {
  readonly title: string
  /** What was run, when and where: a line each. */
  readonly facts: readonly string[]
  /** A table to stand before all else. */
  readonly figures?: FigureTable | null
  readonly sections: readonly ReportSection[]
}

/** Its first column names what is in a row. */
export interface FigureTable {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A span in the page: name, socket, outcome, error and system calls are indices of `strings`; waiting -1 is plain. */
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

export interface PageThread {
  readonly name: string
  readonly dropped: number
  readonly systemCalls: string
  readonly spans: readonly SpanRow[]
}

/** The JSON in the page. */
export interface PageData {
  readonly facts: readonly string[]
  readonly figures: FigureTable | null
  readonly strings: readonly string[]
  readonly sections: readonly { readonly label: string; readonly threads: readonly PageThread[] }[]
}

/** `{ recv: 2, poll: 1 }` as `recv × 2, poll × 1`. */
function countsInWords(counts: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} × ${count}`)
    .join(', ')
}

/** A tenth of a microsecond is as much as anybody can tell. */
function rounded(ms: number): number {
  return Math.round(ms * 1e4) / 1e4
}

/** Every string once. */
class Strings {
  readonly all: string[] = []
  readonly #places = new Map<string, number>()

  place(text: string): number {
    const known = this.#places.get(text)
    if (known !== undefined) return known
    this.#places.set(text, this.all.length)
    return this.all.push(text) - 1
  }
}

function rowOf(span: ReportSpan, strings: Strings): SpanRow {
  const {
    name,
    plain = false,
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
    strings.place(name),
    strings.place(socket),
    rounded(start),
    rounded(duration),
    rounded(waiting === 0 ? start : waitStart),
    plain ? -1 : rounded(waiting),
    bytes ?? -1,
    strings.place(outcome),
    strings.place(error ?? ''),
    strings.place(countsInWords(span.systemCalls)),
  ]
}

/** A report as the page reads it. */
export function pageData({ facts, figures = null, sections }: Report): PageData {
  const strings = new Strings()
  const pageThread = ({ name, spans, dropped = 0, systemCalls }: ReportThread): PageThread => ({
    name,
    dropped,
    systemCalls: countsInWords(systemCalls),
    spans: spans.map((span) => rowOf(span, strings)).sort((one, other) => one[2] - other[2]),
  })
  const pageSections = sections.map(({ label, threads }) => ({ label, threads: threads.map(pageThread) }))
  return { facts, figures, strings: strings.all, sections: pageSections }
}
