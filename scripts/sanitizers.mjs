// Runs Node with the addon under a sanitizer: the environment that it needs.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const SANITIZERS = {
  asan: {
    libraries: ['libasan.so', 'libubsan.so'],
    packages: 'libasan8 libubsan1',
    variables: {
      ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:allocator_may_return_null=1',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    },
  },
  tsan: {
    libraries: ['libtsan.so'],
    packages: 'libtsan2',
    // Node and V8 are not instrumented: what they do with memory is not looked at, and needs no list of suppressions. A
    // report does not change how a program ends, because many tests kill theirs.
    variables: { TSAN_OPTIONS: 'ignore_noninstrumented_modules=1:exitcode=0' },
  },
}

/**
 * `env` with the addon that was built with a sanitizer, `asan` or `tsan`. Its libraries come before all others. Ends the
 * process where they are missing.
 */
export function sanitized(name, env) {
  const { libraries, packages, variables } = SANITIZERS[name]
  const pathOf = (library) => spawnSync('g++', [`-print-file-name=${library}`], { encoding: 'utf8' }).stdout.trim()
  const preload = libraries.map(pathOf)
  const missing = preload.find((path) => !existsSync(path))
  if (missing) {
    process.stderr.write(`berkeley: ${missing} not found: apt-get install ${packages}\n`)
    process.exit(1)
  }
  return {
    ...env,
    ...variables,
    LD_PRELOAD: [env.LD_PRELOAD, ...preload].filter(Boolean).join(':'),
    BERKELEY_ADDON: join(root, 'native', 'bin', `berkeley-${name}.node`),
  }
}
