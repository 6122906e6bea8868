// Text for numbers, spans and bars.

import type { Bar } from './bars.js'
import type { Span } from './model.js'

/** A duration in about three digits. */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  if (size === 0) return '0'
  if (size < 0.00995) return `${(ms * 1000).toFixed(1)} µs`
  if (size < 0.9995) return `${(ms * 1000).toFixed(0)} µs`
  if (size < 999.5) return `${ms.toPrecision(3)} ms`
  return `${(ms / 1000).toFixed(2)} s`
}

/** A time on the axis, with enough digits to distinguish it from another time `stepMs` away. */
export function axisTime(ms: number, stepMs: number): string {
  const [value, unit, step] = stepMs >= 500 ? [ms / 1000, 's', stepMs / 1000] : [ms, 'ms', stepMs]
  const digits = Math.min(Math.max(Math.ceil(-Math.log10(step)), 0), 4)
  return `${value.toFixed(digits)} ${unit}`
}

export function grouped(number: number): string {
  return number.toLocaleString('en')
}

/** `timed out`, `failed: ECONNREFUSED`. */
export function describeOutcome({ outcome, error }: Span): string {
  return error === '' ? outcome : `${outcome}: ${error}`
}

type Fact = readonly [name: string, value: string]

function threadOf({ section, thread }: Span): string {
  return [section, thread].filter((part) => part !== '').join(', ')
}

/** The facts about a span; its name is the first. */
export function factsOfSpan(span: Span): Fact[] {
  const lengthMs = span.end - span.start
  const bytes: Fact[] = span.bytes < 0 ? [] : [['bytes', grouped(span.bytes)]]
  const waitBegin = span.waiting > 0 ? `, from ${duration(span.waitStart - span.start)} after the start` : ''
  const time: Fact[] = span.isRequest
    ? []
    : [
        ['waiting', duration(span.waiting) + waitBegin],
        ['working', duration(Math.max(lengthMs - span.waiting, 0))],
        ['system calls', span.systemCalls || 'none'],
      ]
  return [
    [span.isRequest ? 'span' : 'call', span.name],
    ['outcome', describeOutcome(span)],
    ['thread', threadOf(span)],
    ['socket', span.socket || 'none'],
    ['start', `${span.start.toFixed(4)} ms`],
    ['duration', duration(lengthMs)],
    ...bytes,
    ...time,
  ]
}

/** The facts about several spans that are drawn as one bar. */
export function factsOfBar({ span, count, start, end, waiting, busy, trouble }: Bar): Fact[] {
  const noun = span.isRequest ? 'requests' : 'calls'
  const time: Fact[] = [
    ['waiting', duration(waiting)],
    ['working', duration(busy - waiting)],
    ['failed, timed out, interrupted or unfinished', grouped(trouble)],
  ]
  return [
    [noun, `${grouped(count)}: zoom in to see them one by one`],
    ['thread', threadOf(span)],
    ['from', `${start.toFixed(4)} ms, for ${duration(end - start)}`],
    ...(span.isRequest ? [] : time),
  ]
}
