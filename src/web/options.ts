// The address and the options of `connect`, in the forms of the draft "Sockets API" of WinterTC.

import { belongIn, type Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkBoolean, checkedFields, checkInteger, checkObject, checkString, wrongValue } from '../core/validate.js'
import { type TlsOptions, WRAP_TLS_OPTIONS } from '../tls/options.js'

/** A host and a port. */
export interface SocketAddress {
  /** A name or a numeric address; an IPv6 address with or without brackets. */
  readonly hostname: string
  readonly port: number
}

/** When TLS begins: never, at once, or with `startTls`. */
export type SecureTransport = 'off' | 'on' | 'starttls'

/** How `connect` connects. */
export interface ConnectOptions {
  /** `'off'` unless given. */
  readonly secureTransport?: SecureTransport
  /** Whether `writable` stays open after the peer has ended its side; `false` unless given, as in the draft. */
  readonly allowHalfOpen?: boolean
  /** The name to ask the server for, and to check its certificate against; the host unless given. */
  readonly sni?: string
  /** Protocols to offer, the preferred one first; RFC 7301. */
  readonly alpn?: readonly string[]
  /** Further options of TLS, by the names of node:tls: `ca`, `rejectUnauthorized`, ... Not in the draft. */
  readonly tls?: TlsOptions
}

const CONNECT_OPTIONS: Names<ConnectOptions> = {
  secureTransport: true,
  allowHalfOpen: true,
  sni: true,
  alpn: true,
  tls: true,
}

const inTlsOptions = (): Hints => ({
  ...belongIn('options.tls', WRAP_TLS_OPTIONS),
  servername: 'it is called sni here',
  ALPNProtocols: 'it is called alpn here',
})

/** The options, checked. */
export interface ConnectPlan {
  readonly host: string
  readonly port: number
  readonly secureTransport: SecureTransport
  readonly allowHalfOpen: boolean
  readonly tls: TlsOptions
}

/**
 * Checks the arguments of `connect`.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
 */
export function planConnect(address: SocketAddress | string, given: ConnectOptions): ConnectPlan {
  const { host, port } = hostAndPort(address)
  checkObject(given, 'options')
  checkNames(given, 'options', CONNECT_OPTIONS, (value) => value !== undefined, inTlsOptions)
  const { secureTransport = 'off', allowHalfOpen = false, sni, alpn, tls = {} } = own(given)
  if (!['off', 'on', 'starttls'].includes(secureTransport)) {
    throw wrongValue("options.secureTransport must be 'off', 'on' or 'starttls'")
  }
  checkBoolean(allowHalfOpen, 'options.allowHalfOpen')
  if (sni !== undefined) checkString(sni, 'options.sni')
  checkObject(tls, 'options.tls')
  const names = { servername: sni ?? host, ...(alpn === undefined ? {} : { ALPNProtocols: alpn }) }
  return { host, port, secureTransport, allowHalfOpen, tls: { ...names, ...own(tls) } }
}

function hostAndPort(address: SocketAddress | string): { host: string; port: number } {
  if (typeof address === 'string') return parsed(address)
  const { hostname, port } = checkedFields(address, 'address', 'hostname and port, or a string')
  checkString(hostname, 'address.hostname')
  checkInteger(port, 'address.port', 0, 65535)
  return { host: withoutBrackets(hostname), port }
}

function parsed(address: string): { host: string; port: number } {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(address)
  if (match === null) throw wrongValue(`address must be 'host:port', not '${address}'`)
  const port = Number(match[2])
  checkInteger(port, 'the port of address', 0, 65535)
  return { host: withoutBrackets(match[1]!), port }
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
