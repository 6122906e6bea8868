// The tables: the spans of the timeline as text.

import { element, table } from './elements.js'
import { describeOutcome, duration, grouped } from './formatting.js'
import type { Model, Span, Thread } from './model.js'

const MAX_TABLE_ROWS = 20

const lengthOf = ({ start, end }: Span): number => end - start
const sum = (spans: readonly Span[], read: (span: Span) => number): number =>
  spans.reduce((total, span) => total + read(span), 0)
const threadLabel = ({ section, name }: { section: string; name: string }): string =>
  section === '' ? name : `${section}, ${name}`

function showButton(span: Span, show: (span: Span) => void): HTMLElement {
  const button = element('button', { type: 'button', title: 'Show it in the timeline' }, span.name)
  button.addEventListener('click', () => show(span))
  return button
}

function noCalls(): HTMLElement {
  return element('p', { class: 'hint' }, 'No call matches the filters.')
}

/** The longest calls. */
export function slowestTable(calls: readonly Span[], show: (span: Span) => void): HTMLElement {
  if (calls.length === 0) return noCalls()
  const slowest = [...calls].sort((one, other) => lengthOf(other) - lengthOf(one)).slice(0, MAX_TABLE_ROWS)
  const rows = slowest.map((span) => [
    showButton(span, show),
    threadLabel({ section: span.section, name: span.thread }),
    span.socket,
    `${span.start.toFixed(1)} ms`,
    duration(lengthOf(span)),
    duration(span.waiting),
    duration(Math.max(lengthOf(span) - span.waiting, 0)),
    span.bytes < 0 ? '' : grouped(span.bytes),
    describeOutcome(span),
  ])
  const heads = ['call', 'thread', 'socket', 'start', 'duration', 'waiting', 'working', 'bytes', 'outcome']
  return table(heads, rows, new Set([3, 4, 5, 6, 7]))
}

/** The time that each thread spent in the calls of each verb, the longest first. */
export function callTimeTable(model: Model, calls: readonly Span[], show: (span: Span) => void): HTMLElement {
  if (calls.length === 0) return noCalls()
  const groups = new Map<string, Span[]>()
  for (const span of calls) {
    const key = `${span.section}\0${span.thread}\0${span.name}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [span])
    else group.push(span)
  }
  const rows = [...groups.values()]
    .map((group) => ({ group, totalMs: sum(group, lengthOf) }))
    .sort((one, other) => other.totalMs - one.totalMs)
    .slice(0, MAX_TABLE_ROWS)
    .map(({ group, totalMs }) => callTimeRow(model, group, totalMs, show))
  const heads = ['call', 'thread', 'calls', 'time in calls', 'of the total', 'waiting', 'working', 'longest']
  return table(heads, rows, new Set([2, 3, 4, 5, 6, 7]))
}

function callTimeRow(model: Model, group: readonly Span[], totalMs: number, show: (span: Span) => void) {
  const longest = group.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one))
  const waiting = sum(group, (span) => span.waiting)
  return [
    showButton(longest, show),
    threadLabel({ section: longest.section, name: longest.thread }),
    grouped(group.length),
    duration(totalMs),
    `${((100 * totalMs) / model.end).toFixed(1)} %`,
    duration(waiting),
    duration(Math.max(totalMs - waiting, 0)),
    duration(lengthOf(longest)),
  ]
}

/** The threads, the number and time of their calls, and all their system calls. */
export function threadTable(threads: readonly Thread[]): HTMLElement {
  const rows = threads.map((thread) => [
    threadLabel(thread),
    grouped(thread.spans.length),
    thread.dropped === 0 ? '' : grouped(thread.dropped),
    duration(sum(thread.spans, lengthOf)),
    duration(sum(thread.spans, (span) => span.waiting)),
    thread.systemCalls || 'none',
  ])
  const heads = ['thread', 'calls', 'dropped calls', 'time in calls', 'waiting', 'system calls']
  return table(heads, rows, new Set([1, 2, 3, 4]))
}
