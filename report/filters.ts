// The filters: which spans are shown, and how they are grouped into rows.

import { element } from './elements.js'
import type { Model, Span } from './model.js'
import type { Grouping } from './rows.js'

export interface FilterSettings {
  readonly grouping: Grouping
  readonly matches: (span: Span) => boolean
}

const ALL_VALUES = ''

/** The select filters; each offers the values that the spans have. */
const SELECT_FILTERS: readonly (readonly [name: string, label: string, read: (span: Span) => string])[] = [
  ['section', 'Process or mode', ({ section }) => section],
  ['thread', 'Thread', ({ thread }) => thread],
  ['socket', 'Socket', ({ socket }) => socket],
  ['verb', 'Verb', ({ name }) => name],
  ['outcome', 'Outcome', ({ outcome }) => outcome],
]

/**
 * Fills the form. A filter with a single value is left out.
 * @param onChange called at once and after each change
 */
export function startFilters(form: HTMLElement, model: Model, onChange: (settings: FilterSettings) => void): void {
  const grouping = select('rows', 'Rows', ['threads', 'sockets'])
  const minDuration = element('input', { type: 'number', min: '0', step: 'any', value: '0', name: 'min-duration' })
  const spans = model.threads.flatMap((thread) => thread.spans)
  const filters = SELECT_FILTERS.flatMap(([name, label, read]) => {
    const values = [...new Set(spans.map(read))].filter((value) => value !== ALL_VALUES)
    return values.length > 1 ? [{ read, ...select(name, label, values.sort(byNumber), 'all') }] : []
  })
  form.append(grouping.label, ...filters.map(({ label }) => label))
  form.append(element('label', {}, element('span', {}, 'Minimum duration, ms'), minDuration))
  const update = (): void => {
    const active = filters.filter(({ field }) => field.value !== ALL_VALUES)
    const conditions = active.map(({ read, field }) => ({ read, value: field.value }))
    const minMs = Number(minDuration.value) || 0
    onChange({
      grouping: grouping.field.value as Grouping,
      matches: (span) => span.end - span.start >= minMs && conditions.every(({ read, value }) => read(span) === value),
    })
  }
  form.addEventListener('input', update)
  form.addEventListener('submit', (event) => event.preventDefault())
  update()
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true })

function select(name: string, label: string, values: readonly string[], all?: string) {
  const options = values.map((value) => element('option', { value }, value))
  if (all !== undefined) options.unshift(element('option', { value: ALL_VALUES }, all))
  const field = element('select', { name }, ...options)
  return { field, label: element('label', {}, element('span', {}, label), field) }
}
