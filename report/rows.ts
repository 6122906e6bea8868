// The rows of the timeline: the spans of a thread or of a socket. Overlapping spans are put into lanes.

import type { Span, Thread } from './model.js'

export interface TimelineRow {
  readonly section: string
  readonly label: string
  /** Whether it is the first row of its section, so that its label includes the section's name. */
  readonly isFirst: boolean
  /** The spans of all lanes, by start. */
  readonly spans: readonly Span[]
  readonly lanes: ReadonlyMap<Span, number>
  readonly laneCount: number
}

export type Grouping = 'threads' | 'sockets'

/** The rows of the spans that match, section by section; a row without spans is left out. */
export function rowsOf(
  threads: readonly Thread[],
  grouping: Grouping,
  matches: (span: Span) => boolean,
): TimelineRow[] {
  const rows: TimelineRow[] = []
  for (const thread of threads) {
    // The name of a section's only thread would be the same in each of its rows.
    const isAlone = threads.filter(({ section }) => section === thread.section).length === 1
    for (const [group, spans] of groupsOf(thread, grouping, matches)) {
      const label = grouping === 'threads' || isAlone ? group : `${thread.name}, ${group}`
      const isFirst = rows.at(-1)?.section !== thread.section
      rows.push({ section: thread.section, label, isFirst, spans, ...lanesOf(spans) })
    }
  }
  return rows
}

function groupsOf(thread: Thread, grouping: Grouping, matches: (span: Span) => boolean): Iterable<[string, Span[]]> {
  const groups = new Map<string, Span[]>()
  for (const span of thread.spans) {
    if (!matches(span)) continue
    const label = grouping === 'threads' ? thread.name : span.socket || 'no socket'
    const group = groups.get(label)
    if (group === undefined) groups.set(label, [span])
    else group.push(span)
  }
  return groups
}

// More lanes could not be distinguished within the height of a row.
const MAX_LANES = 10

/** Puts each span into the first lane that is free when it starts. If there are too many lanes, spans share lanes. */
function lanesOf(spans: readonly Span[]): Pick<TimelineRow, 'lanes' | 'laneCount'> {
  const lanes = new Map<Span, number>()
  const ends: number[] = []
  for (const span of spans) {
    const free = ends.findIndex((end) => end <= span.start)
    const lane = free < 0 ? ends.length : free
    ends[lane] = span.end
    if (lane > 0) lanes.set(span, lane)
  }
  const laneCount = Math.max(Math.min(ends.length, MAX_LANES), 1)
  for (const [span, lane] of lanes) lanes.set(span, Math.floor((lane * laneCount) / ends.length))
  return { lanes, laneCount }
}
