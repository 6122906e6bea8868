// The OpenSSL that TLS uses: the process's own, or the system's.

import { native } from '../native/addon.js'
import { usesSystemOpenSsl } from '../native/environment.js'
import { TlsError } from './errors.js'

let version: string | null = null

/**
 * The version of the OpenSSL that is in use, such as `OpenSSL 3.0.16 11 Feb 2025`. On Node it is Node's own; on Bun and
 * Deno, or with BERKELEY_OPENSSL=system, the system's libssl.
 * @throws TlsError `ERR_TLS_UNAVAILABLE` if there is none of version 3 or 4
 * @example
 * console.log(openSslVersion())
 */
export function openSslVersion(): string {
  version ??= native.tlsLoad(usesSystemOpenSsl)
  if (version !== null) return version
  throw new TlsError(
    'ERR_TLS_UNAVAILABLE',
    'load',
    'this process has no OpenSSL of version 3 or 4, and the system has no libssl.so.3: on Debian, apt-get install libssl3',
  )
}
