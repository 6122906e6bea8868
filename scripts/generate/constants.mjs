// The files made from native/constants.def, the list of constants: the values for the addon, the exports for users, and
// the names that other modules look up.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const MADE_BY = '// Made by `npm run generate` from native/constants.def: change that list instead.\n'
const LIST = 'native/constants.def'
// Kinds that are looked up by name: their names become types of constant-names.ts instead of exports.
const LOOKED_UP = new Map([
  ['Errno', 'ErrnoName'],
  ['GaiError', 'GaiErrorName'],
])

// Rows in order: { kind, name, guard, doc }, and { section } for a heading.
export function readConstants(root) {
  const seen = new Set()
  const lines = readFileSync(join(root, LIST), 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    if (line.startsWith('# --- ')) return [{ section: line.slice(6) }]
    if (line === '' || line.startsWith('#')) return []
    const match = /^(\w+)\((\w+)(?:, (\w+))?\)(?: +(\S.*))?$/.exec(line)
    if (match === null) throw new Error(`${LIST}:${index + 1}: not Kind(NAME) or Kind(NAME, MACRO): ${line}`)
    const [, kind, name, guard = name, doc] = match
    if (seen.has(name)) throw new Error(`${LIST}:${index + 1}: ${name} is listed twice`)
    if (doc === undefined && !LOOKED_UP.has(kind)) throw new Error(`${LIST}:${index + 1}: ${name} needs a doc comment`)
    seen.add(name)
    return [{ kind, name, guard, doc }]
  })
}

// The numbers of Linux by name: native/linux-numbers.txt.
export function linuxNumbers(root) {
  const lines = readFileSync(join(root, 'native', 'linux-numbers.txt'), 'utf8').split('\n')
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' '))
  return new Map(rows.map(([name, number]) => [name, Number(number)]))
}

// For the addon: every name with Linux's number where that is the same on every processor, else with the value that the
// system's headers give it.
export function nativeValues(root) {
  const numbers = linuxNumbers(root)
  const optionNames = readFileSync(join(root, 'native', 'generated', 'option-names.txt'), 'utf8')
  const options = optionNames.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const rows = [...readConstants(root), ...options.map((name) => ({ kind: 'Option', name, guard: name }))]
  const lines = rows.map(({ section, kind, name, guard }) => {
    if (section !== undefined) return `\n// ${section}\n`
    const list = LOOKED_UP.has(kind) ? 'ERROR_NUMBER' : 'CONSTANT'
    const fromHeaders = `defined(${guard})\n${list}(${name})\n#endif\n`
    if (!numbers.has(name)) return `#if ${fromHeaders}`
    return `#ifdef LINUX_NUMBERS\n${list}_NUMBER(${name}, ${numbers.get(name)})\n#elif ${fromHeaders}`
  })
  return `// Made by scripts/build-native.mjs.\n${lines.join('')}`
}

// For users: an export with its doc comment for each constant.
export function exportedConstants(rows) {
  const exported = rows.filter((row) => row.section !== undefined || !LOOKED_UP.has(row.kind))
  const kinds = [...new Set(exported.flatMap((row) => row.kind ?? []))].sort()
  const imports =
    "import { native } from '../addon.js'\n" +
    `import type {\n${kinds.map((kind) => `  ${kind},\n`).join('')}} from '../constant-kinds.js'\n`
  const lookup =
    '/** The value that this system gives to a name, or -1. */\n' +
    'function constant<Kind extends number>(name: string): Kind {\n' +
    '  return (native.constants[name] ?? -1) as Kind\n}\n'
  const lines = exported.map(({ section, kind, name, doc }, index) => {
    if (section === undefined) return `/** ${doc} */\nexport const ${name}: ${kind} = constant('${name}')\n`
    return exported[index + 1]?.kind === undefined ? '' : `\n// ${section}\n\n`
  })
  return `${MADE_BY}\n${imports}\n${lookup}${lines.join('')}`
}

// For modules that look errors up: the names as types.
export function lookedUpNames(rows) {
  const types = [...LOOKED_UP].map(([kind, type]) => {
    const names = rows.filter((row) => row.kind === kind).map(({ name }) => `\n  | '${name}'`)
    return `\n/** Every name of kind ${kind} in native/constants.def; a system may lack some. */\nexport type ${type} =${names.join('')}\n`
  })
  return MADE_BY + types.join('')
}
