// Failures of TLS, in the shape and with the codes of node:tls.

import { SocketError, withFields } from '../core/errors.js'
import type { TlsFailure } from '../native/addon.js'
import { certificateOf } from '../native/node-modules.js'
import { verifyCode } from './verify-codes.js'

/** What an error of TLS has besides its code and message. */
export interface TlsErrorDetails {
  readonly host?: string
  readonly reason?: string
  readonly library?: string
}

/**
 * A failure of TLS. Its `code` is that of node:tls: the name of a certificate's fault (`CERT_HAS_EXPIRED`,
 * `DEPTH_ZERO_SELF_SIGNED_CERT`, ...), `ERR_TLS_CERT_ALTNAME_INVALID` for a certificate of another host, `ERR_SSL_` with
 * OpenSSL's reason (`ERR_SSL_WRONG_VERSION_NUMBER`), or `ERR_TLS_TRUNCATED` for a stream that ended without close_notify.
 * @example
 * try {
 *   connectTls({ host: 'expired.badssl.com', port: 443 })
 * } catch (error) {
 *   if (error instanceof TlsError && error.code === 'CERT_HAS_EXPIRED') console.log(error.message)
 * }
 */
export class TlsError extends SocketError {
  /** The host that the certificate should have been for. */
  declare readonly host?: string
  /** OpenSSL's words. */
  declare readonly reason?: string
  /** The part of OpenSSL that failed. */
  declare readonly library?: string

  constructor(code: string, syscall: string, explanation: string, details: TlsErrorDetails = {}) {
    super(`${syscall} ${code}: ${explanation}`, code, 0, syscall)
    withFields(this, details)
  }

  static {
    TlsError.prototype.name = 'TlsError'
  }
}

// What OpenSSL's reasons mean to the user, where their words do not say it.
const EXPLANATIONS: Readonly<Record<string, string>> = {
  'wrong version number': 'the peer does not speak TLS on this port: it sent something else than a TLS record',
  'packet length too long': 'the peer sent a record that is too long, or does not speak TLS on this port',
  'record layer failure': 'the peer does not speak TLS on this port',
  'http request': 'the client spoke plain HTTP to this port, which expects TLS',
  'https proxy request': 'the client spoke plain HTTP to this port, which expects TLS',
  'unsupported protocol': 'the peer and this side have no version of TLS in common: see minVersion and maxVersion',
  'no shared cipher':
    'the peer and this side have no cipher in common: see ciphers, and whether there is a certificate',
  'no suitable signature algorithm': 'this side has no certificate, or none that the peer can verify: see cert and key',
  'sslv3 alert handshake failure': 'the peer refused the handshake: it may have no certificate, or want one',
  'application data after close notify':
    'the peer has sent data that was not received: receive it, then call unwrap again',
}

/** The codes of node:tls for errors outside of the protocol have the part of OpenSSL in them, where it has a short name. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'SSL routines': 'SSL_',
  'PEM routines': 'OSSL_PEM_',
  'PKCS12 routines': 'OSSL_PKCS12_',
  'x509 certificate routines': 'OSSL_X509_',
  'asn1 encoding routines': 'OSSL_ASN1_',
  'digital envelope routines': 'OSSL_EVP_',
  'rsa routines': 'OSSL_RSA_',
  'elliptic curve routines': 'OSSL_EC_',
}

const inCapitals = (reason: string): string => reason.toUpperCase().replaceAll(' ', '_')

/** X509_V_ERR_HOSTNAME_MISMATCH. */
const HOST_MISMATCH = 62

/** How many names of a certificate a message has. */
const MAX_LISTED_NAMES = 3

/** `: it is for localhost, example.org`: the hosts that a certificate is for; '' for none. */
function hostsOf(der: Buffer): string {
  // Node puts names with unusual characters into quotation marks. No host has a longer name.
  const found = subjectAltNameOf(der)?.matchAll(/(?:^|, )(?:DNS|IP Address):("[^"]{1,253}"|[^,\s"]{1,253})/g) ?? []
  const names = [...found].map(([, name]) => name)
  const more = names.length - MAX_LISTED_NAMES
  const listed = names.slice(0, MAX_LISTED_NAMES).join(', ')
  return listed === '' ? '' : `: it is for ${listed}${more > 0 ? ` and ${more} more` : ''}`
}

/** Node may refuse to parse what OpenSSL has parsed, another version of it. */
function subjectAltNameOf(der: Buffer): string | undefined {
  try {
    return certificateOf(der).subjectAltName
  } catch {
    return undefined
  }
}

/**
 * The error for a failure of a connection.
 * @param certificate the peer's, in DER
 */
export function connectionError(
  failure: TlsFailure,
  syscall: string,
  host: string,
  certificate: Buffer | null = null,
): TlsError {
  const { reason, library, verify, verifyReason, truncated } = failure
  const details = host === '' ? { reason, library } : { host, reason, library }
  if (truncated !== 0) {
    const explanation = 'the connection ended without close_notify: bytes may be missing. allowTruncation accepts that'
    return new TlsError('ERR_TLS_TRUNCATED', syscall, explanation, host === '' ? {} : { host })
  }
  const whose = host === '' ? '' : ` of ${host}`
  if (verify !== 0) {
    const hosts = verify === HOST_MISMATCH && certificate !== null ? hostsOf(certificate) : ''
    const explanation = `the certificate${whose} is refused: ${verifyReason}${hosts}`
    return new TlsError(verifyCode(verify), syscall, explanation, details)
  }
  const words = EXPLANATIONS[reason] ?? reason
  const explanation = words === reason ? words : `${words} (${reason})`
  return new TlsError(`ERR_SSL_${inCapitals(reason) || 'UNKNOWN'}`, syscall, explanation, details)
}

const NO_PEM = 'it has no PEM block of this kind'

/** What OpenSSL's reasons leave open: a path in place of the file's contents has no line with BEGIN. */
const SETTING_EXPLANATIONS: Readonly<Record<string, string>> = {
  'no start line': `${NO_PEM}; give the contents of the file, not its path (no start line)`,
}

/** The error for a certificate, key or list of ciphers that OpenSSL refuses. It never contains the key. */
export function settingError(failure: TlsFailure, option: string): TlsError {
  const { reason, library } = failure
  const prefix = LIBRARIES[library] ?? 'OSSL_'
  const code = reason === '' ? 'ERR_TLS_INVALID_CONTEXT' : `ERR_${prefix}${inCapitals(reason)}`
  const words = SETTING_EXPLANATIONS[reason] ?? reason
  const explanation = `options.${option} is refused: ${words || NO_PEM}`
  return new TlsError(code, 'createContext', explanation, { reason, library })
}
