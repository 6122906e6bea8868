// Makes everything that repeats a name of native/constants.def.
//   node scripts/generate-constants.mjs [--check]     --check: only tells whether a generated file differs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const notice = '// Made by scripts/generate-constants.mjs from native/constants.def: change that list instead.\n'
// Kinds that are looked up by name: their names become a type of constant-names.ts instead of exports.
const lookedUp = new Map([
  ['Option', 'OptionName'],
  ['Errno', 'ErrnoName'],
  ['GaiError', 'GaiErrorName'],
])

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

// Rows in order: { kind, name, guard, doc }, and { section } for a heading.
function parse(text) {
  const seen = new Set()
  return text.split('\n').flatMap((line, index) => {
    if (line.startsWith('# --- ')) return [{ section: line.slice(6) }]
    if (line === '' || line.startsWith('#')) return []
    const match = /^(\w+)\((\w+)(?:, (\w+))?\)(?: +(\S.*))?$/.exec(line)
    if (match === null) fail(`native/constants.def:${index + 1}: not Kind(NAME) or Kind(NAME, MACRO): ${line}`)
    const [, kind, name, guard = name, doc] = match
    if (seen.has(name)) fail(`native/constants.def:${index + 1}: ${name} is there twice`)
    if (doc === undefined && !lookedUp.has(kind))
      fail(`native/constants.def:${index + 1}: ${name} needs an explanation`)
    seen.add(name)
    return [{ kind, name, guard, doc }]
  })
}

function valuesForNative(rows) {
  const lines = rows.map(({ section, kind, name, guard }) => {
    if (section !== undefined) return `\n// ${section}\n`
    const list = kind === 'Errno' || kind === 'GaiError' ? 'ERROR_NUMBER' : 'CONSTANT'
    return `#ifdef ${guard}\n${list}(${name})\n#endif\n`
  })
  return notice + lines.join('')
}

function exportedConstants(rows) {
  const exported = rows.filter((row) => row.section !== undefined || !lookedUp.has(row.kind))
  const kinds = [...new Set(exported.flatMap((row) => row.kind ?? []))].sort()
  const imports = `import type {\n${kinds.map((kind) => `  ${kind},\n`).join('')}} from './constant-kinds.js'\n`
  const lookup =
    '/** The value that this system gives to a name, or -1. */\n' +
    'function constant<Kind extends number>(name: string): Kind {\n' +
    '  return (native.constants[name] ?? -1) as Kind\n}\n'
  const lines = exported.map(({ section, kind, name, doc }, index) => {
    if (section === undefined) return `/** ${doc} */\nexport const ${name}: ${kind} = constant('${name}')\n`
    return exported[index + 1]?.kind === undefined ? '' : `\n// ${section}\n\n`
  })
  return `${notice}\n${imports}import { native } from './native.js'\n\n${lookup}${lines.join('')}`
}

function lookedUpNames(rows) {
  const types = [...lookedUp].map(([kind, type]) => {
    const names = rows.filter((row) => row.kind === kind).map(({ name }) => `\n  | '${name}'`)
    return `\n/** Every name of kind ${kind} in native/constants.def; this system may lack some. */\nexport type ${type} =${names.join('')}\n`
  })
  return notice + types.join('')
}

const rows = parse(readFileSync(join(root, 'native', 'constants.def'), 'utf8'))
const products = {
  'native/constants.inc': valuesForNative(rows),
  'src/constants.ts': exportedConstants(rows),
  'src/constant-names.ts': lookedUpNames(rows),
}

function current(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

const stale = Object.keys(products).filter((path) => current(path) !== products[path])
if (process.argv.includes('--check')) {
  if (stale.length > 0)
    fail(`${stale.join(', ')} differ from native/constants.def: node scripts/generate-constants.mjs`)
} else {
  for (const path of stale) writeFileSync(join(root, path), products[path])
}
