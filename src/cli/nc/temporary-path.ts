// Paths that exist as long as the program runs.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Removes a path that this program has made at the end of a `using` block, when the process exits, and when a signal ends
 * it.
 */
function removedAtEnd(path: string): Disposable {
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  const removeNow = (): void => {
    process.off('exit', remove)
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal)
    remove()
  }
  function onSignal(signal: NodeJS.Signals): void {
    removeNow()
    // Without a listener it has its default effect.
    process.kill(process.pid, signal)
  }
  process.on('exit', remove)
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal)
  return { [Symbol.dispose]: removeNow }
}

/** The path of a socket that has been bound, to be removed; `null` for an abstract name, which ends with its socket. */
export function boundPath(text: string): Disposable | null {
  return text.startsWith('@') ? null : removedAtEnd(text)
}

/** A new folder, removed at the end. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'berkeley-nc-'))
  return { path, ...removedAtEnd(path) }
}
