// The addons of the package: that of this machine, and those that scripts/build-prebuilt.mjs has made for others.
//
// All are in one tarball, and not in a package for each system with `os`, `cpu` and `libc`: 100 kB each, packed, and then one
// version is one package, a lock file made on one system holds on all, and node_modules can be copied between them.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The name of this machine's addon, as src/native/addon-file.ts looks for it. */
function hostTarget() {
  const system = `${process.platform}-${process.arch}`
  if (process.platform !== 'linux') return system
  return `${system}-${process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'}`
}

/** Copies an addon without its symbols, which only debugging needs. */
function copyStripped(from, to) {
  const { status } = spawnSync('strip', ['--strip-unneeded', '-o', to, from], { stdio: 'ignore' })
  if (status !== 0) copyFileSync(from, to)
}

export function copyAddons(root, out) {
  const prebuilt = join(root, 'dist', 'prebuilt')
  const targets = existsSync(prebuilt)
    ? readdirSync(prebuilt).filter((name) => existsSync(join(prebuilt, name, 'berkeley.node')))
    : []
  const built = join(root, 'native', 'bin', 'berkeley.node')
  // Tests with a sanitizer have an addon of their own, which they name, and may have built no other.
  const all = existsSync(built) ? [...targets, hostTarget()] : targets
  for (const target of new Set(all)) {
    const folder = join(out, 'native', 'bin', target)
    mkdirSync(folder, { recursive: true })
    if (targets.includes(target)) {
      copyFileSync(join(prebuilt, target, 'berkeley.node'), join(folder, 'berkeley.node'))
    } else copyStripped(built, join(folder, 'berkeley.node'))
  }
}
