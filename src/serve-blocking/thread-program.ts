// The file that each serving thread runs.

import { existsSync } from 'node:fs'

/**
 * The URL of the program of a serving thread.
 * @throws Error if it is not there: a bundle has only the code that is imported
 */
export function threadProgram(): URL {
  const here: string | undefined = import.meta.url
  const program = here === undefined ? undefined : new URL('./thread.js', here)
  if (program !== undefined && existsSync(program)) return program
  throw new Error(
    "berkeley: serveBlocking needs a file of the package that a bundle lacks: mark 'berkeley' as external",
  )
}
