// What many connections share: certificates, keys, trust, versions, ciphers. node:tls has the same under
// `createSecureContext`.

import { inspect } from 'node:util'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkObject, checkString, isInstance, wrongType, wrongValue } from '../core/validate.js'
import { native, type TlsContextHandle } from '../native/addon.js'
import { nodeTls } from '../native/node-modules.js'
import { settingError } from './errors.js'
import { CHAIN, CIPHER_SUITES, CIPHERS, KEY, PKCS12, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, TRUST } from './numbers.js'
import { openSslVersion } from './openssl.js'
import { loadRoots } from './trust.js'

/** A version of TLS. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** Certificates or keys in PEM. */
export type Pem = string | Uint8Array

/** What a context is made from, by the names of node:tls. */
export interface TlsContextOptions {
  /** The authorities to trust, in PEM. Unless given: those that node:tls trusts, and those of NODE_EXTRA_CA_CERTS. */
  readonly ca?: Pem | readonly Pem[]
  /** This side's certificate in PEM, and then those that lead to the root. An array has several of different kinds. */
  readonly cert?: Pem | readonly Pem[]
  /** The private key of `cert`, in PEM; in an array each may have a passphrase of its own. */
  readonly key?: Pem | readonly (Pem | { readonly pem: Pem; readonly passphrase?: string })[]
  /** The passphrase of `key` or `pfx`. */
  readonly passphrase?: string
  /** Certificate and key in one file of PKCS #12, in place of `cert` and `key`. */
  readonly pfx?: Uint8Array | readonly (Uint8Array | { readonly buf: Uint8Array; readonly passphrase?: string })[]
  /** The oldest version to agree on; `tls.DEFAULT_MIN_VERSION` unless given. */
  readonly minVersion?: TlsVersion
  /** The newest version to agree on; `tls.DEFAULT_MAX_VERSION` unless given. */
  readonly maxVersion?: TlsVersion
  /** Ciphers in OpenSSL's notation; `tls.DEFAULT_CIPHERS` unless given. Names with TLS_ are those of TLS 1.3. */
  readonly ciphers?: string
}

/** @internal */
export const CONTEXT_OPTIONS: Names<TlsContextOptions> = {
  ca: true,
  cert: true,
  key: true,
  passphrase: true,
  pfx: true,
  minVersion: true,
  maxVersion: true,
  ciphers: true,
}

const VERSIONS: ReadonlyMap<unknown, number> = new Map([
  ['TLSv1', TLS_1_0],
  ['TLSv1.1', TLS_1_1],
  ['TLSv1.2', TLS_1_2],
  ['TLSv1.3', TLS_1_3],
])

const NOTHING = new Uint8Array(0)

/** The handle of a context. @internal */
export let contextHandle: (context: TlsContext) => TlsContextHandle

/**
 * Certificates, keys, trust, versions and ciphers, made once and used for many connections; node:tls's
 * `createSecureContext`, `SSL_CTX_new(3)`. It keeps no copy of the options, and shows no key.
 * @example
 * const secureContext = new TlsContext({ pfx: bytes, passphrase: 'of the file' })
 * const socket = wrapTls(listener.accept(), { isServer: true, secureContext })
 */
export class TlsContext {
  readonly #handle: TlsContextHandle

  static {
    contextHandle = (context) => {
      if (!isInstance(context, TlsContext)) throw wrongType('secureContext', 'a TlsContext', context)
      return context.#handle
    }
  }

