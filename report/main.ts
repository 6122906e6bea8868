// The report's page: reads its data, and keeps timeline and tables to what the filters say.

import type { PageData } from '../src/cli/report/data.js'
import type { Bar } from './bars.js'
import { byId, element, factList, table } from './elements.js'
import { type Filters, startFilters } from './filters.js'
import { type Model, modelOf, type Span } from './model.js'
import { rowsOf } from './rows.js'
import { slowestTable, standstillTable, threadTable } from './tables.js'
import { Timeline } from './timeline.js'
import { factsOf, factsOfMany, grouped } from './words.js'

const LEGEND: readonly (readonly [shape: string, words: string])[] = [
  ['waiting', 'waiting: inside of poll(2)'],
  ['working', 'working: the rest of a call'],
  ['trouble', 'failed, timed out, interrupted or unfinished'],
]

const PLAIN = ['plain', 'request: from sending it to its reply'] as const

const STEP = 0.25

function showHead({ facts, figures, threads }: Model): void {
  byId('facts').append(...facts.map((fact) => element('li', {}, fact)))
  if (figures !== null) {
    const numbers = new Set(figures.heads.keys())
    numbers.delete(0)
    byId('figures').append(table(figures.heads, figures.rows, numbers))
  }
  const hasPlain = threads.some(({ spans }) => spans[0]?.plain)
  const entries = [...LEGEND, ...(hasPlain ? [PLAIN] : [])].map(([shape, words]) =>
    element('li', {}, element('span', { class: `swatch ${shape}`, 'aria-hidden': 'true' }), words),
  )
  byId('legend').append(...entries, element('li', { id: 'count' }))
}

function showDetails(bar: Bar): void {
  byId('details').replaceChildren(factList(bar.count === 1 ? factsOf(bar.span) : factsOfMany(bar)))
}

/** What keys and buttons do. */
function controls(timeline: Timeline): Readonly<Record<string, () => void>> {
  return {
    '+': () => timeline.zoomBy(0.5),
    '-': () => timeline.zoomBy(2),
    '0': () => timeline.zoomOut(),
    ArrowLeft: () => timeline.moveBy(-STEP),
    ArrowRight: () => timeline.moveBy(STEP),
  }
}

function startControls(timeline: Timeline): void {
  const actions = controls(timeline)
  const buttons: readonly (readonly [key: string, label: string, words: string])[] = [
    ['ArrowLeft', '←', 'Earlier'],
    ['ArrowRight', '→', 'Later'],
    ['+', '+', 'Zoom in'],
    ['-', '−', 'Zoom out'],
    ['0', 'all', 'Show all'],
  ]
  for (const [key, label, words] of buttons) {
    const button = element('button', { type: 'button', 'aria-label': words, title: words }, label)
    button.addEventListener('click', () => actions[key]?.())
    byId('zoom').append(button)
  }
  byId('chart').addEventListener('keydown', (event) => {
    const action = actions[event.key === '=' ? '+' : event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  })
}

function start(): void {
  const model = modelOf(JSON.parse(byId('data').textContent ?? '') as PageData)
  showHead(model)
  const timeline = new Timeline(byId('chart'), model.end, showDetails)
  startControls(timeline)
  const show = (span: Span): void => {
    timeline.zoomToSpan(span)
    byId('details').replaceChildren(factList(factsOf(span)))
    byId('chart').scrollIntoView({ block: 'center' })
  }
  const all = model.threads.flatMap(({ spans }) => spans)
  startFilters(byId('filters'), model, ({ grouping, wanted }: Filters) => {
    const shown = all.filter(wanted)
    const spans = shown.filter(({ plain }) => !plain)
    timeline.show(rowsOf(model.threads, grouping, wanted))
    byId('count').textContent = `${grouped(shown.length)} of ${grouped(all.length)} shown`
    byId('slowest').replaceChildren(slowestTable(spans, show))
    byId('still').replaceChildren(standstillTable(model, spans, show))
  })
  byId('threads').append(threadTable(model.threads.filter(({ spans }) => !spans[0]?.plain)))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => timeline.restyle())
  // For whoever drives the page from outside.
  Object.assign(globalThis, { berkeleyReport: timeline })
}

start()
