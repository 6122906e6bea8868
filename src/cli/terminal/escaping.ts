// Text from outside, a server's reply or the name of a file, may contain control characters, and a terminal obeys them:
// they move the cursor, change the title, or put keys into the shell's input. Text from outside is printed with escapes
// in their place.
//
// Besides the control characters of Unicode (C0, DEL and C1) these are the characters that reorder text, with which a line
// can be made to read as another one, and the line separators that are no line feed.

const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}

/**
 * `text` with escapes in place of its control characters: `\x1b`, `\u202e`.
 * @param kept control characters to leave as they are
 */
export function printable(text: string, kept = ''): string {
  return text.replaceAll(CONTROLS, (control) => {
    if (kept.includes(control)) return control
    return control <= '\xff' ? `\\x${hex(control, 2)}` : `\\u${hex(control, 4)}`
  })
}

/** A value as indented JSON, in whose strings control characters are escaped. */
export function printableJson(value: unknown, fields?: readonly string[]): string {
  const text = JSON.stringify(value, fields === undefined ? undefined : [...fields], 2)
  // The line feeds are those of the indentation. JSON itself leaves DEL, C1 and what reorders text as they are.
  return text.replaceAll(CONTROLS, (control) => (control === '\n' ? control : `\\u${hex(control, 4)}`))
}

/** A value as JSON on one line, in whose strings control characters are escaped. */
export function printableJsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(CONTROLS, (control) => `\\u${hex(control, 4)}`)
}

/** UTF-8 in pieces as text for a terminal: with its lines and tabs, and escapes in place of other control characters. */
export class PrintableText {
  readonly #decoder = new TextDecoder()
  #carriageReturn = ''

  /** The text of the next piece. A CR at its end is kept back: a line may end with CR and LF, and a piece between the two. */
  add(piece: Uint8Array): string {
    const text = this.#carriageReturn + this.#decoder.decode(piece, { stream: true })
    this.#carriageReturn = text.endsWith('\r') ? '\r' : ''
    return printableLines(text.slice(0, text.length - this.#carriageReturn.length))
  }

  /** What was kept back of the last piece. */
  end(): string {
    return printableLines(this.#carriageReturn + this.#decoder.decode())
  }
}

/**
 * The text of a page for a terminal.
 * @throws Error at the first NUL, which text does not contain: the page is a picture or an archive, for instance
 */
export function* printablePage(pieces: Iterable<Uint8Array>): Generator<string, void, undefined> {
  const text = new PrintableText()
  for (const piece of pieces) {
    if (piece.includes(0)) throw new Error('the response is not text: write it to a file with --output, or to a pipe')
    yield text.add(piece)
  }
  yield text.end()
}

function printableLines(text: string): string {
  return printable(text.replaceAll('\r\n', '\n'), '\n\t')
}
