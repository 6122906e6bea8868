// The files that a command writes at its end: whether they can be written is found out before it begins.

import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** A file that will be written. */
export class OutputFile {
  readonly path: string

  /** @throws Error that says in one line why it cannot be written */
  constructor(path: string) {
    this.path = path
    const made = statSync(path, { throwIfNoEntry: false }) === undefined
    try {
      // To append changes nothing yet.
      closeSync(openSync(path, 'a'))
    } catch (error) {
      throw new Error(`cannot write ${path}: ${(error as Error).message.replace(/^[A-Z]+: |, open.*$/g, '')}`)
    }
    // Whatever ends the command before it writes, no empty file is left.
    if (made) rmSync(path, { force: true })
  }

  write(text: string): void {
    writeFileSync(this.path, text)
  }
}
