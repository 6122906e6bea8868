// Libraries in C that a child process is started with: what they define takes the place of the system's functions.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A library, compiled when it is first asked for. */
export class Preload {
  readonly #name: string
  #compiled: { readonly library: string; readonly failure: string } | undefined

  /** @param name of its source, in test/fixtures */
  constructor(name: string) {
    this.#name = name
  }

  /** Why there is none here, as `skip` takes it; false when there is one. */
  missing(): string | false {
    if (process.platform !== 'linux') return `${this.#name} is preloaded, which only Linux is known to do`
    return this.#compile().failure || false
  }

  /** The environment of a child that has it. What a sanitizer preloads stays in front. */
  environment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const preload = [process.env['LD_PRELOAD'], this.#compile().library].filter(Boolean).join(':')
    return { ...process.env, ...variables, LD_PRELOAD: preload }
  }

  #compile(): { readonly library: string; readonly failure: string } {
    this.#compiled ??= compile(this.#name)
    return this.#compiled
  }
}

function compile(name: string): { library: string; failure: string } {
  const source = fileURLToPath(new URL(`../../../test/fixtures/preload/${name}.c`, import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), `berkeley-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const library = join(folder, `${name}.so`)
  const run = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (run.status === 0) return { library, failure: '' }
  return { library, failure: `cc cannot compile ${name}: ${run.error?.message ?? run.stderr}` }
}
