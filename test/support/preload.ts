// Libraries in C that take the place of functions of the system in a child process: slow lookups, denied accepts.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failureOf } from './child.js'
import { temporaryFolder } from './folders.js'

/** A library, compiled when it is first asked for. */
export class Preload {
  readonly #name: string
  #compiled: { readonly library: string; readonly failure: string | false } | undefined

  /** @param name of its source, in test/fixtures/preload */
  constructor(name: string) {
    this.#name = name
  }

  /** Why the library cannot be used here, as `skip` takes it; false where it can. */
  missing(): string | false {
    if (process.platform !== 'linux') return `${this.#name} is preloaded, which only Linux is known to do`
    return this.#compile().failure
  }

  /** The variables that a child needs in its environment. The libraries of a sanitizer stay in front. */
  environment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const preload = [process.env['LD_PRELOAD'], this.#compile().library].filter(Boolean).join(':')
    return { ...variables, LD_PRELOAD: preload }
  }

  #compile(): { readonly library: string; readonly failure: string | false } {
    this.#compiled ??= compile(this.#name)
    return this.#compiled
  }
}

function compile(name: string): { library: string; failure: string | false } {
  const source = fileURLToPath(new URL(`../../../test/fixtures/preload/${name}.c`, import.meta.url))
  const library = join(temporaryFolder(), `${name}.so`)
  const failure = failureOf('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
  return { library, failure: failure && `cc cannot compile ${name}: ${failure}` }
}

const resolver = new Preload('slow-resolver')

/** Why lookups cannot be made slow here, as `skip` takes it; false where they can. */
export function slowResolverMissing(): string | false {
  return resolver.missing()
}

/**
 * The variables for a child in which a name that contains "slow" takes `ms` milliseconds and resolves to 127.0.0.1; so
 * does the reverse lookup of an address in 127.77.0.0/16. A name that contains "many" resolves to `addresses`, at once
 * and in this order.
 */
export function slowResolver(ms: number, addresses: readonly string[] = []): NodeJS.ProcessEnv {
  return resolver.environment({ SLOW_RESOLVER_MS: String(ms), SLOW_RESOLVER_ADDRESSES: addresses.join(',') })
}
