// Making elements. Text is only ever text: names of the traced program are no markup.

type Child = Node | string

/** An element with these attributes and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** Facts as a list of terms. */
export function factList(facts: readonly (readonly [string, string])[]): HTMLElement {
  const pairs = facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))
  return element('dl', {}, ...pairs)
}

/** A table; the cells of the columns from `numbers` on are numbers. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  numbers: ReadonlySet<number>,
): HTMLTableElement {
  const cell = (name: 'td' | 'th', child: Child, index: number): HTMLElement =>
    element(name, numbers.has(index) ? { class: 'number' } : {}, child)
  const head = element('tr', {}, ...heads.map((text, index) => cell('th', text, index)))
  const body = rows.map((row) => element('tr', {}, ...row.map((child, index) => cell('td', child, index))))
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body))
}
