// A C program that Emscripten has linked, on real sockets.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { withSockets } from 'berkeley/emscripten'
import { needs } from '../support/debian.js'
import { descriptorsAre, openDescriptors } from '../support/descriptors.js'
import { root, temporaryFolder } from '../support/folders.js'
import type { Ports } from '../support/python-wasm.js'
import { startWorker } from '../support/threads.js'

const OPTIONS = ['-sMODULARIZE', '-sFORCE_FILESYSTEM', '-sEXPORTED_RUNTIME_METHODS=FS', '-sENVIRONMENT=node']

type Create = (settings: object) => Promise<object>

/** Compiles a program. @returns its factory function and its .wasm file */
function compile(source: string): { create: Create; wasm: string } {
  const script = join(temporaryFolder(), 'program.cjs')
  const library = ['--js-library', join(root, 'emscripten/library.js')]
  const sources = [join(root, source), join(root, 'emscripten/sockets.c')]
  const args = ['-O2', ...sources, ...library, ...OPTIONS, '-sALLOW_MEMORY_GROWTH', '-sEXIT_RUNTIME', '-o', script]
  // Debian's emcc does not find Debian's own modules for Node.
  const env = { ...process.env, LD_PRELOAD: '', NODE_PATH: '/usr/share/nodejs' }
  const { status, stderr } = spawnSync('emcc', args, { encoding: 'utf8', env })
  assert.equal(status, 0, stderr)
  return { create: createRequire(import.meta.url)(script) as Create, wasm: script.replace(/cjs$/, 'wasm') }
}

test('emcc: a C program connects, serves, selects and polls', needs('emcc', 'emscripten'), async (context) => {
  const { next } = startWorker('pyodide/servers', { context })
  const { echo } = await next<Ports>()
  const { create, wasm } = compile('test/fixtures/emscripten/checks.c')
  const before = openDescriptors()
  const status = await new Promise((onExit) => {
    void create(withSockets({ arguments: [String(echo)], onExit, quit: () => {} }, { wasm }))
  })
  assert.equal(status, 0, 'the line of test/fixtures/emscripten/checks.c that failed')
  await descriptorsAre(before)
})
