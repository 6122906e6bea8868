// The options of a TLS connection, by the names of node:tls, and what follows from them.

import type { PeerCertificate } from 'node:tls'
import { domainToASCII } from 'node:url'
import type { Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import {
  checkBoolean,
  checkObject,
  checkString,
  isInstance,
  outOfRange,
  wrongType,
  wrongValue,
} from '../core/validate.js'
import { isIP } from '../native/node-modules.js'
import { CONTEXT_OPTIONS, sharedContext, TlsContext, type TlsContextOptions } from './context.js'

/** How a TLS connection is made. Where node:tls has an option of the name, it means the same. */
export interface TlsOptions extends TlsContextOptions {
  /** A context in place of the options that make one. */
  readonly secureContext?: TlsContext
  /** The name that the server is asked for (SNI) and that its certificate must be for. '' asks for none. */
  readonly servername?: string
  /**
   * Whether a certificate that is not valid ends the handshake: yes, unless it is `false`. Without it anyone on the way
   * can read and change everything.
   */
  readonly rejectUnauthorized?: boolean
  /** Replaces the check of the server's name; it returns an Error, or nothing if the certificate is right. */
  readonly checkServerIdentity?: (hostname: string, certificate: PeerCertificate) => Error | undefined
  /** Protocols to offer or to choose from, the preferred one first: `['h2', 'http/1.1']`; RFC 7301. */
  readonly ALPNProtocols?: readonly string[]
  /** A session to resume: `socket.tls.session` of an earlier connection to the same server. */
  readonly session?: Uint8Array
  /** Server: whether a client must show a certificate. */
  readonly requestCert?: boolean
  /**
   * Server: returns the context for the name that a client asks for, or nothing for the usual one. The context brings its
   * certificate, its ciphers and its trust for the certificates of clients. It runs in the call that waits, and not where
   * a session is resumed, which counts for one name only.
   */
  readonly SNICallback?: (servername: string) => TlsContext | null | undefined
  /** Called with lines in the format of SSLKEYLOGFILE, with which Wireshark can decrypt the connection. */
  readonly keylog?: (line: Buffer) => void
  /**
   * Takes an end without close_notify for the end of the stream, for peers that never send it. Whatever cuts the
   * connection can then pass for the end: allow it only where the data shows by itself that it is complete.
   */
  readonly allowTruncation?: boolean
}

/** Options of a socket that is to become a TLS connection. */
export interface WrapTlsOptions extends TlsOptions {
  /** Whether this side is the server. */
  readonly isServer?: boolean
}

/** @internal */
export const WRAP_TLS_OPTIONS: Names<WrapTlsOptions> = {
  ...CONTEXT_OPTIONS,
  secureContext: true,
  servername: true,
  rejectUnauthorized: true,
  checkServerIdentity: true,
  ALPNProtocols: true,
  session: true,
  requestCert: true,
  SNICallback: true,
  keylog: true,
  allowTruncation: true,
  isServer: true,
}

/** The options, checked. */
export interface TlsPlan {
  readonly context: TlsContext
  readonly isServer: boolean
  /** The host whose certificate is expected; '' on a server. */
  readonly host: string
  /** Whether OpenSSL checks that. */
  readonly checksHost: boolean
  /** The name for SNI; '' for none. */
  readonly serverName: string
  readonly rejects: boolean
  readonly requests: boolean
  readonly allowsTruncation: boolean
  /** ALPN as the protocol has it. */
  readonly protocols: Buffer
  readonly session: Uint8Array
  readonly checkServerIdentity: TlsOptions['checkServerIdentity']
  readonly selectContext: TlsOptions['SNICallback']
  readonly keylog: TlsOptions['keylog']
}

const NOTHING = Buffer.alloc(0)
const OWN_HINTS: Hints = { tls: 'its members belong beside the other options: { ca }, not { tls: { ca } }' }
const NO_NAMES: Names<object> = {}
const CONTEXT_NAMES = Object.keys(CONTEXT_OPTIONS) as (keyof TlsContextOptions)[]

/**
 * Checks the options.
 * @param target the host that is connected to, if that is known
 * @param others names of options that are not TLS's
 * @param hints makes the table of options that belong elsewhere
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
 */
export function planTls(
  given: WrapTlsOptions,
  target: string,
  others: Names<object> = NO_NAMES,
  hints?: () => Hints,
): TlsPlan {
  checkObject(given, 'options')
  checkNames(given, 'options', namesWith(others), isGiven, () => ({ ...OWN_HINTS, ...hints?.() }))
  const options = own(given)
  const { isServer = false, rejectUnauthorized = true, requestCert = false, allowTruncation = false } = options
  for (const [name, flag] of Object.entries({ isServer, rejectUnauthorized, requestCert, allowTruncation })) {
    checkBoolean(flag, `options.${name}`)
  }
  for (const name of ['checkServerIdentity', 'SNICallback', 'keylog'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw wrongType(`options.${name}`, 'a function', options[name])
    }
  }
  const { servername, session = NOTHING } = options
  if (servername !== undefined) checkString(servername, 'options.servername')
  if (!isInstance(session, Uint8Array)) throw wrongType('options.session', 'a Buffer')
  const host = isServer ? '' : hostOf(servername || target)
  const isUnnamed = !isServer && host === '' && rejectUnauthorized && options.checkServerIdentity === undefined
  if (isUnnamed) {
    throw wrongValue('options.servername must name the server, because its certificate is checked against the name')
  }
  return {
    context: contextOf(options),
    isServer,
    host,
    checksHost: options.checkServerIdentity === undefined,
    serverName: servername === '' || isIP(host) !== 0 ? '' : host,
    rejects: rejectUnauthorized,
    requests: requestCert,
    allowsTruncation: allowTruncation,
    protocols: protocolsOf(options.ALPNProtocols),
    session,
    checkServerIdentity: options.checkServerIdentity,
    selectContext: options.SNICallback,
    keylog: options.keylog,
  }
}

const allNames = new WeakMap<Names<object>, Names<object>>()

/** The names of TLS and those of a caller, which are the same object at each call. @internal */
export function namesWith(others: Names<object>): Names<object> {
  let names = allNames.get(others)
  if (names === undefined) {
    names = { ...WRAP_TLS_OPTIONS, ...others, timeout: true, deadline: true }
    allNames.set(others, names)
  }
  return names
}

const isGiven = (value: unknown): boolean => value !== undefined

function contextOf(options: WrapTlsOptions): TlsContext {
  const { secureContext } = options
  const given = CONTEXT_NAMES.filter((name) => options[name] !== undefined)
  if (secureContext === undefined) {
    if (given.length === 0) return sharedContext()
    return new TlsContext(Object.fromEntries(given.map((name) => [name, options[name]])))
  }
  if (!isInstance(secureContext, TlsContext)) {
    throw wrongType('options.secureContext', 'a TlsContext', secureContext)
  }
  if (given.length > 0) throw wrongValue(`options.${given[0]} belongs in the TlsContext that is given beside it`)
  return secureContext
}

/** Control characters, space, and what separates the parts of a URL: the "forbidden domain code points" of the URL standard. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may not have them
const FORBIDDEN_IN_NAME = /[\x00-\x20#%/:<>?@[\\\]^|\x7f]/

/** The host as certificates have it: an address without scope, a name in ASCII without its last dot. */
function hostOf(host: string): string {
  const address = host.replace(/%.*$/, '')
  if (host === '' || isIP(address) !== 0) return address
  // Of a name with these, domainToASCII of Node may return a part, and Deno's returns them as they are.
  const name = FORBIDDEN_IN_NAME.test(host) ? '' : domainToASCII(host)
  if (name === '') throw wrongValue(`options.servername or the host is not a domain name: '${host}'`)
  return name.replace(/\.$/, '')
}

function protocolsOf(protocols: readonly string[] | undefined): Buffer {
  if (protocols === undefined) return NOTHING
  if (!Array.isArray(protocols)) throw wrongType('options.ALPNProtocols', 'an array of strings', protocols)
  return Buffer.concat(
    protocols.map((protocol: unknown) => {
      checkString(protocol, 'options.ALPNProtocols[]')
      const bytes = Buffer.from(protocol)
      if (bytes.length === 0 || bytes.length > 255) {
        throw outOfRange('options.ALPNProtocols[] must have 1 to 255 bytes', {
          argument: 'options.ALPNProtocols[]',
          value: bytes.length,
          min: 1,
          max: 255,
        })
      }
      return Buffer.concat([Buffer.from([bytes.length]), bytes])
    }),
  )
}
