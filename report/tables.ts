// The tables: what the timeline shows, for reading.

import { element, table } from './elements.js'
import type { Model, Span, Thread } from './model.js'
import { duration, grouped, outcomeOf } from './words.js'

const MOST = 20

const length = ({ start, end }: Span): number => end - start
const sum = (spans: readonly Span[], of: (span: Span) => number): number =>
  spans.reduce((total, span) => total + of(span), 0)
const where = ({ section, name }: { section: string; name: string }): string =>
  section === '' ? name : `${section}, ${name}`

function go(span: Span, show: (span: Span) => void): HTMLElement {
  const button = element('button', { type: 'button', title: 'Show it in the timeline' }, span.name)
  button.addEventListener('click', () => show(span))
  return button
}

function nothing(): HTMLElement {
  return element('p', { class: 'hint' }, 'No call of these filters.')
}

/** The calls in which a thread stood longest. */
export function slowestTable(spans: readonly Span[], show: (span: Span) => void): HTMLElement {
  if (spans.length === 0) return nothing()
  const slowest = [...spans].sort((one, other) => length(other) - length(one)).slice(0, MOST)
  const rows = slowest.map((span) => [
    go(span, show),
    where({ section: span.section, name: span.thread }),
    span.socket,
    `${span.start.toFixed(1)} ms`,
    duration(length(span)),
    duration(span.waiting),
    duration(Math.max(length(span) - span.waiting, 0)),
    span.bytes < 0 ? '' : grouped(span.bytes),
    outcomeOf(span),
  ])
  const heads = ['call', 'thread', 'socket', 'start', 'duration', 'waiting', 'working', 'bytes', 'outcome']
  return table(heads, rows, new Set([3, 4, 5, 6, 7]))
}

/** For each thread and verb, how long it stood still in it: the longest first. */
export function standstillTable(model: Model, spans: readonly Span[], show: (span: Span) => void): HTMLElement {
  if (spans.length === 0) return nothing()
  const groups = new Map<string, Span[]>()
  for (const span of spans) {
    const key = `${span.section}\0${span.thread}\0${span.name}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [span])
    else group.push(span)
  }
  const rows = [...groups.values()]
    .map((group) => ({ group, total: sum(group, length) }))
    .sort((one, other) => other.total - one.total)
    .slice(0, MOST)
    .map(({ group, total }) => standstillRow(model, group, total, show))
  const heads = ['call', 'thread', 'calls', 'stood still', 'of the time', 'waiting', 'working', 'longest']
  return table(heads, rows, new Set([2, 3, 4, 5, 6, 7]))
}

function standstillRow(model: Model, group: readonly Span[], total: number, show: (span: Span) => void) {
  const longest = group.reduce((one, other) => (length(other) > length(one) ? other : one))
  const waiting = sum(group, (span) => span.waiting)
  return [
    go(longest, show),
    where({ section: longest.section, name: longest.thread }),
    grouped(group.length),
    duration(total),
    `${((100 * total) / model.end).toFixed(1)} %`,
    duration(waiting),
    duration(Math.max(total - waiting, 0)),
    duration(length(longest)),
  ]
}

/** Each thread, how much of it is shown, and all its system calls. */
export function threadTable(threads: readonly Thread[]): HTMLElement {
  const rows = threads.map((thread) => [
    where(thread),
    grouped(thread.spans.length),
    thread.dropped === 0 ? '' : grouped(thread.dropped),
    duration(sum(thread.spans, length)),
    duration(sum(thread.spans, (span) => span.waiting)),
    thread.systemCalls || 'none',
  ])
  const heads = ['thread', 'calls', 'calls not kept', 'in calls', 'of it waiting', 'system calls']
  return table(heads, rows, new Set([1, 2, 3, 4]))
}
