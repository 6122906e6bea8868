// The data of the page as objects. Each span has the names of its thread and section.

import type { FigureTable, PageData, SpanRow } from '../src/cli/report/data.js'

/** A call or a request. Times are milliseconds. */
export interface Span {
  readonly section: string
  readonly thread: string
  readonly name: string
  readonly socket: string
  readonly start: number
  readonly end: number
  readonly waitStart: number
  readonly waiting: number
  /** A request and not a call: how much of it is waiting is not known. */
  readonly isRequest: boolean
  /** -1 for a call that transfers none. */
  readonly bytes: number
  readonly outcome: string
  readonly error: string
  readonly systemCalls: string
}

export interface Thread {
  readonly section: string
  readonly name: string
  readonly dropped: number
  readonly systemCalls: string
  readonly spans: readonly Span[]
}

export interface Model {
  readonly facts: readonly string[]
  /** '' for none. */
  readonly conclusion: string
  readonly figures: FigureTable | null
  readonly sections: readonly string[]
  readonly threads: readonly Thread[]
  /** The end of the last span. */
  readonly end: number
}

export function modelOf({ facts, conclusion, figures, strings, sections }: PageData): Model {
  const text = (index: number): string => strings[index] ?? ''
  const threads = sections.flatMap(({ label, threads }) =>
    threads.map((thread): Thread => {
      const spans = thread.spans.map((row) => spanOf(row, label, thread.name, text))
      return { ...thread, section: label, spans }
    }),
  )
  const end = threads.reduce((latest, { spans }) => spans.reduce((last, span) => Math.max(last, span.end), latest), 0)
  const labels = sections.map(({ label }) => label)
  return { facts, conclusion, figures, sections: labels, threads, end: end === 0 ? 1 : end }
}

function spanOf(row: SpanRow, section: string, thread: string, text: (index: number) => string): Span {
  const [name, socket, start, duration, waitStart, waiting, bytes, outcome, error, systemCalls] = row
  return {
    section,
    thread,
    name: text(name),
    socket: text(socket),
    start,
    end: start + duration,
    waitStart,
    waiting: Math.max(waiting, 0),
    isRequest: waiting < 0,
    bytes,
    outcome: text(outcome),
    error: text(error),
    systemCalls: text(systemCalls),
  }
}

/** Whether a span is marked: it failed, timed out, was interrupted or did not finish. */
export function isTrouble({ outcome }: Span): boolean {
  return outcome !== 'done' && outcome !== 'would block'
}
