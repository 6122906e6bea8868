// The folders of src/ are layers: each may import from the folders that its row names, and from nothing else. Types
// count as well. So there is no cycle between folders, and a folder can be understood with what its row names. The same
// holds for the folders of native/ and what they include.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { root } from '../support/folders.js'

/** The folders, the lowest first, and what each may import from. `.` is index.ts, which is all that users see. */
const LAYERS: Readonly<Record<string, string>> = {
  native: '',
  core: 'native',
  addresses: 'native core',
  options: 'native core',
  resolve: 'native core addresses',
  socket: 'native core addresses options resolve',
  messages: 'native core addresses options socket',
  readiness: 'native core',
  selector: 'native core socket readiness',
  connect: 'native core addresses options resolve socket',
  reactor: 'native core socket readiness',
  async: 'native core addresses resolve socket messages connect reactor',
  tls: 'native core addresses socket connect async',
  'proxy-protocol': 'native core addresses socket async',
  handover: 'native core socket async',
  streams: 'native core addresses options socket connect reactor async',
  serve: 'native core addresses options socket messages connect reactor async proxy-protocol',
  'serve-blocking': 'core addresses socket selector connect tls handover',
  http: 'native core options socket connect tls',
  web: 'core addresses options streams async tls',
  trace: 'native core',
  emscripten: 'native core addresses resolve socket messages',
  pyodide: 'core emscripten',
  wasi: 'native core socket emscripten',
  '.': 'native core addresses options resolve socket messages readiness selector connect async proxy-protocol handover streams serve serve-blocking tls trace',
  cli: '. http pyodide wasi',
}

/** The folders of native/, the lowest first, and what each may include from. `.` is addon.cc. */
const NATIVE_LAYERS: Readonly<Record<string, string>> = {
  generated: '',
  platform: 'generated',
  js: '',
  wait: 'platform js',
  verbs: 'platform js wait',
  readiness: 'platform js wait',
  lookup: 'platform js wait',
  tls: 'platform js wait',
  trace: 'platform js wait',
  faults: 'platform js',
  '.': 'platform js wait verbs readiness lookup tls trace faults',
}

/** Every TypeScript file under a folder of the repository, as a path from there. */
function modules(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts'))
}

/** What a source file imports: values and types, statically or not. */
function imports(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8')
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
}

