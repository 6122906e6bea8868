// The inputs that earlier runs have found: a file for each target, with an input in hexadecimal a line. Every run begins
// with them.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/folders.js'

const fileOf = (name: string): string => join(root, 'test', 'fuzz', 'corpus', `${name}.txt`)

/** The inputs of a target; none where it has no file. */
export function readCorpus(name: string): Uint8Array[] {
  const file = fileOf(name)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => Uint8Array.from(Buffer.from(line, 'hex')))
}

/** Replaces the inputs of a target; the shortest come first. */
export function writeCorpus(name: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map(toHex).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
  writeFileSync(fileOf(name), `${lines.join('\n')}\n`)
}

/** An input as the command line and corpora have it. */
export function toHex(input: Uint8Array): string {
  return Buffer.from(input).toString('hex')
}
