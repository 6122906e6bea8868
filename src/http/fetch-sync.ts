// http/ is a client of HTTP/1.1 without await: `berkeley/http`.
//
//   fetch-sync.ts       the call: requests until there is a response that is no redirection
//   request.ts          what is sent to a URL; redirections
//   exchange.ts         one request and its response over a connection, new or kept
//   http-connection.ts  connecting, sending, waiting for the head
//   route.ts            where the connection leads: the server, a proxy, a tunnel
//   input.ts            receiving within the time limit; received-bytes.ts holds what is not parsed yet
//   response-head.ts    the parser of heads; body-parser.ts, of bodies. Both are strict, and wait for nothing
//   response-parser.ts  both for programs that receive themselves
//   response.ts         what the caller gets
//
// This file: the call.

import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { outOfRange } from '../core/validate.js'
import { HttpError } from './errors.js'
import { atUrl, begin, type Exchange } from './exchange.js'
import { type FetchPlan, type FetchSyncOptions, planFetch } from './options.js'
import { type FetchRequest, isRedirect, redirected, requestOf } from './request.js'
import { SyncResponse } from './response.js'

/** As in fetch. */
const MAX_REDIRECTS = 20

/**
 * Requests a URL of http or https and returns the response, while this thread waits; `fetch` without `await`, RFC 9110 and
 * 9112. It is for tools and other synchronous code: a server, or a page that does anything else meanwhile, uses `fetch`. A
 * server of the same thread cannot reply meanwhile.
 *
 * Redirections are followed as in fetch. Connections are kept for later requests, in each thread its own. The limit in
 * `timeout` or `deadline` covers all of it, up to the last byte of the body. A response of any status is returned.
 * @throws HttpError `ERR_HTTP_INVALID_RESPONSE`, `ERR_HTTP_HEAD_TOO_LARGE`, `ERR_HTTP_TRUNCATED`, `ERR_HTTP_REDIRECT`,
 *   `ERR_HTTP_PROXY`, `ERR_HTTP_CONTENT_CODING`, `ERR_HTTP_REQUEST_LENGTH`
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
 * @throws InterruptedError `EINTR` if a signal with a listener or `interruptThread` ended a wait
 * @throws SocketError, ResolveError, TlsError as `createConnection` and `connectTls`
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
 * @example
 * import { fetchSync } from 'berkeley/http'
 * const response = fetchSync('https://example.org/api', { method: 'POST', body: '{}', timeout: 5000 })
 * console.log(response.status, response.headers.get('content-type'), response.json())
 */
export function fetchSync(url: string | URL, options: FetchSyncOptions = {}): SyncResponse {
  const plan = planFetch(options)
  const first = requestOf(url, options)
  const limit = limitOf(options, first.url)
  if (limit === 0) {
    const fields = { argument: 'options.timeout', value: 0 }
    throw outOfRange('options.timeout must be > 0 milliseconds: a request always has to wait', fields)
  }
  return finalResponse(first, plan, new Deadline(limit))
}

function limitOf(options: FetchSyncOptions, url: URL): number {
  try {
    return effectiveTimeout(options, FOREVER, 'fetch')
  } catch (error) {
    throw atUrl(error, url)
  }
}

function finalResponse(first: FetchRequest, plan: FetchPlan, deadline: Deadline): SyncResponse {
  let request = first
  for (let redirects = 0; ; redirects++) {
    const exchange = begin(request, plan, deadline)
    try {
      if (plan.redirect === 'manual' || !isRedirect(exchange.head)) {
        return new SyncResponse(exchange, plan, redirects > 0)
      }
      request = followed(request, exchange, plan, redirects)
    } catch (error) {
      exchange.abandon()
      throw atUrl(error, exchange.url)
    }
  }
}

function followed(request: FetchRequest, exchange: Exchange, plan: FetchPlan, redirects: number): FetchRequest {
  const { status } = exchange.head
  if (plan.redirect === 'error') {
    throw new HttpError('ERR_HTTP_REDIRECT', `the server redirects with ${status}, which options.redirect forbids`, {
      status,
    })
  }
  if (redirects === MAX_REDIRECTS) {
    throw new HttpError('ERR_HTTP_REDIRECT', `the server redirects more than ${MAX_REDIRECTS} times`, { status })
  }
  const next = redirected(request, exchange.head)
  exchange.discard()
  return next
}