/** The files of src/ that a file of src/ imports. */
function ownImports(file: string): string[] {
  const own = imports(join('src', file)).filter((path) => path.startsWith('.'))
  return own.map((path) => normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'))
}

/** Every source file of the addon, as a path from native/. */
function nativeSources(): string[] {
  const files = readdirSync(join(root, 'native'), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /\.(cc|h)$/.test(file) && !['bin', 'build'].includes(layerOf(file)))
}

/** The files of native/ that one of them includes. */
function includes(file: string): string[] {
  const text = readFileSync(join(root, 'native', file), 'utf8')
  return [...text.matchAll(/^ *# *include "(.*)"/gm)].map(([, path]) => path!)
}

/** How long a file is without what says why, and what it is for. */
function linesOfCode(file: string): number {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  return lines.filter((line) => !/^\s*(\/\/|\/?\*|$)|^import |^\} from |^#include /.test(line)).length
}

/** A header and its source file are one unit: `wait/wake`. */
function unitOf(file: string): string {
  return file.replace(/\.\w+$/, '')
}

/** The layer that a file of src/ or native/ belongs to: its first folder. */
function layerOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.'
}

test('layers: every folder of src/ has a row', () => {
  const folders = new Set(modules('src').map(layerOf))
  assert.deepEqual([...folders].sort(), Object.keys(LAYERS).sort())
})

test('layers: a row names only rows above it', () => {
  const above = new Set<string>()
  for (const [folder, allowed] of Object.entries(LAYERS)) {
    for (const name of allowed.split(' ').filter(Boolean)) assert.ok(above.has(name), `${folder} names ${name}`)
    above.add(folder)
  }
})

test('layers: a file imports from its own folder and from those of its row', () => {
  const wrong = modules('src').flatMap((file) => {
    const allowed = new Set([layerOf(file), ...LAYERS[layerOf(file)]!.split(' ')])
    const foreign = ownImports(file).filter((imported) => !allowed.has(layerOf(imported)))
    return foreign.map((imported) => `${file} imports ${imported}`)
  })
  assert.deepEqual(wrong, [])
})

test('layers: a row names no folder that its files do not need', () => {
  const needed = new Map<string, Set<string>>()
  for (const file of modules('src')) {
    const set = needed.get(layerOf(file)) ?? new Set()
    for (const imported of ownImports(file)) set.add(layerOf(imported))
    needed.set(layerOf(file), set)
  }
  for (const [folder, allowed] of Object.entries(LAYERS)) {
    const unused = allowed.split(' ').filter((name) => name !== '' && !needed.get(folder)!.has(name))
    assert.deepEqual(unused, [], folder)
  }
})

test('files: no cycle of imports, types included', () => {
  const finished = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    assert.equal(at, -1, `cycle: ${[...path.slice(at), file].join(' -> ')}`)
    if (finished.has(file)) return
    path.push(file)
    for (const imported of ownImports(file)) visit(imported)
    path.pop()
    finished.add(file)
  }
  for (const file of modules('src')) visit(file)
})

test('files: at most 350 lines of code, without imports and comments', () => {
  const sources = [...modules('src').map((file) => `src/${file}`), ...nativeSources().map((file) => `native/${file}`)]
  const long = sources.filter((file) => !file.includes('generated/') && linesOfCode(file) > 350)
  assert.deepEqual(long, [])
})

test('native: a row names only rows above it', () => {
  const above = new Set<string>()
  for (const [folder, allowed] of Object.entries(NATIVE_LAYERS)) {
    for (const name of allowed.split(' ').filter(Boolean)) assert.ok(above.has(name), `${folder} names ${name}`)
    above.add(folder)
  }
})

test('native: includes go downwards', () => {
  const included: Record<string, Set<string>> = { generated: new Set() }
  for (const file of nativeSources()) {
    const folder = layerOf(file)
    included[folder] ??= new Set()
    for (const path of includes(file)) if (layerOf(path) !== folder) included[folder].add(layerOf(path))
  }
  const stated = Object.entries(NATIVE_LAYERS).map(([folder, allowed]) => {
    return [folder, new Set(allowed.split(' ').filter(Boolean))]
  })
  assert.deepEqual(included, Object.fromEntries(stated))
})

test('native: no cycle of includes, a header and its source file taken together', () => {
  const included = new Map<string, Set<string>>()
  for (const file of nativeSources()) {
    const units = included.get(unitOf(file)) ?? new Set()
    for (const unit of includes(file).map(unitOf)) if (unit !== unitOf(file)) units.add(unit)
    included.set(unitOf(file), units)
  }
  const finished = new Set<string>()
  const path: string[] = []
  const visit = (unit: string): void => {
    const at = path.indexOf(unit)
    assert.equal(at, -1, `cycle: ${[...path.slice(at), unit].join(' -> ')}`)
    if (finished.has(unit)) return
    path.push(unit)
    for (const next of included.get(unit) ?? []) visit(next)
    path.pop()
    finished.add(unit)
  }
  for (const unit of included.keys()) visit(unit)
})

test('native: only platform/ compiles code by conditions; readiness/ is chosen by file', () => {
  const conditional = nativeSources().filter((file) => {
    return layerOf(file) !== 'platform' && /^ *# *if/m.test(readFileSync(join(root, 'native', file), 'utf8'))
  })
  assert.deepEqual(conditional, [])
})

/** What requires modules: the addon, and modules of Node's that are loaded when they are needed. */
const REQUIRES: readonly string[] = ['native/addon.ts', 'native/node-modules.ts']

test('packages: the library imports none, and only native/addon.ts loads the addon', () => {
  for (const file of modules('src').filter((name) => layerOf(name) !== 'cli')) {
    const foreign = imports(join('src', file)).filter((path) => !path.startsWith('.') && !path.startsWith('node:'))
    assert.deepEqual(foreign, [], file)
    const text = readFileSync(join(root, 'src', file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    assert.equal(/createRequire|dlopen/.test(text), REQUIRES.includes(file), `${file} loads an addon`)
  }
})

test('examples: import what users import', () => {
  for (const name of modules('examples')) {
    const others = imports(join('examples', name)).filter((path) => !/^(berkeley(\/|$)|node:)/.test(path))
    assert.deepEqual(others, [], name)
  }
})

test('CONTRIBUTING: the file to begin a folder with opens with a comment', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([\w-]+)\/` \| `([\w-]+\.\w+)` \|/gm)]
  assert.ok(rows.length >= Object.keys(LAYERS).length - 1)
  for (const [, folder, file] of rows) {
    const side = file!.endsWith('.ts') ? 'src' : 'native'
    const source = readFileSync(join(root, side, folder!, file!), 'utf8').replace(/^#!.*\n/, '')
    assert.match(source, /^\/\/ /, `${side}/${folder}/${file}`)
  }
})

test('CONTRIBUTING: explains every folder', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const native = readdirSync(join(root, 'native'), { withFileTypes: true })
  const folders = native.filter((entry) => entry.isDirectory() && !['bin', 'build'].includes(entry.name))
  const names = [...Object.keys(LAYERS).filter((name) => name !== '.'), ...folders.map(({ name }) => name)]
  assert.deepEqual(
    names.filter((name) => !text.includes(`\`${name}/\``)),
    [],
  )
})
