// What is drawn of a row: a bar for each span, and one for many that are too short to be seen one by one. So the chart
// has never more to draw than it has pixels, however many calls there are.

import { isTrouble, type Span } from './model.js'
import type { Row } from './rows.js'

export interface Bar {
  readonly lane: number
  readonly start: number
  end: number
  waiting: number
  busy: number
  /** The first, or the only one. */
  readonly span: Span
  count: number
  trouble: number
}

export interface Range {
  readonly from: number
  readonly to: number
}

// Pixels: what is shorter is drawn together with its neighbours, if they are no further away than the gap.
const SHORT = 3
const GAP = 1

/** The bars of the part of a row that is in range; `width`: how many pixels the range has. */
export function barsOf({ spans, lanes }: Row, { from, to }: Range, width: number): Bar[] {
  const pixel = (to - from) / Math.max(width, 1)
  const bars: Bar[] = []
  const last = new Map<number, Bar>()
  for (const span of spans) {
    if (span.end < from) continue
    if (span.start > to) break
    const lane = lanes.get(span) ?? 0
    const before = last.get(lane)
    if (before !== undefined && joins(before, span, pixel)) extend(before, span)
    else {
      const bar = barOf(span, lane)
      last.set(lane, bar)
      bars.push(bar)
    }
  }
  return bars
}

function joins(before: Bar, { start, end }: Span, pixel: number): boolean {
  if (start - before.end > GAP * pixel || end - start > SHORT * pixel) return false
  return before.count > 1 || before.end - before.start <= SHORT * pixel
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
