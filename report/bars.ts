// The bars of a row: one bar for each span, and one for several spans that are too short to be seen one by one. So the
// chart never draws more bars than it has pixels, whatever the number of calls.

import { isTrouble, type Span } from './model.js'
import type { TimelineRow } from './rows.js'

export interface Bar {
  readonly lane: number
  readonly start: number
  end: number
  waiting: number
  busy: number
  /** The first span of the bar, or the only one. */
  readonly span: Span
  count: number
  trouble: number
}

/** A part of the time axis, in milliseconds. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

// A shorter span is joined with its neighbour in the lane if the gap between them is small enough.
const MIN_BAR_PIXELS = 3
const MAX_GAP_PIXELS = 1

/** The bars of the spans of a row that are in range; `width` is the width of the range in pixels. */
export function barsOf({ spans, lanes }: TimelineRow, { from, to }: TimeRange, width: number): Bar[] {
  const msPerPixel = (to - from) / Math.max(width, 1)
  const bars: Bar[] = []
  const lastBars = new Map<number, Bar>()
  for (const span of spans) {
    if (span.end < from) continue
    if (span.start > to) break
    const lane = lanes.get(span) ?? 0
    const last = lastBars.get(lane)
    if (last !== undefined && joins(last, span, msPerPixel)) extend(last, span)
    else {
      const bar = barOf(span, lane)
      lastBars.set(lane, bar)
      bars.push(bar)
    }
  }
  return bars
}

function joins(last: Bar, { start, end }: Span, msPerPixel: number): boolean {
  const maxMs = MIN_BAR_PIXELS * msPerPixel
  if (start - last.end > MAX_GAP_PIXELS * msPerPixel || end - start > maxMs) return false
  return last.count > 1 || last.end - last.start <= maxMs
}

function extend(bar: Bar, span: Span): void {
  bar.end = Math.max(bar.end, span.end)
  bar.waiting += span.waiting
  bar.busy += span.end - span.start
  bar.count++
  if (isTrouble(span)) bar.trouble++
}

function barOf(span: Span, lane: number): Bar {
  const { start, end, waiting } = span
  return { lane, start, end, waiting, busy: end - start, span, count: 1, trouble: isTrouble(span) ? 1 : 0 }
}
