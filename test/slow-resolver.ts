// The environment of a child process whose name lookups take as long as a test wants.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../test/fixtures/slow-resolver.c', import.meta.url))

interface Compiled {
  readonly library: string
  readonly failure: string
}

let compiled: Compiled | undefined

function compile(): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-slow-resolver-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const library = join(folder, 'slow-resolver.so')
  const run = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (run.status === 0) return { library, failure: '' }
  return { library, failure: `cc cannot make the slow resolver: ${run.error?.message ?? run.stderr}` }
}

/** Why there is no slow resolver here, as `skip` takes it; false when there is one. */
export function slowResolverMissing(): string | false {
  if (process.platform !== 'linux') return 'the slow resolver is preloaded, which only Linux is known to do'
  compiled ??= compile()
  return compiled.failure === '' ? false : compiled.failure
}

/**
 * Environment variables for a child in which a name that contains "slow" takes `ms` milliseconds and is 127.0.0.1, and
 * so do the names of an address in 127.77.0.0/16. A name that contains "many" has `addresses`, at once and in this order.
 * What a sanitizer preloads stays in front.
 */
export function slowResolver(ms: number, addresses: readonly string[] = []): NodeJS.ProcessEnv {
  compiled ??= compile()
  const { LD_PRELOAD: before } = process.env
  const preload = [before, compiled.library].filter(Boolean).join(':')
  return {
    ...process.env,
    LD_PRELOAD: preload,
    SLOW_RESOLVER_MS: String(ms),
    SLOW_RESOLVER_ADDRESSES: addresses.join(','),
  }
}
