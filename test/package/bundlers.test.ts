// Bundles of a program that uses the package: each runs, or says in its first error what to do.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build, type Format } from 'esbuild'
import { addonPreload, Child, type Ended } from '../support/child.js'
import { packageFolder, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const addon =
  process.env['BERKELEY_ADDON'] ?? fileURLToPath(new URL('../../../native/bin/berkeley.node', import.meta.url))

const PROGRAM = `
import { serveBlocking, Socket } from 'berkeley'
import { fetchSync } from 'berkeley/http'
import { connect } from 'berkeley/web'
for (const imported of [fetchSync, connect]) if (typeof imported !== 'function') throw new Error('not exported')
const [one, other] = Socket.pair()
one.send('hello')
console.log(String(other.recv(10)))
try {
  serveBlocking({ host: '127.0.0.1', port: 0 }, '/no-such-handler.js').close().catch(() => {})
  console.log('threads')
} catch (error) {
  console.log(error.message)
}
`

/** A project that has the package installed, with a program in ESM. */
function project(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(packageFolder, join(folder, 'node_modules', 'berkeley'))
  writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  return folder
}

async function bundle(format: Format, external: string[]): Promise<string> {
  const folder = project()
  const outfile = join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
  const entryPoints = [join(folder, 'program.mjs')]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format, external, logLevel: 'error' })
  return outfile
}

function runBundle(context: TestContext, file: string, addonFile?: string): Promise<Ended> {
  return new Child(context, process.execPath, [file], { env: { ...addonPreload, BERKELEY_ADDON: addonFile } }).ended()
}

// require() of an ES module is there since Node 20.19 and 22.12.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const requiresModules = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)

for (const format of ['esm', 'cjs'] as const) {
  const skip = format === 'cjs' && !requiresModules && 'this Node has no require() of ES modules'

  test(`${format} bundle: with the package as external everything works`, { ...limits, skip }, async (context) => {
    const { stdout, stderr } = await runBundle(
      context,
      await bundle(format, ['berkeley']),
      process.env['BERKELEY_ADDON'],
    )
    assert.equal(stdout.toString(), 'hello\nthreads\n', stderr)
  })

  test(`${format} bundle: with BERKELEY_ADDON all but threads works`, limits, async (context) => {
    const { stdout, stderr } = await runBundle(context, await bundle(format, []), addon)
    assert.match(stdout.toString(), /^hello\nberkeley: serveBlocking needs .* external\n$/, stderr)
  })

  test(`${format} bundle: the first error says what to do`, limits, async (context) => {
    const { code, stderr } = await runBundle(context, await bundle(format, []))
    assert.equal(code, 1)
    assert.match(stderr, /berkeley: .*: in a bundle, mark 'berkeley' as external, or set BERKELEY_ADDON/)
  })
}
