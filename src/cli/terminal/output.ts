// Standard output and standard error: lines, and colours where a terminal shows them. Every text is escaped here.

import { printable, printableJson, printableJsonLine } from './escaping.js'

const hasColours = process.stdout.isTTY === true && process.stdout.hasColors()

/** A text with a colour or a weight. */
export class PaintedText {
  readonly #text: string
  readonly #begin: number
  readonly #end: number

  /** @param begin the number of the terminal's code that begins the colour, and `end` that ends it */
  constructor(text: string, begin: number, end: number) {
    this.#text = text
    this.#begin = begin
    this.#end = end
  }

  /** The text for a terminal. */
  get shown(): string {
    const text = printable(this.#text)
    return hasColours ? `\x1b[${this.#begin}m${text}\x1b[${this.#end}m` : text
  }
}

/** A part of a line. */
export type LinePart = string | PaintedText

function paint(begin: number, end: number): (text: string) => PaintedText {
  return (text) => new PaintedText(text, begin, end)
}

export const bold = paint(1, 22)
export const dim = paint(2, 22)
export const red = paint(31, 39)
export const green = paint(32, 39)
export const yellow = paint(33, 39)

/** Prints one line. */
export function print(...parts: readonly LinePart[]): void {
  const line = parts.map((part) => (typeof part === 'string' ? printable(part) : part.shown)).join('')
  process.stdout.write(`${line}\n`)
}

/** Prints a value as JSON; of objects only `fields`, if they are given. */
export function printJson(value: unknown, fields?: readonly string[]): void {
  process.stdout.write(`${printableJson(value, fields)}\n`)
}

/** Prints a value as JSON on one line. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${printableJsonLine(value)}\n`)
}

/** Prints one line to standard error as it is. */
export function printNote(text: string): void {
  process.stderr.write(`${printable(text)}\n`)
}

/** Prints one line to standard error, with the program's name. */
export function printNotice(text: string): void {
  process.stderr.write(`berkeley: ${printable(text)}\n`)
}

/** Ends the process when standard output fails. A closed pipe is no failure: `head` closes it once it has enough. */
export function exitOnOutputError(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    printNotice(`standard output: ${error.message}`)
    process.exit(1)
  })
}
