// Which spans are shown.

import { element } from './elements.js'
import type { Model, Span } from './model.js'
import type { Grouping } from './rows.js'

export interface Filters {
  readonly grouping: Grouping
  readonly wanted: (span: Span) => boolean
}

const ALL = ''

/** The choices of a filter: what spans have there. */
const CHOICES: readonly (readonly [name: string, label: string, of: (span: Span) => string])[] = [
  ['section', 'Process or way', ({ section }) => section],
  ['thread', 'Thread', ({ thread }) => thread],
  ['socket', 'Socket', ({ socket }) => socket],
  ['verb', 'Verb', ({ name }) => name],
  ['outcome', 'Outcome', ({ outcome }) => outcome],
]

/** Fills the form and tells each change; a filter with one choice is left out. */
export function startFilters(form: HTMLElement, model: Model, changed: (filters: Filters) => void): void {
  const grouping = select('rows', 'Rows', ['threads', 'sockets'])
  const least = element('input', { type: 'number', min: '0', step: 'any', value: '0', name: 'least' })
  const spans = model.threads.flatMap((thread) => thread.spans)
  const choices = CHOICES.flatMap(([name, label, of]) => {
    const values = [...new Set(spans.map(of))].filter((value) => value !== ALL)
    return values.length > 1 ? [{ of, ...select(name, label, values.sort(byNumber), 'all') }] : []
  })
  form.append(grouping.label, ...choices.map(({ label }) => label))
  form.append(element('label', {}, element('span', {}, 'At least, ms'), least))
  const tell = (): void => {
    const set = choices.filter(({ field }) => field.value !== ALL).map(({ of, field }) => ({ of, value: field.value }))
    const shortest = Number(least.value) || 0
    changed({
      grouping: grouping.field.value as Grouping,
      wanted: (span) => span.end - span.start >= shortest && set.every(({ of, value }) => of(span) === value),
    })
  }
  form.addEventListener('input', tell)
  form.addEventListener('submit', (event) => event.preventDefault())
  tell()
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true })

function select(name: string, label: string, values: readonly string[], all?: string) {
  const options = values.map((value) => element('option', { value }, value))
  if (all !== undefined) options.unshift(element('option', { value: ALL }, all))
  const field = element('select', { name }, ...options)
  return { field, label: element('label', {}, element('span', {}, label), field) }
}
