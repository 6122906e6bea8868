// Where the addon's file is: in the package, or where BERKELEY_ADDON says.
//
// The package is found from the place of this module. A bundler moves the code, and one that writes CommonJS leaves
// `import.meta.url` undefined: neither may end in an error that does not say what to do.
//
// The package has an addon for each system, named by the system, the processor and the C library: an addon for glibc does
// not load on musl (Alpine). Where it has none, one that was built in a clone on that system can be put into native/bin.

import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonFile } from './environment.js'

const IN_A_BUNDLE = "in a bundle, mark 'berkeley' as external, or set BERKELEY_ADDON to the path of berkeley.node"

/** The bytes of an executable in which its program headers name the dynamic loader. */
const HEADER_BYTES = 4096

/**
 * The C library that the runtime runs on, by the loader that its executable names: `/lib/ld-musl-x86_64.so.1`. A file of
 * the system, such as that loader, would not prove it: Debian has a package with musl's.
 */
function libc(): 'glibc' | 'musl' {
  const header = Buffer.alloc(HEADER_BYTES)
  try {
    const file = openSync(process.execPath, 'r')
    try {
      readSync(file, header, 0, HEADER_BYTES, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    // Deno may lack the permission to read it.
  }
  return header.includes('/ld-musl-') ? 'musl' : 'glibc'
}

/** The name of this system's prebuilt addon: `linux-x64-glibc`, `darwin-arm64`. */
function target(): string {
  const system = `${process.platform}-${process.arch}`
  return process.platform === 'linux' ? `${system}-${libc()}` : system
}

/** The path of a file or folder in native/bin of this package. */
function pathIn(here: string, name: string): string {
  return fileURLToPath(new URL(`../../../native/bin/${name}`, here))
}

/** What to do where there is no addon that loads. */
function advice(here: string, built: string): string {
  const isClone = existsSync(pathIn(here, '../../scripts/build-native.mjs'))
  if (isClone) return 'run npm run build:native'
  const isPackage = existsSync(pathIn(here, ''))
  if (!isPackage) return IN_A_BUNDLE
  return `npm ci && npm run build:native in a clone of berkeley builds native/bin/berkeley.node; copy it to ${built}`
}

/** An addon that was found, and the error for a user whose system does not load it. */
export interface AddonFile {
  readonly file: string
  failure(error: unknown): Error
}

/** Finds the addon of this system. */
export function findAddon(): AddonFile {
  if (addonFile !== undefined) return { file: resolve(addonFile), failure: (error) => error as Error }
  const here: string | undefined = import.meta.url
  if (here === undefined)
    throw new Error(`berkeley: the addon cannot be found (import.meta.url is undefined): ${IN_A_BUNDLE}`)
  const system = target()
  // In the order of preference: the prebuilt one, one that was built on this system.
  const [prebuilt, built] = [pathIn(here, `${system}/berkeley.node`), pathIn(here, 'berkeley.node')]
  const file = [prebuilt, built].find((path) => existsSync(path))
  if (file === undefined)
    throw new Error(`berkeley: there is no addon for ${system} (looked for ${prebuilt}): ${advice(here, built)}`)
  return {
    file,
    failure(cause) {
      const [reason] = (cause as Error).message.split('\n')
      return new Error(`berkeley: the addon for ${system} does not load (${reason}): ${advice(here, built)}`, { cause })
    },
  }
}
