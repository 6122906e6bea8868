// The libraries of a runtime for musl on a Debian of x64, where the loader of musl (Debian's package `musl`) starts it. Debian
// has no C++ library for musl. Its libstdc++ is for glibc, but of glibc it needs little that musl lacks: musl ignores the
// versions of symbols, and a shim has the rest.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIBC = '/usr/lib/x86_64-linux-musl/libc.so'
const FOR_GLIBC = '/usr/lib/x86_64-linux-gnu'

/** The names by which the runtime and Debian's libraries ask for the C library, all of which are musl's. */
const NAMES_OF_LIBC = ['libc.musl-x86_64.so.1', 'libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2']

/**
 * Makes a folder of libraries, which needs `musl-tools`.
 * @returns the variables with which a program for musl starts, or why it cannot
 */
export function muslLibraries(folder) {
  if (!existsSync(LIBC)) return { missing: `there is no ${LIBC}: apt-get install musl-tools` }
  mkdirSync(folder, { recursive: true })
  for (const name of NAMES_OF_LIBC) symlinkSync(LIBC, join(folder, name))
  for (const name of ['libstdc++.so.6', 'libgcc_s.so.1']) symlinkSync(join(FOR_GLIBC, name), join(folder, name))
  const shim = join(folder, 'shim.so')
  const source = fileURLToPath(new URL('./musl-shim.c', import.meta.url))
  const { status, error, stderr } = spawnSync('musl-gcc', ['-shared', '-fPIC', '-O1', '-o', shim, source], {
    encoding: 'utf8',
  })
  if (status !== 0) return { missing: `musl-gcc cannot compile ${source}: ${error?.message ?? stderr}` }
  return { env: { LD_LIBRARY_PATH: folder, LD_PRELOAD: shim } }
}
