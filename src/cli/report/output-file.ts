// A file that a command writes at its end. Whether it can be written is checked before the command begins its work.

import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** A file that will be written. */
export class OutputFile {
  readonly path: string

  /** @throws Error that explains in one line why the file cannot be written */
  constructor(path: string) {
    this.path = path
    const isNew = statSync(path, { throwIfNoEntry: false }) === undefined
    try {
      // Opening to append leaves the existing content alone.
      closeSync(openSync(path, 'a'))
    } catch (error) {
      throw new Error(`cannot write ${path}: ${(error as Error).message.replace(/^[A-Z]+: |, open.*$/g, '')}`)
    }
    // A command that ends before it writes must not leave an empty file.
    if (isNew) rmSync(path, { force: true })
  }

  write(text: string): void {
    writeFileSync(this.path, text)
  }
}
