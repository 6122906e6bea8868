// What is made from the table of options in src/options/: the exports with their documentation, the page of the guide,
// and the names whose values the addon looks up.
//
// The table is bundled from its sources with a stub in place of the addon, so that nothing has to be built first: a row's
// number is the only thing that the addon contributes, and no product shows it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ADDON_STUB = `
  export * from './results.js'
  const nothing = () => 0
  const known = { constants: {}, errnos: {}, scratch: new ArrayBuffer(65536), frame: new ArrayBuffer(256) }
  export const native = new Proxy(known, { get: (target, name) => target[name] ?? nothing })
  export const keepShared = nothing
`

export async function readOptionLevels(root) {
  const stub = {
    name: 'addon-stub',
    setup: (bundle) =>
      bundle.onLoad({ filter: /[/\\]native[/\\]addon\.ts$/ }, ({ path }) => ({
        contents: ADDON_STUB,
        resolveDir: dirname(path),
        loader: 'ts',
      })),
  }
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-options-'))
  const outfile = join(folder, 'table.mjs')
  try {
    const entryPoints = [join(root, 'src', 'options', 'table.ts')]
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', plugins: [stub] })
    const { optionLevels } = await import(pathToFileURL(outfile).href)
    return optionLevels
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function optionNames(optionLevels) {
  const names = Object.values(optionLevels).flatMap((rows) => Object.keys(rows))
  return `# Made by \`npm run generate\` from the table in src/options/.\n${names.map((name) => `${name}\n`).join('')}`
}

const ACCESS = { read: 'read', write: 'set', both: 'read, set' }
const FILES = {
  socketLevel: 'socket-level',
  ipLevel: 'ip-level',
  groupLevel: 'ip-level',
  ipv6Level: 'ipv6-level',
  tcpLevel: 'tcp-level',
  udpLevel: 'udp-level',
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
    `access: ${ACCESS[row.access]}`,
    `sockets: ${sockets(row)}`,
    `systems: ${systems(row)}`,
  ]
  return `/**\n * ${row.doc}${effect}\n *\n${facts.map((fact) => ` * - ${fact}\n`).join('')} */\n`
}

export function exportedOptions(optionLevels) {
  const notice = '// Made by `npm run generate` from the table in src/options/: change that instead.\n\n'
  const imports = [...new Set(Object.values(FILES))].sort().map((file) => {
    const names = Object.keys(FILES).filter((name) => FILES[name] === file)
    return `import { ${names.sort().join(', ')} } from '../${file}.js'\n`
  })
  const types =
    `\nexport type * from '../address-structures.js'\n` +
    `export type {\n  AnyOption,\n  OptionFamily,\n  OptionRow,\n  OptionSocketType,\n  ReadableOption,\n  SocketOption,\n  WritableOption,\n} from '../row.js'\n` +
    `export type * from '../structures.js'\nexport { optionTable } from '../table.js'\nexport type { TcpInfo } from '../tcp-info.js'\n`
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
  const facts = [valueWords(row), ACCESS[row.access], sockets(row), systems(row), row.man]
  return [`\`${row.name}\``, ...facts, row.doc + effect]
}

function structureSection({ name, doc, fields }) {
  return `\n### ${name}\n\n${doc}\n\n${table([['field', 'type', 'meaning'], ...fields])}`
}

export function optionsPage(optionLevels, structures) {
  const head =
    '# Every option\n\n' +
    'Made by `npm run generate` from the table of options.\n' +
    'How to use them, and what their errors mean, is in [options.md](options.md).\n' +
    'An option that this system lacks has `supported: false`, and get and set throw `ERR_OPTION_UNSUPPORTED`.\n' +
    'Values that are objects are described under [structures](#structures).\n'
  const titles = ['option', 'value', 'access', 'sockets', 'systems', 'described in', 'what it does']
  const levels = Object.values(optionLevels).map((options) => {
    const rows = Object.values(options)
    return `\n## ${rows[0].levelName}\n\n${table([titles, ...rows.map(rowCells)])}`
  })
  const sections = structures.map(structureSection)
  return `${head}${levels.join('')}\n## Structures\n\nThe fields of each value that is an object.\n${sections.join('')}`
}
