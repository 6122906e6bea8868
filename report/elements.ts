// Creates elements. Text is always inserted as text: names in the traced program are never parsed as markup.

type Child = Node | string

/** Creates an element with these attributes and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value)
  created.append(...children)
  return created
}

/** Returns the element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** Creates a description list of facts. */
export function factList(facts: readonly (readonly [string, string])[]): HTMLElement {
  const pairs = facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))
  return element('dl', {}, ...pairs)
}

/** Creates a table; `numbers` are the indices of the columns that hold numbers. */
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
