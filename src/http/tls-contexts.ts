// Contexts of TLS that connections with the same options share. Making one takes longer than a handshake: OpenSSL looks its
// algorithms up, certificates and keys are parsed.

import { own } from '../core/own-options.js'
import { CONTEXT_OPTIONS, TlsContext, type TlsContextOptions } from '../tls/context.js'
import type { TlsOptions } from '../tls/options.js'
import { tlsKey } from './tls-key.js'

const MAX_CONTEXTS = 16

/** The one that was used last at the end. */
const contexts = new Map<string, TlsContext>()

const NAMES = Object.keys(CONTEXT_OPTIONS) as (keyof TlsContextOptions)[]

/**
 * The options with a context in place of those that make one, the same for the same options.
 * @throws as the constructor of TlsContext
 */
export function withSharedContext(given: TlsOptions): TlsOptions {
  const options = own(given)
  if (needsNoTrust(options)) return withSharedContext({ ...options, ca: [] })
  const names = NAMES.filter((name) => options[name] !== undefined)
  // What names a context besides is refused where the options are checked.
  if (names.length === 0 || options.secureContext !== undefined) return options
  const forContext: TlsContextOptions = Object.fromEntries(names.map((name) => [name, options[name]]))
  const others = Object.entries(options).filter(([name]) => !(NAMES as string[]).includes(name))
  return { ...Object.fromEntries(others), secureContext: contextOf(forContext) }
}

/**
 * Whether no result depends on the authorities that are trusted: parsing the usual ones would be the most expensive part of
 * the first request.
 */
function needsNoTrust({ rejectUnauthorized, ca, secureContext, checkServerIdentity }: TlsOptions): boolean {
  return rejectUnauthorized === false && [ca, secureContext, checkServerIdentity].every((value) => value === undefined)
}

function contextOf(options: TlsContextOptions): TlsContext {
  const key = tlsKey(options)
  const context = contexts.get(key) ?? new TlsContext(options)
  contexts.delete(key)
  contexts.set(key, context)
  if (contexts.size > MAX_CONTEXTS) contexts.delete(contexts.keys().next().value!)
  return context
}
