// `berkeley options HOST PORT`: the report of a live connection, as text in 80 columns and as JSON.

import type { Address } from '../../index.js'
import { wrapped } from '../terminal/formatting.js'
import { bold, dim, green, type LinePart, print, printJson, yellow } from '../terminal/output.js'
import { fieldMeanings } from './generated/field-meanings.js'
import { type LiveOption, type LiveTarget, openLive, readAll } from './live.js'

const DOC_WIDTH = 74
const FIELD_WIDTH = 24
const VALUE_WIDTH = 16
const MEANING_WIDTH = 80 - 6 - FIELD_WIDTH - VALUE_WIDTH

/**
 * Connects, and prints the value of each option.
 * @throws SocketError, ResolveError
 */
export function showLive(target: LiveTarget, isJson: boolean): void {
  using socket = openLive(target)
  const options = readAll(socket)
  const [local, peer] = [socket.getSockName(), socket.getPeerName()]
  if (isJson) printJson({ local: plain(local), peer: plain(peer), options: options.map(jsonOf) })
  else {
    print(bold(`from ${addressText(local)} to ${addressText(peer)}`))
    for (const [index, option] of options.entries()) printOption(option, options[index - 1]?.row.levelName)
  }
}

function addressText(address: Address): string {
  if (address.family === 'raw') return `an address of family ${address.value}`
  if ('host' in address) return `${address.host} port ${address.port}`
  if ('path' in address) return address.path
  return 'abstract' in address ? `@${address.abstract}` : 'a socket without a name'
}

/** What an option's value, an object, has as its fields, in order; `undefined` for a value of one part. */
function fieldsOf(value: unknown): [name: string, value: unknown][] | undefined {
  const isObject = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value)
  return isObject ? Object.entries(value) : undefined
}

function meaningOf(type: string, field: string): string {
  // The generated text has names of constants as Markdown has them.
  return (fieldMeanings[type.replace(/\W.*$/, '')]?.[field] ?? '').replaceAll('`', '')
}

/** A value for JSON: what it has no type for is a string. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || value === Number.POSITIVE_INFINITY) return String(value)
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  const fields = fieldsOf(value)
  return fields === undefined ? value : Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]))
}

function jsonOf({ row: { name, levelName, type, unit, doc }, value, error }: LiveOption): object {
  const fields = fieldsOf(value)?.map(([field]) => [field, meaningOf(type, field)])
  const meanings = fields === undefined ? {} : { fields: Object.fromEntries(fields) }
  const result = error === undefined ? { value: plain(value) } : { error }
  return { name, levelName, ...result, type, unit, doc, ...meanings }
}

function valueText(value: unknown, unit: string | undefined): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (value === null) return 'off'
  if (typeof value === 'number' || typeof value === 'bigint') {
    const digits = value === Number.POSITIVE_INFINITY ? 'no limit' : String(value)
    return unit === undefined ? digits : `${digits} ${unit}`
  }
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => valueText(one, unit)).join(', ')
  const text = ArrayBuffer.isView(value) ? String(plain(value)) : String(value)
  return text === '' ? 'none' : text
}

function printOption({ row, value, error }: LiveOption, previousLevel: string | undefined): void {
  const { name, levelName, type, unit, doc } = row
  if (levelName !== previousLevel) {
    print()
    print(bold(levelName))
  }
  const fields = fieldsOf(value)
  if (error !== undefined) print('  ', bold(name), '  ', yellow(`unavailable: ${error}`))
  else if (fields !== undefined) print('  ', bold(name))
  else for (const line of valueLines(name, valueText(value, unit))) print(...line)
  for (const line of wrapped(doc, DOC_WIDTH)) print(dim(`      ${line}`))
  for (const [field, fieldValue] of fields ?? []) printField(field, fieldValue, meaningOf(type, field))
}

/** The value beside the name, or below if it is longer than the line. */
function valueLines(name: string, text: string): (readonly LinePart[])[] {
  if (name.length + text.length <= DOC_WIDTH) return [['  ', bold(name), '  ', green(text)]]
  const pieces = text.match(new RegExp(`.{1,${DOC_WIDTH}}`, 'g')) ?? []
  return [['  ', bold(name)], ...pieces.map((piece): readonly LinePart[] => ['      ', green(piece)])]
}

function printField(field: string, value: unknown, meaning: string): void {
  const nested = fieldsOf(value)
  const text =
    nested === undefined ? valueText(value, undefined) : nested.map(([name, one]) => `${name} ${one}`).join(' ')
  for (const [index, line] of wrapped(meaning, MEANING_WIDTH).entries()) {
    const [left, right] = index === 0 ? [field, text] : ['', '']
    print('      ', left.padEnd(FIELD_WIDTH - 1), ' ', green(right.padEnd(VALUE_WIDTH - 1)), ' ', dim(line))
  }
}
