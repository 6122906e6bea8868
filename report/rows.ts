// Rows of the timeline: a thread's or a socket's spans; those that overlap are put into lanes.

import type { Span, Thread } from './model.js'

export interface Row {
  readonly section: string
  readonly label: string
  /** The first of its section: it names that too. */
  readonly leads: boolean
  /** In the order in which they start, all lanes together. */
  readonly spans: readonly Span[]
  readonly lanes: ReadonlyMap<Span, number>
  readonly laneCount: number
}

export type Grouping = 'threads' | 'sockets'

/** The rows for these spans, section by section; a row without a span is left out. */
export function rowsOf(threads: readonly Thread[], grouping: Grouping, wanted: (span: Span) => boolean): Row[] {
  const rows: Row[] = []
  for (const thread of threads) {
    for (const [label, spans] of groups(thread, grouping, wanted)) {
      const leads = rows.at(-1)?.section !== thread.section
      rows.push({ section: thread.section, label, leads, spans, ...lanesOf(spans) })
    }
  }
  return rows
}

function groups(thread: Thread, grouping: Grouping, wanted: (span: Span) => boolean): Iterable<[string, Span[]]> {
  const found = new Map<string, Span[]>()
  for (const span of thread.spans) {
    if (!wanted(span)) continue
    const label = grouping === 'threads' ? thread.name : `${thread.name}, ${span.socket || 'no socket'}`
    const group = found.get(label)
    if (group === undefined) found.set(label, [span])
    else group.push(span)
  }
  return found
}

// More lanes than this cannot be told from each other in the height of a row.
const MOST_LANES = 10

/** Each span's lane: the first that is free when it starts; where there are too many, some share one. */
function lanesOf(spans: readonly Span[]): Pick<Row, 'lanes' | 'laneCount'> {
  const lanes = new Map<Span, number>()
  const ends: number[] = []
  for (const span of spans) {
    const free = ends.findIndex((end) => end <= span.start)
    const lane = free < 0 ? ends.length : free
    ends[lane] = span.end
    if (lane > 0) lanes.set(span, lane)
  }
  const laneCount = Math.max(Math.min(ends.length, MOST_LANES), 1)
  for (const [span, lane] of lanes) lanes.set(span, Math.floor((lane * laneCount) / ends.length))
  return { lanes, laneCount }
}
