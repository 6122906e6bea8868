// Unpacks a tarball of the package, and uses it with nothing else installed.
//   node scripts/try-package.mjs TARBALL PROGRAM      PROGRAM: test/fixtures/package/every-way.ts, compiled
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { tryPackage } from './package/try.mjs'

const [tarball, program] = process.argv.slice(2).map((path) => resolve(path))
const project = mkdtempSync(join(tmpdir(), 'berkeley-package-'))
try {
  const place = join(project, 'node_modules', 'berkeley')
  mkdirSync(place, { recursive: true })
  const { status } = spawnSync('tar', ['xzf', tarball, '--strip-components=1', '-C', place], { stdio: 'inherit' })
  const passed = status === 0 && (await tryPackage(project, program, [process.execPath], process.env))
  process.exitCode = passed ? 0 : 1
} finally {
  rmSync(project, { recursive: true, force: true })
}
