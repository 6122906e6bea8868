// The folders of the repository and of the package, and folders for the files and unix sockets of a test.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The folder of the package as users install it: bundled, with a manifest of its own. */
export const packageFolder = join(root, 'dist', 'package')

const folders: string[] = []

/** An empty folder, removed when this process exits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-'))
  if (folders.push(folder) === 1) process.on('exit', removeFolders)
  return folder
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
