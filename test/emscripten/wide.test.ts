// A compiled program with 64-bit pointers on real sockets: its pointers and lengths arrive as bigints.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { socketImports } from 'berkeley/emscripten'
import { openDescriptors } from '../support/descriptors.js'
import { root } from '../support/folders.js'
import { compileFor64Bits, needs64BitPointers } from '../support/wasm-compiler.js'
import { FileSystem } from '../support/wasm-program.js'

interface WasmInterface {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: { run(): number } }
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly

test(
  '64-bit pointers: a C program transfers, connects, looks up, and gets EFAULT for what is outside',
  needs64BitPointers(),
  () => {
    const bytes = readFileSync(compileFor64Bits(join(root, 'test/fixtures/emscripten/wide.c')))
    const before = openDescriptors()
    let exports: object = {}
    const sockets = socketImports({ FS: new FileSystem() }, { exports: () => exports })
    const instance = new Instance(new Module(bytes), { env: sockets.functions })
    exports = instance.exports
    assert.equal(instance.exports.run(), 0, 'the line of test/fixtures/emscripten/wide.c that failed')
    sockets.close()
    assert.equal(openDescriptors(), before)
  },
)
