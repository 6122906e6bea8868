// C compiled for WASI by Debian's clang, where its libraries are installed.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './folders.js'

function clang(source: string, output: string) {
  const args = ['--target=wasm32-wasi', '-O1', source, '-o', output]
  return spawnSync('clang', args, { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: '' } })
}

function probe(): string | false {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'empty.c'), '#include <sys/socket.h>\nint main(void) { return accept(3, 0, 0); }\n')
  const { status } = clang(join(folder, 'empty.c'), join(folder, 'empty.wasm'))
  if (status === 0) return false
  return 'clang does not compile for WASI (Debian: clang lld wasi-libc libclang-rt-14-dev-wasm32)'
}

/** The options of a test that compiles C for WASI. */
export const needsWasiCompiler = { timeout: 60_000, skip: probe() }

/** Compiles a program. @returns the path of its .wasm file */
export function compileForWasi(source: string): string {
  const output = join(temporaryFolder(), 'program.wasm')
  const { status, stderr } = clang(source, output)
  if (status !== 0) throw new Error(stderr)
  return output
}
