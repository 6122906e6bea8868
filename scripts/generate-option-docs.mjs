// Makes from the compiled table of options what users see of it: the exports with their documentation, and the page.
//   node scripts/generate-option-docs.mjs [--check]     --check: only tells whether a generated file differs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { optionLevels, optionTable } = await import(new URL('../dist/src/options/table.js', import.meta.url).href).catch(
  (error) => fail(`the table of options is not compiled: npm run build (${error.message})`),
)

const accessWords = { read: 'read', write: 'set', both: 'read, set' }
const files = {
  socketLevel: 'socket-level',
  ipLevel: 'ip-level',
  groupLevel: 'ip-level',
  ipv6Level: 'ipv6-level',
  tcpLevel: 'tcp-level',
  udpLevel: 'udp-level',
}

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

function sockets({ families, types }) {
  const words = [...families, ...types]
  return words.length === 0 ? 'all' : words.join(' ')
}

function systems({ platforms, since }) {
  const others = platforms.filter((platform) => platform !== 'linux')
  const linux = since === undefined ? 'linux' : `linux >= ${since}`
  return [linux, ...others].join(', ')
}

function valueWords({ type, unit }) {
  return unit === undefined ? type : `${type} (${unit})`
}

function comment(row) {
  const effect = row.noEffect === undefined ? '' : `\n * Setting it throws \`ERR_OPTION_NO_EFFECT\`: ${row.noEffect}.`
  const facts = [
    `\`${row.levelName}\`, ${row.man}`,
    `value: ${valueWords(row)}`,
    `access: ${accessWords[row.access]}`,
    `sockets: ${sockets(row)}`,
    `systems: ${systems(row)}`,
  ]
  return `/**\n * ${row.doc}${effect}\n *\n${facts.map((fact) => ` * - ${fact}\n`).join('')} */\n`
}

function exportsModule() {
  const notice = '// Made by scripts/generate-option-docs.mjs from the table in options/: change that instead.\n\n'
  const imports = [...new Set(Object.values(files))].sort().map((file) => {
    const names = Object.keys(files).filter((name) => files[name] === file)
    return `import { ${names.sort().join(', ')} } from './options/${file}.js'\n`
  })
  const types =
    `\nexport type * from './options/address-structures.js'\n` +
    `export type {\n  AnyOption,\n  OptionFamily,\n  OptionRow,\n  OptionSocketType,\n  ReadableOption,\n  SocketOption,\n  WritableOption,\n} from './options/row.js'\n` +
    `export type * from './options/structures.js'\nexport { optionTable } from './options/table.js'\nexport type { TcpInfo } from './options/tcp-info.js'\n`
  const rows = Object.entries(optionLevels).flatMap(([level, options]) =>
    Object.values(options).map((row) => `\n${comment(row)}export const ${row.name} = ${level}.${row.name}\n`),
  )
  return notice + imports.join('') + types + rows.join('')
}

// A table with its columns padded, as the formatter wants it.
function table(rows) {
  const cells = rows.map((row) => row.map((text) => text.replaceAll('|', '\\|')))
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |\n`
  const [head, ...body] = cells.map(line)
  return `${head}| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n${body.join('')}`
}

function rowCells(row) {
  const effect = row.noEffect === undefined ? '' : ` Setting it throws \`ERR_OPTION_NO_EFFECT\`: ${row.noEffect}.`
  const facts = [valueWords(row), accessWords[row.access], sockets(row), systems(row), row.man]
  return [`\`${row.name}\``, ...facts, row.doc + effect]
}

function page() {
  const head =
    '# Every option\n\n' +
    'Made by `scripts/generate-option-docs.mjs` from the table of options.\n' +
    'How to use them, and what their errors mean, is in [options.md](options.md).\n' +
    'An option that this system lacks has `supported: false`, and get and set throw `ERR_OPTION_UNSUPPORTED`.\n'
  const titles = ['option', 'value', 'access', 'sockets', 'systems', 'described in', 'what it does']
  const levels = Object.values(optionLevels).map((options) => {
    const rows = Object.values(options)
    return `\n## ${rows[0].levelName}\n\n${table([titles, ...rows.map(rowCells)])}`
  })
  return head + levels.join('')
}

const products = { 'src/options.ts': exportsModule(), 'docs/guide/options-table.md': page() }

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
    fail(`${stale.join(', ')} differ from the table of options: node scripts/generate-option-docs.mjs`)
} else {
  mkdirSync(join(root, 'docs', 'guide'), { recursive: true })
  for (const path of stale) writeFileSync(join(root, path), products[path])
  process.stdout.write(`${optionTable.length} options, ${stale.length} files written\n`)
}