  /**
   * Reads certificates and keys.
   * @throws TlsError `ERR_OSSL_...` for a certificate, key or passphrase that is wrong; `ERR_SSL_NO_CIPHER_MATCH`;
   *   `ERR_TLS_UNAVAILABLE`
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: TlsContextOptions = {}) {
    checkObject(options, 'options')
    checkNames(options, 'options', CONTEXT_OPTIONS, (value) => value !== undefined)
    const given = own(options)
    openSslVersion()
    const handle = native.tlsContext()
    if (typeof handle === 'number') throw settingError(native.tlsFailure(), 'secureContext')
    this.#handle = handle
    useVersions(handle, given)
    useCiphers(handle, given.ciphers)
    if (given.ca === undefined) trustRoots(handle)
    else for (const pem of listOf(given.ca)) use(handle, TRUST, 'ca', bytesOf(pem, 'ca'))
    for (const pem of listOf(given.cert)) use(handle, CHAIN, 'cert', bytesOf(pem, 'cert'))
    useSecrets(handle, [KEY, 'key', 'pem'], given)
    useSecrets(handle, [PKCS12, 'pfx', 'buf'], given)
  }

  /** What console.log shows. @internal */
  [inspect.custom](): string {
    return 'TlsContext {}'
  }
}

function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as Item]
}

function bytesOf(value: unknown, option: string): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value)
  if (isInstance(value, Uint8Array)) return value
  // Not with the value, which may be a key.
  throw wrongType(`options.${option}`, 'a string or a Buffer')
}

function use(
  handle: TlsContextHandle,
  setting: number,
  option: string,
  bytes: Uint8Array,
  passphrase: Uint8Array = NOTHING,
): void {
  if (native.tlsContextUse(handle, setting, bytes, passphrase) < 0) throw settingError(native.tlsFailure(), option)
}

function passphraseOf(passphrase: unknown): Uint8Array {
  if (passphrase === undefined || passphrase === null) return NOTHING
  if (typeof passphrase !== 'string') throw wrongType('options.passphrase', 'a string')
  return Buffer.from(passphrase)
}

/** What is encrypted may come with a passphrase of its own: as `{ pem, passphrase }` or `{ buf, passphrase }`. */
function useSecrets(
  handle: TlsContextHandle,
  [setting, option, member]: readonly [setting: number, option: 'key' | 'pfx', member: string],
  options: TlsContextOptions,
): void {
  for (const item of listOf<unknown>(options[option])) {
    const fields = typeof item === 'object' && item !== null ? own(item as Record<string, unknown>) : {}
    const isObject = member in fields
    const bytes = bytesOf(isObject ? fields[member] : item, option)
    const passphrase = isObject ? (fields['passphrase'] ?? options.passphrase) : options.passphrase
    use(handle, setting, option, bytes, passphraseOf(passphrase))
  }
}

function trustRoots(handle: TlsContextHandle): void {
  loadRoots()
  if (native.tlsTrustRoots(handle) < 0) throw settingError(native.tlsFailure(), 'ca')
}

function versionOf(version: unknown, option: string): number {
  const number = VERSIONS.get(version)
  if (number !== undefined) return number
  throw wrongValue(`options.${option} must be one of ${[...VERSIONS.keys()].join(', ')}`)
}

function useVersions(handle: TlsContextHandle, { minVersion, maxVersion }: TlsContextOptions): void {
  const min = versionOf(minVersion ?? nodeTls().DEFAULT_MIN_VERSION, 'minVersion')
  const max = versionOf(maxVersion ?? nodeTls().DEFAULT_MAX_VERSION, 'maxVersion')
  if (min > max) throw wrongValue('options.minVersion must not be newer than options.maxVersion')
  if (native.tlsContextVersions(handle, min, max) < 0) throw settingError(native.tlsFailure(), 'minVersion')
}

/** node:tls takes both kinds of ciphers in one list. */
function useCiphers(handle: TlsContextHandle, ciphers: string = nodeTls().DEFAULT_CIPHERS): void {
  checkString(ciphers, 'options.ciphers')
  const names = ciphers.split(':').filter((name) => name !== '')
  const suites = names.filter((name) => name.startsWith('TLS_')).join(':')
  const older = names.filter((name) => !name.startsWith('TLS_')).join(':')
  if (suites !== '') use(handle, CIPHER_SUITES, 'ciphers', Buffer.from(suites))
  if (older !== '') use(handle, CIPHERS, 'ciphers', Buffer.from(older))
}

let shared: TlsContext | null = null

/** The context for connections that name nothing of their own, made once for this thread. @internal */
export function sharedContext(): TlsContext {
  shared ??= new TlsContext()
  return shared
}
