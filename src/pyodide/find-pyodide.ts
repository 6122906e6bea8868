// Finding the user's Pyodide: the package `pyodide`, from where this library is installed or from the working directory.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { misuse } from '../core/errors.js'

/** The folder of Pyodide's files. @throws TypeError `ERR_PYODIDE_NOT_FOUND` */
export function pyodideFolder(indexURL: string | undefined): string {
  if (indexURL !== undefined) {
    const folder = indexURL.startsWith('file:') ? fileURLToPath(indexURL) : indexURL
    if (existsSync(join(folder, 'pyodide.mjs'))) return folder
    throw notFound(`there is no pyodide.mjs in ${folder}: indexURL is the folder of Pyodide's files`)
  }
  for (const from of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    const found = installedAbove(from)
    if (found !== undefined) return found
  }
  throw notFound(
    'the package pyodide is not installed: run `npm install pyodide`, or give indexURL, the folder of its files',
  )
}

function notFound(message: string): Error {
  return misuse(TypeError, 'ERR_PYODIDE_NOT_FOUND', message)
}

/** The package in a folder `node_modules` of this folder or of one above it. */
function installedAbove(folder: string): string | undefined {
  const found = join(folder, 'node_modules', 'pyodide')
  if (existsSync(join(found, 'package.json'))) return found
  const above = dirname(folder)
  return above === folder ? undefined : installedAbove(above)
}

/** The JavaScript that Emscripten has made, an ES module from version 314 on and a script before. */
export function scriptOf(folder: string): { readonly url: string; readonly isModule: boolean } {
  const modern = join(folder, 'pyodide.asm.mjs')
  if (existsSync(modern)) return { url: pathToFileURL(modern).href, isModule: true }
  return { url: pathToFileURL(join(folder, 'pyodide.asm.js')).href, isModule: false }
}
