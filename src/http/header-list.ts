// The fields of a request or a response, in order. The platform's Headers is made of it when a program asks for that: in
// Node it loads all of fetch, which takes longer than a request.

import { checkObject, isArray, wrongType, wrongValue } from '../core/validate.js'

/** Fields as fetch takes them: a Headers, pairs, or an object. Numbers become text. */
export type HeadersInput =
  | Iterable<readonly [name: string, value: string | number]>
  | Readonly<Record<string, string | number>>

/** RFC 9110, section 5.6.2: `token`. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** RFC 9110, section 5.5: VCHAR, obs-text, and spaces and tabs between them. */
export const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Fields with names in lower case. */
export class HeaderList {
  readonly #fields: (readonly [name: string, value: string])[] = []

  append(name: string, value: string): void {
    this.#fields.push([name.toLowerCase(), value])
  }

  /** Adds a field, unless there is one of the name. */
  setDefault(name: string, value: string): void {
    if (!this.has(name)) this.append(name, value)
  }

  has(name: string): boolean {
    return this.#fields.some(([known]) => known === name)
  }

  /** The values of a name, in order. */
  all(name: string): string[] {
    return this.#fields.filter(([known]) => known === name).map(([, value]) => value)
  }

  /** The value of a name; of a repeated one, all values as a list; RFC 9110, section 5.3. */
  get(name: string): string | null {
    const values = this.all(name)
    return values.length === 0 ? null : values.join(', ')
  }

  /** The elements of all values of a name, in lower case. */
  tokens(name: string): string[] {
    const elements = this.all(name).flatMap((value) => value.split(','))
    return elements.map((element) => element.trim().toLowerCase()).filter((element) => element !== '')
  }

  /** The same without some names. */
  without(names: readonly string[]): HeaderList {
    const rest = new HeaderList()
    for (const [name, value] of this.#fields) if (!names.includes(name)) rest.append(name, value)
    return rest
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#fields[Symbol.iterator]()
  }

  /** The lines of the head. */
  lines(): string {
    return this.#fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }
}

/**
 * The fields that a caller gives.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a name that is no token, and a value that would end the line
 */
export function headerListOf(given: HeadersInput | undefined): HeaderList {
  const list = new HeaderList()
  if (given === undefined) return list
  checkObject(given, 'options.headers')
  const isIterable = typeof (given as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function'
  const pairs: Iterable<unknown> = isIterable ? (given as Iterable<unknown>) : Object.entries(given)
  for (const pair of pairs) {
    if (!isArray(pair) || pair.length !== 2) throw wrongType('options.headers', 'made of pairs of name and value', pair)
    const [name, value] = pair
    list.append(checkedName(name), checkedValue(value, name as string))
  }
  return list
}

function checkedName(name: unknown): string {
  if (typeof name !== 'string') throw wrongType('a name of options.headers', 'a string', name)
  if (TOKEN.test(name)) return name
  throw wrongValue(`options.headers has a name that is no token of RFC 9110: ${JSON.stringify(name)}`)
}

/** The message does not have the value, which may be a secret. */
function checkedValue(given: unknown, name: string): string {
  const value = typeof given === 'number' ? String(given) : given
  if (typeof value !== 'string') throw wrongType(`options.headers['${name}']`, 'a string or a number')
  const trimmed = value.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '')
  if (FIELD_VALUE.test(trimmed)) return trimmed
  throw wrongValue(
    `options.headers['${name}'] has a character that no field may have: a line's end, NUL, or beyond latin1`,
  )
}
