// A built checkout of this repository, for `--base`, which compares the builds of two of them.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const PACKAGE_NAME = 'berkeley'

export interface Checkout {
  readonly folder: string
  readonly version: string
  /** From `git describe`; null outside of a git work tree. */
  readonly commit: string | null
}

/** Describes the checkout in a folder. Throws if the folder is not a checkout, or if it is not built. */
export function openCheckout(path: string): Checkout {
  const folder = resolve(path)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string }
  if (manifest.name !== PACKAGE_NAME) throw new Error(`the package is called "${manifest.name}"`)
  // A package can resolve its own name. This throws if the entry point does not exist.
  createRequire(join(folder, 'package.json')).resolve(PACKAGE_NAME)
  const git = spawnSync('git', ['-C', folder, 'describe', '--always', '--dirty'], { encoding: 'utf8' })
  return { folder, version: manifest.version, commit: git.status === 0 ? git.stdout.trim() : null }
}

/**
 * Copies compiled programs to `target`, where their `import 'berkeley'` resolves to the build in `checkout`.
 *
 * Inside of a checkout the name resolves to the checkout itself, because a package can import its own name. The copies
 * are outside of it, so Node looks the name up in node_modules, which holds a link to the other checkout.
 * The programs must not import files from outside of their folder: only it is copied.
 */
export function copyPrograms(programs: string, target: string, checkout: string): void {
  cpSync(programs, target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify({ type: 'module' }))
  mkdirSync(join(target, 'node_modules'))
  symlinkSync(checkout, join(target, 'node_modules', PACKAGE_NAME))
}
