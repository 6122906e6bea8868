// What the package consists of: its entries, from `exports` and `bin` of package.json. An entry's file in the clone is
// dist/src/NAME.js, its source src/NAME.ts, and its file in the package lib/KEY.js.
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const BUILT = /^\.?\/?dist\/src\/(.+)\.js$/

/** The path of a source without `src/` and its ending, from the path of what is compiled from it. */
function moduleOf(path) {
  const match = BUILT.exec(path)
  if (match !== null) return match[1]
  throw new Error(`package.json: ${path} must be a file of dist/src, such as ./dist/src/http/index.js`)
}

/** An entry: its key in package.json, the module that it is, and the name of its file in the package. */
function entryOf([key, target]) {
  const path = typeof target === 'string' ? target : target.default
  const name = key === '.' ? 'index' : posix.normalize(key).replaceAll('/', '-')
  return { key, module: moduleOf(path), name }
}

/**
 * Reads package.json.
 * @returns the manifest, what programs import (`exports`), and what shells run (`bin`)
 */
export function readEntries(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const exported = Object.entries(manifest.exports).filter(([key]) => key !== './package.json')
  return { manifest, exports: exported.map(entryOf), bin: Object.entries(manifest.bin).map(entryOf) }
}
