// The package's types, as other projects see them.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import ts from 'typescript'
import { complaints, root } from '../support/compiler.js'

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

/** Servers, and where they listen: of the kind that was asked for, without a cast. */
const addresses = `
  import { type Address, createServer, type HostInput, type ListeningSocket, type ServerTarget, Socket, serve } from 'berkeley'
  import { serveBlocking } from 'berkeley'
  const handler = new URL('file:///handler.js')
  const options = { host: 'localhost', port: 0, idleTimeout: 1000 }
  declare const target: ServerTarget
  declare const given: Socket
  const ports: number[] = [
    createServer({ host: '', port: 0 }, { dualStack: true }).getSockName().port,
    serve({ host: 'localhost', port: 0, maxConnections: 3 }, { data: (self, bytes) => self.write(bytes) }).address().port,
    serve<{ name: string }>(options, { open: (self) => { self.data = { name: 'a' } } }).address().port,
    serve({ listener: createServer(options) }, {}).address().port,
    serveBlocking({ host: '', port: 0, threads: 2 }, handler, { context: 1 }).address.port,
  ]
  const paths: string[] = [
    createServer({ path: '/tmp/a' }).getSockName().path,
    serve({ path: '/tmp/a', idleTimeout: 1000 }, {}).address().path,
    serveBlocking({ path: '/tmp/a', maxPending: 1 }, handler).address.path,
  ]
  const any: Address[] = [
    serve(target, {}).address(),
    serve({ listener: given }, {}).address(),
    createServer({ abstract: Buffer.of(1) }).getSockName(),
    serveBlocking({ listener: given }, handler).address,
  ]
  const reached: HostInput = serve(options, {}).address()
  const listener: Socket = createServer(options)
  const general: ListeningSocket = createServer(options)
  export { any, general, listener, paths, ports, reached }
`

test('where a server listens is of the kind that was asked for', (context) => {
  assert.deepEqual(complaints([project(context, addresses)], consumer), [])
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
  "serve({ path: '/tmp/a' }, {}).address().port",
  "serve({ host: '', port: 0 }, {}).address().path",
  'serve({ listener: socket }, {}).address().port',
  "serve({ host: '', port: 0 }, { onData() {} })",
  "serve({ host: '', port: 0, idleTimout: 1000 }, {})",
]

test('mistakes do not compile', (context) => {
  const head =
    "import { AF_INET, Socket, SOCK_STREAM, serve, TCP_NODELAY } from 'berkeley'; const socket = new Socket(AF_INET)\n"
  const found = complaints([project(context, `${head}${mistakes.join('\n')}\n`)], consumer)
  const lines = new Set(found.map((complaint) => Number(/program\.ts:(\d+)/.exec(complaint)?.[1]) - 2))
  const compiled = mistakes.filter((_, index) => !lines.has(index))
  assert.deepEqual(compiled, [])
})
