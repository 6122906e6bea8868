// The package's types, as other projects see them.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import ts from 'typescript'
import { complaints, root } from './compiler.js'

/** A folder in which `berkeley` and `@types/node` are installed, and one program. */
function project(context: TestContext, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-types-'))
  context.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'berkeley'))
  symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'program.ts'), source)
  return join(folder, 'program.ts')
}

/** As strict and as old as a project may be: no disposables in `lib`, no `types`, every declaration checked. */
const consumer: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
}

const program = `
  import { type Address, AF_INET, createConnection, Socket, SOCK_STREAM, TCP_NODELAY } from 'berkeley'
  const socket: Socket = new Socket(AF_INET, SOCK_STREAM)
  socket.setOption(TCP_NODELAY, true)
  const bytes: Uint8Array | null | undefined = socket.tryRecv(1024)
  const name: Address = createConnection({ host: 'localhost', port: 80 }).getSockName()
  socket[Symbol.dispose]()
  export { bytes, name }
`

test('a project without disposables in its lib compiles', (context) => {
  assert.deepEqual(complaints([project(context, program)], consumer), [])
})

test('so does one that leaves resolution to a bundler', (context) => {
  const bundled = {
    ...consumer,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  assert.deepEqual(complaints([project(context, program)], bundled), [])
})

/** What must not compile: each line has an error of its own. */
const mistakes = [
  'new Socket(SOCK_STREAM, AF_INET)',
  'new Socket(2)',
  "socket.setOption(TCP_NODELAY, 'yes')",
  'socket.connect(80)',
  'socket.recv(1024).length',
  'socket.getOption(TCP_NODELAY).length',
  "socket.shutdown('all')",
  'socket.setTimeout(1000, () => {})',
  'socket.fd = 3',
  'socket.gate',
]

test('mistakes do not compile', (context) => {
  const head =
    "import { AF_INET, Socket, SOCK_STREAM, TCP_NODELAY } from 'berkeley'; const socket = new Socket(AF_INET)\n"
  const found = complaints([project(context, `${head}${mistakes.join('\n')}\n`)], consumer)
  const lines = new Set(found.map((complaint) => Number(/program\.ts:(\d+)/.exec(complaint)?.[1]) - 2))
  const compiled = mistakes.filter((_, index) => !lines.has(index))
  assert.deepEqual(compiled, [])
})
