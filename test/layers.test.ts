// Imports go downwards. The rule: of the order below, a file may import what stands before it, and nothing else. So
// there are no cycles, and a file can be understood with nothing but what is under it.
//
// It holds for what remains of imports at run time: a type may be named from anywhere.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The layers, the lowest first, and the files of each in their order. CONTRIBUTING.md says what they are for. */
const LAYERS = [
  'native',
  'constant-kinds constant-names constants errno',
  'errors',
  'limits data addresses signals diagnostics',
  'crc32c ip-text option-codecs options/row options/structures options/address-structures options/tcp-info',
  'options/ip-level options/ipv6-level options/socket-level options/tcp-level options/udp-level options/table',
  'options/access options',
  'lookup names resolve',
  'proxy-header proxy-addresses proxy-text proxy-values proxy-binary proxy-parser proxy-protocol',
  'transfer-options reader-buffer reader watchers socket-base socket-connect socket-transfer socket-options socket',
  'waker selector-backend selector-entry selector-epoll selector-poll selector-doubts selector select',
  'race connection connect server threads',
  'turn bell receive-ahead reactor-entry reactor awaited-descriptor async-resolve async-reader async-verbs async-base async-socket async-proxy-protocol open-connection',
  'given-stream handlers send-queue shared-memory connection-sending connection-receiving connection-handled acceptor serve',
  'duplex-flow duplex web-streams',
  'handover activation',
  'trace-ring trace trace-events',
  'serve-blocking-protocol serve-blocking-thread serve-blocking-slot serve-blocking',
  'index',
]
const COMMAND_LINE = [
  'terminal/output terminal/formatting terminal/arguments',
  'modes/call-log modes/other-work modes/synchronous-modes modes/exchange modes/server/worker modes/server/slow-server modes/printing modes/modes modes/command',
  'get/response get/get get/command',
  'options/options options/command',
  'report/data report/trace-sections report/page report/output-file',
  'trace/program trace/trace trace/command',
  'compare/workload/mode-names compare/workload/workload compare/workload/think',
  'compare/protocol/reply-parser compare/protocol/http-reply compare/protocol/protocols',
  'compare/measurement/tally compare/measurement/blocked-time compare/measurement/process-status compare/measurement/result',
  'compare/client/thread-load compare/client/target compare/client/mode compare/client/inactivity-timeout compare/client/probe',
  'compare/modes/callbacks compare/modes/blocking compare/modes/worker compare/modes/threads compare/modes/selector',
  'compare/modes/async compare/modes/handlers compare/modes/node-net compare/modes/table',
  'compare/process/messages compare/process/program compare/process/mode-process compare/process/system-calls',
  'compare/process/timeline compare/process/progress compare/process/sequence',
  'compare/server/built-in-server compare/server/program',
  'compare/output/comparison compare/output/recommendation compare/output/table compare/output/formats compare/output/report',
  'compare/options compare/compare compare/command',
  'main',
]
const order = [
  ...LAYERS.flatMap((layer) => layer.split(' ')),
  ...COMMAND_LINE.flatMap((layer) => layer.split(' ')).map((name) => `cli/${name}`),
]

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The files of TypeScript under a folder, without their extension. */
function modules(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3))
}

/** What a compiled file imports, statically or not: its text too. */
function imports(file: string): { text: string; imported: string[] } {
  const text = readFileSync(join(root, 'dist', `${file}.js`), 'utf8')
  return { text, imported: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName) }
}

/** Those of a file's imports that are files of the package, as they are called in the order. */
function ownImports(name: string): string[] {
  const { imported } = imports(join('src', name))
  const own = imported.filter((path) => path.startsWith('.'))
  return own.map((path) => relative('src', join('src', dirname(name), path)).replace(/\.js$/, ''))
}

test('every file has its place in the order', () => {
  assert.deepEqual(modules('src').sort(), [...order].sort())
})

test('a file imports only files that stand before it', () => {
  for (const [index, name] of order.entries()) {
    const before = new Set(order.slice(0, index))
    const upwards = ownImports(name).filter((imported) => !before.has(imported))
    assert.deepEqual(upwards, [], `${name} imports what stands after it`)
  }
})

test('the command line knows nothing of the library but what it offers to all', () => {
  for (const name of order.filter((file) => file.startsWith('cli/'))) {
    const inside = ownImports(name).filter((imported) => !imported.startsWith('cli/') && imported !== 'index')
    assert.deepEqual(inside, [], `${name} reaches into the library`)
  }
})

test('the library needs no package, and only native.ts loads the addon', () => {
  for (const name of order.filter((file) => !file.startsWith('cli/'))) {
    const { text, imported } = imports(join('src', name))
    const foreign = imported.filter((path) => !path.startsWith('.') && !path.startsWith('node:'))
    assert.deepEqual(foreign, [], name)
    const loads = /createRequire|dlopen|\.node\b/.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))
    assert.equal(loads, name === 'native', `${name} loads an addon`)
  }
})

test('examples import what users import', () => {
  for (const name of modules('examples')) {
    const { imported } = imports(join('examples', name))
    const others = imported.filter((path) => path !== 'berkeley' && !path.startsWith('node:'))
    assert.deepEqual(others, [], name)
  }
})

test('CONTRIBUTING says what every file is for', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const native = readdirSync(join(root, 'native')).filter((name) => /\.(cc|h|def|inc|gyp)$/.test(name))
  const source = modules('src').map((name) => `${name.replace(/^cli\//, '')}.ts`)
  const missing = [...native, ...source].filter((name) => !text.includes(`\`${name}\``))
  assert.deepEqual(missing, [])
})
