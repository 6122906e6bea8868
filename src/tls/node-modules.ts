// Modules of Node that TLS needs, loaded with the first TLS connection: most programs that import this package have none, and
// they cost more than everything else that it imports.

import type { X509Certificate } from 'node:crypto'
import nodeModule from 'node:module'

// Taken from the module's object at run time, because bundlers replace a call that they recognize. Node's own modules are
// found from any file; import.meta.url is none in a bundle for CommonJS.
const { createRequire } = nodeModule
const load = createRequire(process.execPath)

export function nodeTls(): typeof import('node:tls') {
  return load('node:tls')
}

/** A certificate in DER. */
export function certificateOf(der: Buffer): X509Certificate {
  const crypto: typeof import('node:crypto') = load('node:crypto')
  return new crypto.X509Certificate(der)
}
