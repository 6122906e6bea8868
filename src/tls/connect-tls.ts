// A TLS connection in one call that waits until it is made.

import { checkAddress, errorTarget, inTarget } from '../addresses/families.js'
import { createConnection } from '../connect/create-connection.js'
import type { ConnectionOptions, ConnectionTarget } from '../connect/plan.js'
import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { withTimeout } from '../core/errors.js'
import type { Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { namesWith, planTls, type TlsOptions, type TlsPlan } from './options.js'
import { completeHandshake, TlsSocket, wrapped } from './tls-socket.js'

/** How to connect, and how to make the TLS connection. */
export interface ConnectTlsOptions extends ConnectionOptions, TlsOptions {}

/** The options of connecting. @internal */
export const CONNECTION_OPTIONS: Names<ConnectionOptions> = {
  timeout: true,
  deadline: true,
  family: true,
  localAddress: true,
  localPort: true,
  attemptDelay: true,
}

const CONNECTION_NAMES = Object.keys(CONNECTION_OPTIONS) as (keyof ConnectionOptions)[]

/**
 * The plan of a connection to `target`, whose host is the name to check. Of a unix socket it is `localhost`, as in
 * node:tls.
 * @internal
 */
export function planFor(
  target: ConnectionTarget,
  options: TlsOptions,
  others: Names<object> = CONNECTION_OPTIONS,
): TlsPlan {
  checkAddress(target, 'target', namesWith(others))
  const { host = 'localhost' } = own(target) as { readonly host?: string }
  const name = typeof host === 'string' && host !== '' ? host : 'localhost'
  return planTls(options, name, others, inTarget)
}

/** The options that createConnection knows. @internal */
export function connectionOptions(given: ConnectTlsOptions): ConnectionOptions {
  const options = own(given)
  const found: Record<string, unknown> = {}
  for (const name of CONNECTION_NAMES) if (options[name] !== undefined) found[name] = options[name]
  return found
}

/**
 * Connects to a server that speaks TLS: lookup, connect (Happy Eyeballs) and handshake within one time limit; node:tls's
 * `connect`. The certificate is verified, and must be for the target's host or `servername`.
 * @throws TlsError `CERT_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_TLS_CERT_ALTNAME_INVALID`,
 *   `ERR_SSL_WRONG_VERSION_NUMBER` ...: the codes of node:tls
 * @throws SocketTimeoutError, InterruptedError, ResolveError, SocketError as `createConnection`
 * @throws TypeError, RangeError for options that are wrong
 * @example
 * using socket = connectTls({ host: 'example.org', port: 443 }, { ALPNProtocols: ['http/1.1'], timeout: 5000 })
 * console.log(socket.tls.protocol, socket.tls.peerCertificate?.subject)
 */
export function connectTls(target: ConnectionTarget, options: ConnectTlsOptions = {}): TlsSocket {
  const plan = planFor(target, options)
  const deadline = new Deadline(effectiveTimeout(options, FOREVER, 'connect', () => errorTarget(target)))
  try {
    const { timeout } = deadline
    const socket = createConnection(target, { ...connectionOptions(options), timeout })
    socket.setTimeout(own(options).timeout ?? null)
    const secure = new TlsSocket(wrapped(socket, plan))
    completeHandshake(secure, deadline.remaining)
    return secure
  } catch (error) {
    throw withTimeout(error, deadline.whole)
  }
}
