// C compiled to WebAssembly by Debian's clang: for WASI, where its libraries are installed, and with 64-bit pointers.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { temporaryFolder } from './folders.js'

const FOR_WASI = ['--target=wasm32-wasi', '-O1']
/** Without a C library: Debian has none for this target. */
const FOR_64_BITS = ['--target=wasm64', '-O1', '-Wall', '-Werror', '-nostdlib', '-ffreestanding', '-Wl,--no-entry']

function clang(options: readonly string[], source: string, output: string) {
  const args = [...options, source, '-o', output]
  return spawnSync('clang', args, { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: '' } })
}

/** Compiles a program, or fails. @returns the path of its .wasm file */
function compile(options: readonly string[], source: string): string {
  const output = join(temporaryFolder(), 'program.wasm')
  const { status, stderr } = clang(options, source, output)
  if (status !== 0) throw new Error(stderr)
  return output
}

/** Tries to compile a source. @returns the path of its .wasm file, if that works */
function probe(options: readonly string[], source: string): string | undefined {
  const path = join(temporaryFolder(), 'probe.c')
  writeFileSync(path, source)
  try {
    return compile(options, path)
  } catch {
    return undefined
  }
}

function missingForWasi(): string | false {
  const works = probe(FOR_WASI, '#include <sys/socket.h>\nint main(void) { return accept(3, 0, 0); }\n') !== undefined
  return works ? false : 'clang does not compile for WASI (Debian: clang lld wasi-libc libclang-rt-14-dev-wasm32)'
}

/** The options of a test that compiles C for WASI. */
export const needsWasiCompiler = { timeout: 60_000, skip: missingForWasi() }

/** Compiles a program for WASI. */
export function compileForWasi(source: string): string {
  return compile(FOR_WASI, source)
}

/**
 * The options of a test that runs C with 64-bit pointers. Before version 24 of Node they are behind a switch, which is set
 * for this process.
 */
export function needs64BitPointers(): { timeout: number; skip: string | false } {
  const compiled = probe(FOR_64_BITS, '__attribute__((export_name("run"))) int run(int *at) { return *at; }\n')
  if (compiled === undefined) return { timeout: 60_000, skip: 'clang does not compile for wasm64 (Debian: clang lld)' }
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } }
  const runs = (): boolean => WebAssembly.validate(readFileSync(compiled))
  if (!runs()) setFlagsFromString('--experimental-wasm-memory64')
  return { timeout: 60_000, skip: runs() ? false : 'this runtime has no 64-bit memories in WebAssembly' }
}

/** Compiles a program with 64-bit pointers. */
export function compileFor64Bits(source: string): string {
  return compile(FOR_64_BITS, source)
}
