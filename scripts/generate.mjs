// Makes every generated file, or checks that all are up to date. It needs the npm packages and no build.
//   node scripts/generate.mjs [--check]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchmarkFiles } from './generate/benchmarks.mjs'
import { exportedConstants, lookedUpNames, readConstants } from './generate/constants.mjs'
import { exportedOptions, optionNames, optionsPage, readOptionLevels } from './generate/options.mjs'
import { recipesPage } from './generate/recipes.mjs'
import { structurePage } from './generate/structure.mjs'
import { fieldMeanings, readStructures } from './generate/structures.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

function current(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

/** The products that differ from `files`, which maps paths to contents; written unless they are only checked. */
function update(files, check) {
  const stale = Object.keys(files).filter((path) => current(path) !== files[path])
  if (check) return stale
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), files[path])
  }
  return stale
}

const check = process.argv.includes('--check')
const rows = readConstants(root)
const constants = update(
  {
    'src/native/generated/constants.ts': exportedConstants(rows),
    'src/native/generated/constant-names.ts': lookedUpNames(rows),
  },
  check,
)
// The table of options uses the constants: it is read after they have been made.
const levels = await readOptionLevels(root)
const structures = readStructures(root)
const options = update(
  {
    'src/options/generated/options.ts': exportedOptions(levels),
    'docs/guide/options-table.md': optionsPage(levels, structures),
    'src/cli/options/generated/field-meanings.ts': fieldMeanings(levels, structures),
    'native/generated/option-names.txt': optionNames(levels),
  },
  check,
)
// The structure includes the files that have just been made.
const pages = update(
  {
    'docs/architecture/structure.md': structurePage(root),
    'docs/guide/recipes.md': recipesPage(root),
    ...benchmarkFiles(root),
  },
  check,
)
const stale = [...constants, ...options, ...pages]
if (check && stale.length > 0) {
  process.stderr.write(`berkeley: not up to date: ${stale.join(', ')}: npm run generate\n`)
  process.exitCode = 1
} else if (!check) process.stdout.write(`berkeley: ${stale.length} generated files changed\n`)
