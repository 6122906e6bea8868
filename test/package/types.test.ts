// The package's types in other projects: programs that compile, mistakes that do not, and exports.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AsyncSocket, AsyncTlsSocket, Socket, TlsSocket } from 'berkeley'
import ts from 'typescript'
import { complaints } from '../support/compiler.js'
import { packageFolder, root, temporaryFolder } from '../support/folders.js'

/** A project in which `berkeley` and `@types/node` are installed; returns the path of its one program. */
function project(source: string): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(packageFolder, join(folder, 'node_modules', 'berkeley'))
  symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'program.ts'), source)
  return join(folder, 'program.ts')
}

/** The strictest and oldest supported configuration: no disposables in `lib`, no `types`, every declaration checked. */
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
  import { socketImports, withSockets } from 'berkeley/emscripten'
  import { allowHosts, loadPyodideWithSockets } from 'berkeley/pyodide'
  import { SocketWasi } from 'berkeley/wasi'
  const socket: Socket = new Socket(AF_INET, SOCK_STREAM)
  socket.setOption(TCP_NODELAY, true)
  const bytes: Uint8Array | null | undefined = socket.tryRecv(1024)
  const name: Address = createConnection({ host: 'localhost', port: 80 }).getSockName()
  socket[Symbol.dispose]()
  import { fetchSync, type FetchSyncOptions, HttpError } from 'berkeley/http'
  import { connect, type StreamSocket } from 'berkeley/web'
  const options: FetchSyncOptions = { headers: new Headers({ accept: 'text/plain' }), body: new URLSearchParams() }
  const response = fetchSync('http://localhost/', options)
  const parts: [boolean, string, unknown, Uint8Array] = [response.ok, response.text(), response.json(), response.bytes()]
  for (const chunk of response.body) parts[3] = chunk
  const secure: StreamSocket = connect('localhost:443', { secureTransport: 'starttls' }).startTls()
  const opened: Promise<{ alpn: string | null }> = secure.opened
  const status: number = new SocketWasi({ listen: [socket] }).run(new Uint8Array(8))
  const pyodide = loadPyodideWithSockets({ allow: allowHosts(['example.com']), signals: ['SIGINT'] })
  const settings = withSockets({ arguments: ['x'] }, { wasm: 'x.wasm' })
  socketImports({}, {}).close()
  export { bytes, HttpError, name, opened, parts, pyodide, settings, status }
`

test('types: a project without disposables in its lib compiles', () => {
  assert.deepEqual(complaints([project(program)], consumer), [])
})

test('types: a project that leaves module resolution to a bundler compiles', () => {
  const bundled = {
    ...consumer,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  assert.deepEqual(complaints([project(program)], bundled), [])
})

/** Servers whose address has the type of their target, without a cast. */
const addresses = `
  import { type Address, createServer, type HostInput, type ListeningSocket, type ServerTarget, Socket, serve } from 'berkeley'
  import { serveBlocking } from 'berkeley'
  const handler = new URL('file:///handler.js')
  const options = { host: 'localhost', port: 0, idleTimeout: 1000 }
  declare const target: ServerTarget
  declare const given: Socket
  const ports: number[] = [
    createServer({ host: '', port: 0 }, { dualStack: true }).getSockName().port,
    serve({ host: 'localhost', port: 0, maxConnections: 3 }, { data: (self, bytes) => self.write(bytes) }).address.port,
    serve<{ name: string }>(options, { open: (self) => { self.data = { name: 'a' } } }).address.port,
    serve({ listener: createServer(options) }, {}).address.port,
    serveBlocking({ host: '', port: 0, threads: 2 }, handler, { context: 1 }).address.port,
  ]
  const paths: string[] = [
    createServer({ path: '/tmp/a' }).getSockName().path,
    serve({ path: '/tmp/a', idleTimeout: 1000 }, {}).address.path,
    serveBlocking({ path: '/tmp/a', maxPending: 1 }, handler).address.path,
  ]
  const any: Address[] = [
    serve(target, {}).address,
    serve({ listener: given }, {}).address,
    createServer({ abstract: Buffer.of(1) }).getSockName(),
    serveBlocking({ listener: given }, handler).address,
  ]
  const reached: HostInput = serve(options, {}).address
  const listener: Socket = createServer(options)
  const general: ListeningSocket = createServer(options)
  export { any, general, listener, paths, ports, reached }
`

test('types: the address of a server has the type of its target', () => {
  assert.deepEqual(complaints([project(addresses)], consumer), [])
})

/** The methods and accessors of a class, those of the classes that it extends included. */
function membersOf(type: { readonly prototype: object }): string[] {
  const members = new Set<string>()
  for (let level = type.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) members.add(name)
  }
  // console.log and JSON.stringify call it.
  return [...members].filter((name) => name !== 'constructor' && name !== 'toJSON')
}

test('types: every verb of the sockets is declared', () => {
  const lines = Object.entries({ AsyncSocket, AsyncTlsSocket, Socket, TlsSocket }).flatMap(([name, type]) =>
    membersOf(type).map((member) => `'${member}' satisfies keyof berkeley.${name}`),
  )
  assert.ok(lines.includes("'recvMsg' satisfies keyof berkeley.Socket"))
  const found = complaints([project(`import type * as berkeley from 'berkeley'\n${lines.join('\n')}\n`)], consumer)
  const undeclared = found.map((complaint) => lines[Number(/program\.ts:(\d+)/.exec(complaint)?.[1]) - 2] ?? complaint)
  assert.deepEqual(undeclared, [])
})

/** Lines that must not compile. */
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
  "serve({ path: '/tmp/a' }, {}).address.port",
  "serve({ host: '', port: 0 }, {}).address.path",
  'serve({ listener: socket }, {}).address.port',
  "serve({ host: '', port: 0 }, { onData() {} })",
  "serve({ host: '', port: 0, idleTimout: 1000 }, {})",
]

test('types: mistakes do not compile', () => {
  const head =
    "import { AF_INET, Socket, SOCK_STREAM, serve, TCP_NODELAY } from 'berkeley'; const socket = new Socket(AF_INET)\n"
  const found = complaints([project(`${head}${mistakes.join('\n')}\n`)], consumer)
  const lines = new Set(found.map((complaint) => Number(/program\.ts:(\d+)/.exec(complaint)?.[1]) - 2))
  const compiled = mistakes.filter((_, index) => !lines.has(index))
  assert.deepEqual(compiled, [])
})

test('exports: none of the package’s internal functions', async () => {
  const berkeley = await import('berkeley')
  for (const name of ['checkCName', 'hostText', 'serviceText']) assert.equal(name in berkeley, false, name)
})
