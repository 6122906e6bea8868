// Addresses as people read them.

import { fieldsText } from './fields-codec.js'
import type { Address } from './types.js'

/**
 * `127.0.0.1:80`, `[fe80::1%2]:80`, `/run/app.sock`, `@abstract`, `vsock cid 2, port 1024, flags 0`; null where the
 * address says nothing.
 */
export function addressText(address: Address | null): string | null {
  if (address === null) return null
  if (address.family === 'raw') return `family ${address.value}, ${address.bytes.toString('hex')}`
  if (address.family === 'inet') return `${address.host}:${address.port}`
  if (address.family === 'inet6') {
    const scope = address.scopeId === 0 ? '' : `%${address.scopeId}`
    return `[${address.host}${scope}]:${address.port}`
  }
  if (address.family !== 'unix') return `${address.family} ${fieldsText(address)}`
  if ('path' in address) return address.path
  return 'abstract' in address ? `@${address.abstract.toString('utf8')}` : null
}
