// The page of the report: reads its data and applies the filters to the timeline and the tables.

import type { PageData } from '../src/cli/report/data.js'
import type { Bar } from './bars.js'
import { byId, element, factList, table } from './elements.js'
import { type FilterSettings, startFilters } from './filters.js'
import { factsOfBar, factsOfSpan, grouped } from './formatting.js'
import { type Model, modelOf, type Span } from './model.js'
import { rowsOf } from './rows.js'
import { callTimeTable, slowestTable, threadTable } from './tables.js'
import { Timeline } from './timeline.js'

const LEGEND: readonly (readonly [shape: string, text: string])[] = [
  ['waiting', 'waiting: inside poll(2)'],
  ['working', 'working: the rest of a call'],
  ['trouble', 'failed, timed out, interrupted or unfinished'],
]

const REQUEST_LEGEND = ['request', 'request: from sending it to its reply'] as const

/** The part of the visible range by which an arrow moves. */
const MOVE_FRACTION = 0.25

function showHead({ facts, conclusion, figures, threads }: Model): void {
  const banner = byId('conclusion')
  banner.textContent = conclusion
  banner.hidden = conclusion === ''
  byId('facts').append(...facts.map((fact) => element('li', {}, fact)))
  if (figures !== null) {
    const numbers = new Set(figures.heads.keys())
    numbers.delete(0)
    byId('figures').append(table(figures.heads, figures.rows, numbers))
  }
  const hasRequests = threads.some(({ spans }) => spans[0]?.isRequest)
  const entries = [...LEGEND, ...(hasRequests ? [REQUEST_LEGEND] : [])].map(([shape, text]) =>
    element('li', {}, element('span', { class: `swatch ${shape}`, 'aria-hidden': 'true' }), text),
  )
  byId('legend').append(...entries, element('li', { id: 'count' }))
}

function showDetails(bar: Bar): void {
  byId('details').replaceChildren(factList(bar.count === 1 ? factsOfSpan(bar.span) : factsOfBar(bar)))
}

/** The actions of keys and buttons. */
function actionsOf(timeline: Timeline): Readonly<Record<string, () => void>> {
  return {
    '+': () => timeline.zoomBy(0.5),
    '-': () => timeline.zoomBy(2),
    '0': () => timeline.zoomOut(),
    ArrowLeft: () => timeline.moveBy(-MOVE_FRACTION),
    ArrowRight: () => timeline.moveBy(MOVE_FRACTION),
  }
}

function startControls(timeline: Timeline): void {
  const actions = actionsOf(timeline)
  const buttons: readonly (readonly [key: string, label: string, title: string])[] = [
    ['ArrowLeft', '←', 'Earlier'],
    ['ArrowRight', '→', 'Later'],
    ['+', '+', 'Zoom in'],
    ['-', '−', 'Zoom out'],
    ['0', 'all', 'Show all'],
  ]
  for (const [key, label, title] of buttons) {
    const button = element('button', { type: 'button', 'aria-label': title, title }, label)
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
    byId('details').replaceChildren(factList(factsOfSpan(span)))
    byId('chart').scrollIntoView({ block: 'center' })
  }
  const all = model.threads.flatMap(({ spans }) => spans)
  startFilters(byId('filters'), model, ({ grouping, matches }: FilterSettings) => {
    const shown = all.filter(matches)
    const calls = shown.filter(({ isRequest }) => !isRequest)
    timeline.show(rowsOf(model.threads, grouping, matches))
    byId('count').textContent = `${grouped(shown.length)} of ${grouped(all.length)} shown`
    byId('slowest').replaceChildren(slowestTable(calls, show))
    byId('call-time').replaceChildren(callTimeTable(model, calls, show))
  })
  byId('threads').append(threadTable(model.threads.filter(({ spans }) => !spans[0]?.isRequest)))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => timeline.restyle())
  // Programs that drive the page from outside, such as tests, use this.
  Object.assign(globalThis, { berkeleyReport: timeline })
}

start()
