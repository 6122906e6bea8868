// The options of fetchSync. Those that fetch has mean the same.

import { WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import {
  checkBoolean,
  checkCName,
  checkInteger,
  checkObject,
  checkString,
  isInstance,
  wrongType,
  wrongValue,
} from '../core/validate.js'
import { type TlsOptions, WRAP_TLS_OPTIONS } from '../tls/options.js'
import type { HeadersInput } from './header-list.js'
import type { RequestBodyInput } from './request-body.js'

/** How much of a body has been sent or received, in bytes as they are transferred: before decoding. */
export interface FetchProgress {
  readonly transferredBytes: number
  /** The whole body; `null` where that is not known before its end. */
  readonly totalBytes: number | null
}

/** What `fetchSync` takes. */
export interface FetchSyncOptions extends WaitOptions {
  /**
   * Milliseconds for all of it: lookup, connections, redirections, and the body until its last byte has been read. `null`
   * and `Infinity`, as without it, wait for ever.
   */
  readonly timeout?: number | null
  /** `GET` unless given. */
  readonly method?: string
  readonly headers?: HeadersInput
  /** Text, bytes, URLSearchParams, or an iterable of text and bytes, which is sent in chunks unless `headers` has a length. */
  readonly body?: RequestBodyInput | null
  /** What to do about a redirection: `'follow'` unless given, `'error'`, or `'manual'`, which returns it. */
  readonly redirect?: 'follow' | 'error' | 'manual'
  /**
   * The most bytes of the response's body, after decoding. Unless given, 256 MiB for a body that is held in memory, and any
   * number for one that is iterated and not compressed.
   */
  readonly maxBodyBytes?: number
  /** Whether to accept compressed bodies and decode them; `true` unless given. */
  readonly decompress?: boolean
  /** Whether the connection may be used again; `true` unless given. */
  readonly keepAlive?: boolean
  /**
   * The proxy: `http://user:password@host:port`. `null` uses none. Unless given, the environment says: `http_proxy`,
   * `https_proxy`, `all_proxy` and `no_proxy`, also in capitals.
   */
  readonly proxy?: string | URL | null
  /** The path of a unix socket to connect to, in place of the URL's host and port. */
  readonly socketPath?: string
  /**
   * Options of TLS, for https. Connections are used again, and sessions resumed, where all options are the same; memory and
   * functions are if they are the same object.
   */
  readonly tls?: TlsOptions
  /** Called while the request's body is sent. */
  readonly onUploadProgress?: (progress: FetchProgress) => void
  /** Called for each piece of the response's body that is received. */
  readonly onDownloadProgress?: (progress: FetchProgress) => void
}

const FETCH_OPTIONS: Names<FetchSyncOptions> = {
  ...WAIT_OPTIONS,
  method: true,
  headers: true,
  body: true,
  redirect: true,
  maxBodyBytes: true,
  decompress: true,
  keepAlive: true,
  proxy: true,
  socketPath: true,
  tls: true,
  onUploadProgress: true,
  onDownloadProgress: true,
}

const hints = (): Hints => ({
  signal: 'a call that blocks cannot be aborted: { timeout: 5000 } limits it',
  ...belongIn('options.tls', WRAP_TLS_OPTIONS),
  auth: "headers: { authorization: 'Basic ' + btoa('user:password') }",
  json: "body: JSON.stringify(value), headers: { 'content-type': 'application/json' }",
})

/** The options that do not change between the requests of one call, checked. */
export interface FetchPlan {
  readonly redirect: 'follow' | 'error' | 'manual'
  readonly maxBodyBytes: number | null
  readonly decompress: boolean
  readonly keepAlive: boolean
  /** Undefined for what the environment says. */
  readonly proxy: URL | null | undefined
  readonly socketPath: string | null
  readonly tls: TlsOptions | null
  readonly onUploadProgress: ((progress: FetchProgress) => void) | null
  readonly onDownloadProgress: ((progress: FetchProgress) => void) | null
}

/**
 * Checks the options.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
 */
export function planFetch(given: FetchSyncOptions): FetchPlan {
  checkObject(given, 'options')
  checkNames(given, 'options', FETCH_OPTIONS, (value) => value !== undefined, hints)
  const options = own(given)
  const { redirect = 'follow', decompress = true, keepAlive = true, maxBodyBytes, socketPath, tls } = options
  if (!['follow', 'error', 'manual'].includes(redirect)) {
    throw wrongValue("options.redirect must be 'follow', 'error' or 'manual'")
  }
  for (const [name, flag] of Object.entries({ decompress, keepAlive })) checkBoolean(flag, `options.${name}`)
  if (maxBodyBytes !== undefined && maxBodyBytes !== Number.POSITIVE_INFINITY) {
    checkInteger(maxBodyBytes, 'options.maxBodyBytes', 0, Number.MAX_SAFE_INTEGER)
  }
  if (socketPath !== undefined) checkCName(socketPath, 'options.socketPath')
  if (tls !== undefined) checkObject(tls, 'options.tls')
  for (const name of ['onUploadProgress', 'onDownloadProgress'] as const) {
    if (options[name] === undefined || typeof options[name] === 'function') continue
    throw wrongType(`options.${name}`, 'a function', options[name])
  }
  return {
    redirect,
    maxBodyBytes: maxBodyBytes ?? null,
    decompress,
    keepAlive,
    proxy: proxyOption(options.proxy),
    socketPath: socketPath ?? null,
    tls: tls ?? null,
    onUploadProgress: options.onUploadProgress ?? null,
    onDownloadProgress: options.onDownloadProgress ?? null,
  }
}

function proxyOption(given: string | URL | null | undefined): URL | null | undefined {
  if (given === undefined || given === null) return given
  if (!isInstance(given, URL)) checkString(given, 'options.proxy')
  return proxyUrl(String(given), 'options.proxy')
}

/**
 * The URL of a proxy. One without a scheme is of http, as in curl. The message does not have it: it may have a password.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function proxyUrl(text: string, source: string): URL {
  const full = text.includes('://') ? text : `http://${text}`
  if (!URL.canParse(full)) throw wrongValue(`${source} is no URL of a proxy`)
  const url = new URL(full)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw wrongValue(`${source} must be a proxy of http or https, not of ${url.protocol.slice(0, -1)}`)
}
