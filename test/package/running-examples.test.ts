// The code blocks of the documentation that can run: those with `<!-- run -->` in front of them. One that connects to port
// 8080 finds the server there that the page starts in a shell.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openConnection } from 'berkeley'
import ts from 'typescript'
import { addonPreload, Child } from '../support/child.js'
import { onFreePort } from '../support/debian.js'
import { packageFolder, root, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const PORT = /\b8080\b/g

const guide = readdirSync(join(root, 'docs/guide')).filter((file) => file.endsWith('.md'))
const pages = ['README.md', ...guide.map((file) => `docs/guide/${file}`)]

/** A block that can run, and the shell's line in front of it that starts its server. */
interface RunningExample {
  readonly name: string
  readonly code: string
  readonly serverLine: string | undefined
}

function examplesOf(page: string): RunningExample[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^<!-- run -->\n```ts\n([\s\S]*?)^```$/gm)].map((match) => {
    const code = match[1]!
    const shell = [...text.slice(0, match.index).matchAll(/^```sh\n(.*)\n```$/gm)].at(-1)?.[1]
    const line = text.slice(0, match.index).split('\n').length
    return { name: `${page}:${line}`, code, serverLine: PORT.test(code) ? shell : undefined }
  })
}

/** Runs the page's own line for its server, at a free port. */
async function startServer(context: TestContext, line: string): Promise<number> {
  const { port } = await onFreePort(async (free) => {
    const command = line.replaceAll(PORT, String(free)).replace(/ *&.*$/, '')
    const child = new Child(context, 'sh', ['-c', `exec ${command}`])
    const failed = child.ended().then(({ stderr }) => Promise.reject(new Error(stderr)))
    await Promise.race([failed, accepted(free)])
    return child
  })
  return port
}

async function accepted(port: number): Promise<void> {
  for (;;) {
    try {
      const socket = await openConnection({ host: 'localhost', port }, { timeout: 60_000 })
      return socket.close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
    }
  }
}

for (const { name, code, serverLine } of pages.flatMap(examplesOf)) {
  test(`${name} runs`, limits, async (context) => {
    const port = serverLine === undefined ? 8080 : await startServer(context, serverLine)
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(packageFolder, join(folder, 'node_modules', 'berkeley'))
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
    const { outputText } = ts.transpileModule(code.replaceAll(PORT, String(port)), { compilerOptions })
    writeFileSync(join(folder, 'example.mjs'), outputText)
    const child = new Child(context, process.execPath, ['example.mjs'], { cwd: folder, env: addonPreload })
    const { code: status, stdout, stderr } = await child.ended()
    assert.equal(status, 0, stderr)
    if (serverLine !== undefined) assert.match(stdout.toString(), /200 OK(?:.|\s)*hello/)
  })
}
