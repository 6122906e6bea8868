// The API report: the declarations of each entry of the package without comments, in docs/api-report/. It is in the
// repository, so that a change shows what it does to the public interface.
//   node scripts/api-report.mjs [--check]
// It reads the declarations that `npm run build:ts` has made.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { declarations, withoutComments } from './package/declarations.mjs'
import { readEntries } from './package/entries.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'docs', 'api-report')

function current(name) {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

const made = Object.entries(await declarations(root, readEntries(root).exports))
const reports = made.map(([name, text]) => [name, withoutComments(name, text)])
const stale = reports.filter(([name, text]) => current(name) !== text)
if (process.argv.includes('--check')) {
  for (const [name] of stale) process.stderr.write(`berkeley: docs/api-report/${name} is not up to date: npm run api\n`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of stale) writeFileSync(join(folder, name), text)
  process.stdout.write(`berkeley: ${stale.length} API reports changed\n`)
}
