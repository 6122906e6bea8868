// The files that a command writes at its end: whether they can be written is found out before it begins.

import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** A file that will be written. */
export class OutputFile {
  readonly path: string
  readonly #made: boolean
  #written = false

  /** @throws Error that says in one line why it cannot be written */
  constructor(path: string) {
    this.path = path
    this.#made = statSync(path, { throwIfNoEntry: false }) === undefined
    try {
      // To append changes nothing yet.
      closeSync(openSync(path, 'a'))
    } catch (error) {
      throw new Error(`cannot write ${path}: ${(error as Error).message.replace(/^[A-Z]+: |, open.*$/g, '')}`)
    }
  }

  write(text: string): void {
    writeFileSync(this.path, text)
    this.#written = true
  }

  /** Takes an empty file away, if it is our own and nothing came to be written. */
  discard(): void {
    if (this.#made && !this.#written) rmSync(this.path, { force: true })
  }
}
