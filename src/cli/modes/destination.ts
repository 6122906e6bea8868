// Where the exchanges of `berkeley modes` go.

import { readFileSync } from 'node:fs'
import { type HostInput, TlsContext, type TlsOptions } from '../../index.js'

/** A server, the path of the page, and how TLS is made; without `tls` there is none. */
export interface Destination {
  readonly target: HostInput
  readonly path: string
  readonly tls?: TlsOptions
}

/** How the certificate of an https server is verified. */
export interface TrustOptions {
  readonly cacert?: string
  readonly insecure?: boolean
}

const HTTP_PORT = 80
const HTTPS_PORT = 443

/** The destination of a host and port, or of a URL. */
export function destinationOf(server: string | URL, port: number | undefined, trust: TrustOptions): Destination {
  if (typeof server === 'string') return { target: { host: server, port: port ?? HTTP_PORT }, path: '/' }
  const isSecure = server.protocol === 'https:'
  // URL puts an IPv6 address in brackets, which the resolver does not accept.
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1')
  const target = { host, port: Number(server.port) || (isSecure ? HTTPS_PORT : HTTP_PORT) }
  const path = server.pathname + server.search
  return isSecure ? { target, path, tls: tlsOptions(host, trust) } : { target, path }
}

/** The context is made before the exchanges are timed: it parses the authorities. */
function tlsOptions(servername: string, { cacert, insecure = false }: TrustOptions): TlsOptions {
  const secureContext = new TlsContext(cacert === undefined ? {} : { ca: readFileSync(cacert) })
  return { servername, secureContext, rejectUnauthorized: !insecure, ALPNProtocols: ['http/1.1'] }
}
