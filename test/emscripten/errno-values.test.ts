// The error numbers of compiled programs, compared with the headers that they are compiled with, where these are installed.
// What Pyodide was compiled with is compared in test/pyodide.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ERRNO_VALUES } from '../../src/emscripten/errno-values.js'

/** Debian's package emscripten. */
const SYSTEM = '/usr/share/emscripten/system'
const skip = existsSync(SYSTEM) ? false : 'the headers are not installed (Debian: emscripten)'

test('errno: the table is that of Emscripten’s headers', { skip }, () => {
  const wasi = readFileSync(join(SYSTEM, 'include/wasi/api.h'), 'utf8')
  const musl = readFileSync(join(SYSTEM, 'lib/libc/musl/arch/emscripten/bits/errno.h'), 'utf8')
  const numbers = new Map(
    [...wasi.matchAll(/^#define (__WASI_ERRNO_\w+) \(UINT16_C\((\d+)\)\)/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]),
  )
  for (const [, name, value] of musl.matchAll(/^#define\s+(E\w+)\s+(\w+)/gm)) {
    numbers.set(name, numbers.get(value) ?? Number(value))
  }
  const names = [...numbers.keys()].filter((name) => name?.startsWith('E'))
  assert.ok(names.length > 130)
  assert.deepEqual({ ...ERRNO_VALUES }, Object.fromEntries(names.map((name) => [name, numbers.get(name)])))
})
