// `berkeley options`: the table of socket options.

import { type OptionRow, optionTable } from '../../index.js'
import { wrapped } from '../terminal/formatting.js'
import { bold, dim, print, printJson } from '../terminal/output.js'

export interface ListingOptions {
  readonly json?: boolean
}

const ACCESS: Readonly<Record<OptionRow['access'], string>> = { read: 'read', write: 'set', both: 'read, set' }

/** The members that JSON has of each option. */
const FIELDS: readonly (keyof OptionRow)[] = [
  ...(['name', 'levelName', 'level', 'number', 'supported', 'access', 'type', 'unit'] as const),
  ...(['families', 'types', 'platforms', 'since', 'man', 'doc', 'noEffect'] as const),
]

const DOC_WIDTH = 74

/**
 * Lists the options whose name, level or description contains `word`.
 * @throws Error if there is none
 */
export function listOptions(word: string | undefined, { json }: ListingOptions): void {
  const rows = optionTable.filter((row) => word === undefined || contains(row, word.toLowerCase()))
  if (rows.length === 0) throw new Error(`no socket option contains '${word}' in its name or description`)
  if (json) printJson(rows, FIELDS)
  else for (const [index, row] of rows.entries()) printRow(row, rows[index - 1]?.levelName)
}

function contains({ name, levelName, doc }: OptionRow, word: string): boolean {
  return `${name} ${levelName} ${doc}`.toLowerCase().includes(word)
}

function printRow(row: OptionRow, previousLevel: string | undefined): void {
  const { name, levelName, type, unit, supported, doc, noEffect } = row
  if (levelName !== previousLevel) {
    if (previousLevel !== undefined) print()
    print(bold(levelName))
  }
  const value = unit === undefined ? type : `${type} (${unit})`
  const facts = [value, ACCESS[row.access], ...(supported ? [] : ['not on this system'])]
  print('  ', bold(name), '  ', dim(facts.join('; ')))
  const description = noEffect === undefined ? doc : `${doc} Setting it would have no effect: ${noEffect}.`
  for (const line of wrapped(`${description} ${row.man}`, DOC_WIDTH)) print(`      ${line}`)
}
