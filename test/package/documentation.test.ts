// The documentation: every example compiles, every error code is explained, and no link is broken.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { complaints, ownOptions } from '../support/compiler.js'
import { root } from '../support/folders.js'

/** The declarations that a short example may use. */
const CONTEXT = `
declare const socket: import('berkeley').Socket
declare const a: import('berkeley').Socket
declare const b: import('berkeley').Socket
declare const listener: import('berkeley').ListeningSocket
declare const awaited: import('berkeley').AsyncSocket
declare const secure: import('berkeley').TlsSocket
declare const secureAwaited: import('berkeley').AsyncTlsSocket
declare const selector: import('berkeley').Selector<string>
declare const reader: import('berkeley').SocketReader
declare const address: import('berkeley').HostInput
declare const worker: import('node:worker_threads').Worker
declare const parentPort: import('node:worker_threads').MessagePort
declare const connection: import('berkeley').Connection
declare const bytes: Buffer
declare const block: Buffer
declare const batch: import('berkeley').DatagramBatch
declare const received: import('berkeley').ReceivedFd
declare const file: number
declare const recording: import('berkeley').Recording
declare function doOtherWork(): void
`

interface Example {
  readonly page: string
  readonly line: number
  readonly code: string
}

function files(folder: string, ending: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name))
}

/** The code blocks of a page in TypeScript. */
function blocksOf(page: string): Example[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1]!,
  }))
}

/** The examples in the doc comments of a source file. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(root, page), 'utf8')
  const source = ts.createSourceFile(page, text, ts.ScriptTarget.Latest, true)
  const found: Example[] = []
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== 'example' || tag.parent.parent !== node) continue
      const { line } = source.getLineAndCharacterOfPosition(tag.getStart())
      found.push({ page, line: line + 2, code: ts.getTextOfJSDocComment(tag.comment) ?? '' })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** An import of everything that the package exports, for examples without imports. */
function publicNames(): string {
  const entry = join(root, 'dist/src/index.d.ts')
  const program = ts.createProgram([entry], ownOptions())
  const checker = program.getTypeChecker()
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)
  const names = symbols.map((symbol) => symbol.name)
  return `import { ${names.join(', ')} } from 'berkeley'`
}

/** An example as a module of its own; imports take one line before it, which `check` subtracts. */
function moduleOf({ code }: Example, names: string): string {
  return /^import /m.test(code) ? code : `${names}; export {}\n${code}`
}

function check(examples: readonly Example[]): string[] {
  const names = publicNames()
  const context = join(root, 'example-context.d.ts')
  const sources = new Map(
    examples.map((example, index) => [join(root, `example-${index}.ts`), moduleOf(example, names)]),
  )
  sources.set(context, CONTEXT)
  const options = { ...ownOptions(), noUnusedLocals: false, noUnusedParameters: false, verbatimModuleSyntax: false }
  return complaints([...sources.keys()], { ...options, rootDir: root }, sources).map((complaint) => {
    const [, index, line, message] = /example-(\d+)\.ts:(\d+): ([\s\S]*)/.exec(complaint) ?? []
    if (index === undefined) return complaint
    const example = examples[Number(index)]!
    const ahead = /^import /m.test(example.code) ? 1 : 2
    return `${example.page}:${example.line + Number(line) - ahead}: ${message}`
  })
}

const architecture = files('docs/architecture', '.md')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'SUPPORTED_PLATFORMS.md',
  ...files('docs/guide', '.md'),
  ...architecture,
]

test('examples: those of README and guide compile', () => {
  const blocks = pages.flatMap(blocksOf)
  assert.ok(blocks.length > 20)
  assert.deepEqual(check(blocks), [])
})

test('examples: those of doc comments compile', () => {
  const examples = files('src', '.ts').flatMap(examplesOf)
  assert.ok(examples.length > 40)
  assert.deepEqual(check(examples), [])
})

test('error codes: the guide explains each', () => {
  const explained = readFileSync(join(root, 'docs/guide/errors.md'), 'utf8')
  const sources = files('src', '.ts').map((file) => readFileSync(join(root, file), 'utf8'))
  const codes = sources.flatMap((text) => [...text.matchAll(/'(ERR_[A-Z_]+)'/g)].map((match) => match[1]!))
  assert.ok(codes.length > 40)
  const missing = codes.filter((code) => !explained.includes(`\`${code}\``))
  assert.deepEqual(missing, [])
})

test('error codes: the guide explains each of the system that a doc comment names', () => {
  const explained = readFileSync(join(root, 'docs/guide/errors.md'), 'utf8')
  const sources = files('src', '.ts').map((file) => readFileSync(join(root, file), 'utf8'))
  const promised = sources.flatMap((text) => text.match(/@throws SocketError .*/g) ?? [])
  const codes = promised.flatMap((line) => line.match(/`E[A-Z0-9]+`/g) ?? [])
  assert.ok(codes.length > 60)
  assert.deepEqual([...new Set(codes)].filter((code) => !explained.includes(code)).sort(), [])
})

test('links: none inside the documentation is broken', () => {
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
    return targets.filter((target) => !existsSync(join(root, dirname(page), target))).map((to) => `${page}: ${to}`)
  })
  assert.deepEqual(broken, [])
})

/** What is not in the repository, but made by a command. */
const MADE = /^(docs\/api|native\/(bin|build|generated\/constants\.inc))/

test('CONTRIBUTING and architecture: the files that they name exist', () => {
  const broken = ['CONTRIBUTING.md', ...architecture].flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const names = [...text.matchAll(/`((?:src|native|test|bench|docs|scripts|report|examples)\/[\w./-]*)`/g)]
    const inRepository = names.map(([, name]) => name!).filter((name) => !MADE.test(name))
    return inRepository.filter((name) => !existsSync(join(root, name))).map((name) => `${page}: ${name}`)
  })
  assert.deepEqual(broken, [])
})

test('architecture: a function that stands beside its file is in it', () => {
  const rows = architecture.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [...text.matchAll(/^\| `([\w.:#]+)` \| `([\w./-]+\.(?:ts|cc))` \|/gm)]
  })
  assert.ok(rows.length > 20)
  const missing = rows.filter(([, name, file]) => {
    const [own] = name!.split(/[.:]+/).slice(-1)
    return !new RegExp(`${own}\\b`).test(readFileSync(join(root, file!), 'utf8'))
  })
  assert.deepEqual(
    missing.map(([, name, file]) => `${name} in ${file}`),
    [],
  )
})
