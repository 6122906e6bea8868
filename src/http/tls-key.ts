// Which connections of TLS are alike. Connections and sessions are used again only where every option is the same: whom to
// trust, the names, the client's certificate, the protocols.
//
// Values are compared where JavaScript compares them: text, numbers, flags, and lists and plain objects of those. Memory,
// functions and contexts are the same if they are the same object.

import { isView } from '../core/intrinsics.js'
import { own } from '../core/own-options.js'
import type { TlsOptions } from '../tls/options.js'

/** Options nest no deeper: `key: [{ pem, passphrase }]`. What does is refused later, and must not recur here for ever. */
const MAX_DEPTH = 3

/** Longer text, such as PEM, stands as a number in a key. */
const MAX_SPELLED_LENGTH = 64

/** Programs have a few certificates. Beyond, the texts are forgotten: their connections are not used again. */
const MAX_TEXTS = 256

const objects = new WeakMap<object, number>()
const texts = new Map<string, number>()
let lastNumber = 0

function numberOf(object: object): number {
  const known = objects.get(object)
  if (known !== undefined) return known
  objects.set(object, ++lastNumber)
  return lastNumber
}

function textKey(text: string): string {
  if (text.length <= MAX_SPELLED_LENGTH) return JSON.stringify(text)
  const known = texts.get(text)
  if (known !== undefined) return `#${known}`
  if (texts.size === MAX_TEXTS) texts.clear()
  texts.set(text, ++lastNumber)
  return `#${lastNumber}`
}

function isPlain(object: object): boolean {
  return Object.getPrototypeOf(object) === Object.prototype || Object.getPrototypeOf(object) === null
}

function keyOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return textKey(value)
  if (typeof value === 'function') return `#${numberOf(value)}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value) && depth > 0) return `[${value.map((item) => keyOf(item, depth - 1)).join()}]`
  if (isView(value) || !isPlain(value) || depth === 0) return `#${numberOf(value)}`
  return fieldsKey(value, depth)
}

function fieldsKey(object: object, depth: number): string {
  const fields = Object.entries(own(object)).filter(([, value]) => value !== undefined)
  const keys = fields.map(([name, value]) => `${JSON.stringify(name)}:${keyOf(value, depth - 1)}`)
  return `{${keys.sort().join()}}`
}

/** A text that is the same for options that make the same connections, and for no others. */
export function tlsKey(options: TlsOptions): string {
  return isPlain(options) ? fieldsKey(options, MAX_DEPTH) : `#${numberOf(options)}`
}
