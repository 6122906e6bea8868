// A request: what is sent for one URL, and what becomes of it when the server redirects; the Fetch Standard, "HTTP-redirect
// fetch".

import { own } from '../core/own-options.js'
import { checkString, isInstance, wrongType, wrongValue } from '../core/validate.js'
import { ACCEPT_ENCODING } from './content-coding.js'
import { HttpError, quoted } from './errors.js'
import { type HeaderList, headerListOf, TOKEN } from './header-list.js'
import type { FetchPlan, FetchSyncOptions } from './options.js'
import { bodyLength, type RequestBody, requestBodyOf } from './request-body.js'
import type { ResponseHead } from './response-head.js'

/** What is sent to one URL. */
export interface FetchRequest {
  readonly url: URL
  readonly method: string
  /** The caller's fields. */
  readonly headers: HeaderList
  readonly body: RequestBody | null
}

/** Methods that fetch writes in capitals, however they are given. */
const NORMALIZED = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']

/** CONNECT makes a tunnel, and TRACE shows secrets to scripts: fetch refuses them. */
const FORBIDDEN = ['CONNECT', 'TRACE', 'TRACK']

/** Fields that describe the connection, or how the message is framed, which is decided here. */
const CONTROLLED = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** Methods whose second execution does the same as one; RFC 9110, section 9.2.2. */
const IDEMPOTENT = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT']

const REDIRECTS = [301, 302, 303, 307, 308]
const BODY_FIELDS = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type']
/** Fields with secrets for one origin, which others must not get. */
const ORIGIN_FIELDS = ['authorization', 'cookie', 'host', 'proxy-authorization']

/**
 * The request that a caller asks for.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function requestOf(url: string | URL, given: FetchSyncOptions): FetchRequest {
  const options = own(given)
  const method = methodOf(options.method ?? 'GET')
  const headers = headerListOf(options.headers)
  const controlled = CONTROLLED.find((name) => headers.has(name))
  if (controlled !== undefined) throw wrongValue(`options.headers must not have ${controlled}: fetchSync decides it`)
  const body = requestBodyOf(options.body)
  if (body !== null && (method === 'GET' || method === 'HEAD')) throw wrongValue(`a request with ${method} has no body`)
  checkLength(headers, body)
  const expected = headers.get('expect')
  if (expected !== null && expected.toLowerCase() !== '100-continue') {
    throw wrongValue("options.headers.expect must be '100-continue'")
  }
  return { url: urlOf(url), method, headers, body }
}

function methodOf(method: unknown): string {
  checkString(method, 'options.method')
  if (!TOKEN.test(method)) throw wrongValue(`options.method is no token of RFC 9110: ${JSON.stringify(method)}`)
  const capitals = method.toUpperCase()
  if (FORBIDDEN.includes(capitals)) throw wrongValue(`options.method must not be ${capitals}`)
  return NORMALIZED.includes(capitals) ? capitals : method
}

function checkLength(headers: HeaderList, body: RequestBody | null): void {
  const given = headers.get('content-length')
  if (given === null) return
  if (!/^\d{1,15}$/.test(given)) throw wrongValue("options.headers['content-length'] is no number of bytes")
  const actual = body === null ? 0 : bodyLength(body)
  if (actual === null || actual === Number(given)) return
  throw wrongValue(`options.headers['content-length'] is ${given}, and the body has ${actual} bytes`)
}

function urlOf(given: string | URL): URL {
  if (typeof given !== 'string' && !isInstance(given, URL)) throw wrongType('url', 'a string or a URL', given)
  if (!URL.canParse(String(given)))
    throw wrongValue(`url is no absolute URL such as http://localhost/: ${quoted(String(given))}`)
  const url = new URL(given)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw wrongValue(`url must be of http or https, not of ${url.protocol.slice(0, -1)}`)
  }
  if (url.username === '' && url.password === '') return url
  throw wrongValue('url must not have a user and a password: send them in the field authorization')
}

/** Whether a request may be sent a second time without the caller's consent. */
export function canRepeat({ method, body }: FetchRequest): boolean {
  return IDEMPOTENT.includes(method) && (body === null || body.bytes !== null)
}

/** The host as a socket's address has it: an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** The port of a URL, given or not. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/** A URL for messages: without its query and fragment. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}

/**
 * The head of a request.
 * @param proxyFields lines for the proxy that reads it, which then gets the whole URL; null without one
 */
export function headOf(request: FetchRequest, plan: FetchPlan, proxyFields: string | null): string {
  const { url, method, body } = request
  const fields = request.headers.without(['host'])
  fields.setDefault('accept', '*/*')
  // A range of a compressed body could not be decoded: the Fetch Standard, "HTTP-network-or-cache fetch".
  if (plan.decompress) fields.setDefault('accept-encoding', fields.has('range') ? 'identity' : ACCEPT_ENCODING)
  fields.setDefault('user-agent', 'berkeley')
  if (body !== null && body.type !== null) fields.setDefault('content-type', body.type)
  const length = body === null ? null : bodyLength(body)
  if (length !== null) fields.setDefault('content-length', String(length))
  else if (body === null && (method === 'POST' || method === 'PUT')) fields.setDefault('content-length', '0')
  else if (isChunked(request)) fields.append('transfer-encoding', 'chunked')
  if (!plan.keepAlive) fields.append('connection', 'close')
  const path = `${url.pathname}${url.search}`
  const target = proxyFields === null ? path : `http://${url.host}${path}`
  const host = request.headers.get('host') ?? url.host
  return `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${fields.lines()}${proxyFields ?? ''}\r\n`
}

/** Whether the body goes out in chunks, because its length is not known before. */
export function isChunked({ body, headers }: FetchRequest): boolean {
  return body !== null && body.bytes === null && !headers.has('content-length')
}

/** Whether a response asks for another request. */
export function isRedirect({ status, headers }: ResponseHead): boolean {
  return REDIRECTS.includes(status) && headers.has('location')
}

/**
 * The request that follows a redirection.
 * @throws HttpError `ERR_HTTP_REDIRECT` for a location that is no URL of http or https, and for a body that is gone
 */
export function redirected(request: FetchRequest, { status, headers }: ResponseHead): FetchRequest {
  const url = locationOf(request.url, headers.all('location'), status)
  const { method, body } = request
  const becomesGet = ((status === 301 || status === 302) && method === 'POST') || (status === 303 && method !== 'HEAD')
  if (!becomesGet && body !== null && body.bytes === null) {
    throw new HttpError('ERR_HTTP_REDIRECT', `the body of an iterable cannot be sent again after ${status}`, { status })
  }
  const changed = becomesGet && method !== 'GET'
  const forOrigin = url.origin === request.url.origin ? request.headers : request.headers.without(ORIGIN_FIELDS)
  return {
    url,
    method: becomesGet ? 'GET' : method,
    headers: changed ? forOrigin.without([...BODY_FIELDS, 'expect']) : forOrigin,
    body: becomesGet ? null : body,
  }
}

function locationOf(from: URL, locations: readonly string[], status: number): URL {
  // The value was received as latin1; servers that send other characters mean UTF-8.
  const location = Buffer.from(locations[0]!, 'latin1').toString()
  const isUsable = locations.length === 1 && URL.canParse(location, from.href)
  const url = isUsable ? new URL(location, from) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new HttpError('ERR_HTTP_REDIRECT', `the server redirects to ${quoted(location)}`, { status })
  }
  if (url.username !== '' || url.password !== '') {
    throw new HttpError('ERR_HTTP_REDIRECT', 'the server redirects to a URL with a user and a password', { status })
  }
  if (url.hash === '') url.hash = from.hash
  return url
}
