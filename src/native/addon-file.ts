// Where the addon's file is: in the package, or where BERKELEY_ADDON says.
//
// The package is found from the place of this module. A bundler moves the code, and one that writes CommonJS leaves
// `import.meta.url` undefined: neither may end in an error that does not say what to do.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonFile } from './environment.js'

const ADVICE =
  "in a bundle, mark 'berkeley' as external, or set BERKELEY_ADDON to the path of berkeley.node; " +
  'in a clone of berkeley, run npm run build:native'

/** Returns the absolute path of the addon. */
export function findAddon(): string {
  if (addonFile !== undefined) return resolve(addonFile)
  const here: string | undefined = import.meta.url
  if (here === undefined)
    throw new Error(`berkeley: the addon cannot be found (import.meta.url is undefined): ${ADVICE}`)
  const system = `${process.platform}-${process.arch}`
  const candidates = [`${system}/berkeley.node`, 'berkeley.node'].map((name) =>
    fileURLToPath(new URL(`../../../native/bin/${name}`, here)),
  )
  const file = candidates.find((path) => existsSync(path))
  if (file !== undefined) return file
  throw new Error(`berkeley: there is no addon for ${system} (looked for ${candidates.join(', ')}): ${ADVICE}`)
}
