// The environment of a child process whose name lookups take as long as a test wants.

import { Preload } from './preload.js'

const resolver = new Preload('slow-resolver')

/** Why there is no slow resolver here, as `skip` takes it; false when there is one. */
export function slowResolverMissing(): string | false {
  return resolver.missing()
}

/**
 * Environment variables for a child in which a name that contains "slow" takes `ms` milliseconds and is 127.0.0.1, and
 * so do the names of an address in 127.77.0.0/16. A name that contains "many" has `addresses`, at once and in this order.
 */
export function slowResolver(ms: number, addresses: readonly string[] = []): NodeJS.ProcessEnv {
  return resolver.environment({ SLOW_RESOLVER_MS: String(ms), SLOW_RESOLVER_ADDRESSES: addresses.join(',') })
}
