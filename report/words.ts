// Numbers and spans in words.

import type { Bar } from './bars.js'
import type { Span } from './model.js'

/** A time in three digits or so. */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  if (size === 0) return '0'
  if (size < 0.00995) return `${(ms * 1000).toFixed(1)} µs`
  if (size < 0.9995) return `${(ms * 1000).toFixed(0)} µs`
  if (size < 999.5) return `${ms.toPrecision(3)} ms`
  return `${(ms / 1000).toFixed(2)} s`
}

/** A place on the time axis, with as many digits as tell it from its neighbours `step` away. */
export function moment(ms: number, step: number): string {
  const [value, unit, size] = step >= 500 ? [ms / 1000, 's', step / 1000] : [ms, 'ms', step]
  const digits = Math.min(Math.max(Math.ceil(-Math.log10(size)), 0), 4)
  return `${value.toFixed(digits)} ${unit}`
}

export function grouped(number: number): string {
  return number.toLocaleString('en')
}

/** `timed out`, `failed: ECONNREFUSED`. */
export function outcomeOf({ outcome, error }: Span): string {
  return error === '' ? outcome : `${outcome}: ${error}`
}

/** What is known of a span, a fact at a time: its name first. */
export function factsOf(span: Span): (readonly [name: string, value: string])[] {
  const length = span.end - span.start
  const moved: [string, string][] = span.bytes < 0 ? [] : [['bytes', grouped(span.bytes)]]
  const waited = span.waiting > 0 ? `, since ${duration(span.waitStart - span.start)} after the start` : ''
  const time: [string, string][] = span.plain
    ? []
    : [
        ['waiting', duration(span.waiting) + waited],
        ['working', duration(Math.max(length - span.waiting, 0))],
        ['system calls', span.systemCalls || 'none'],
      ]
  return [
    [span.plain ? 'what' : 'call', span.name],
    ['outcome', outcomeOf(span)],
    ['thread', [span.section, span.thread].filter((part) => part !== '').join(', ')],
    ['socket', span.socket || 'none'],
    ['start', `${span.start.toFixed(4)} ms`],
    ['duration', duration(length)],
    ...moved,
    ...time,
  ]
}

/** What is known of many spans that are drawn as one. */
export function factsOfMany({ span, count, start, end, waiting, busy, trouble }: Bar): (readonly [string, string])[] {
  const noun = span.plain ? 'requests' : 'calls'
  const time: [string, string][] = [
    ['waiting', duration(waiting)],
    ['working', duration(busy - waiting)],
    ['failed, timed out or unfinished', grouped(trouble)],
  ]
  return [
    [noun, `${grouped(count)}: zoom in to see them one by one`],
    ['thread', [span.section, span.thread].filter((part) => part !== '').join(', ')],
    ['from', `${start.toFixed(4)} ms, for ${duration(end - start)}`],
    ...(span.plain ? [] : time),
  ]
}
