// Failures of HTTP: what a server or a proxy sent is refused, or the request could not be completed.

import { SocketError, withFields } from '../core/errors.js'

/** What an error of HTTP has besides its code and message. */
export interface HttpErrorDetails {
  /** The URL of the request, without its query, which may have secrets. */
  readonly url?: string
  /** The status of the response that is the reason. */
  readonly status?: number
  /** The error that is the reason. */
  readonly cause?: unknown
}

/**
 * A failure of HTTP; `code` says which: `ERR_HTTP_INVALID_RESPONSE`, `ERR_HTTP_TRUNCATED`, `ERR_HTTP_BODY_TOO_LARGE`, ...
 * A response with a status such as 404 is no failure.
 * @example
 * import { fetchSync, HttpError } from 'berkeley/http'
 * try {
 *   fetchSync('http://localhost:8080/', { maxBodyBytes: 1_000_000 }).bytes()
 * } catch (error) {
 *   if (error instanceof HttpError) console.log(error.code, error.url)
 * }
 */
export class HttpError extends SocketError {
  /** The URL of the request, without its query. */
  declare readonly url?: string
  /** The status of the response that is the reason, if one is. */
  declare readonly status?: number

  constructor(code: string, explanation: string, details: HttpErrorDetails = {}) {
    super(`fetch ${code}: ${explanation}`, code, 0, 'fetch')
    withFields(this, details)
  }

  static {
    HttpError.prototype.name = 'HttpError'
  }
}

/** The error for a response that does not follow RFC 9112. A client that guesses can be made to mix up responses. */
export function invalidResponse(explanation: string): HttpError {
  return new HttpError('ERR_HTTP_INVALID_RESPONSE', `the response is not valid HTTP/1.1: ${explanation}`)
}

/** The error for a connection that ended within a response. */
export function truncated(explanation: string): HttpError {
  return new HttpError('ERR_HTTP_TRUNCATED', explanation)
}

/** Text of a peer's as messages show it: short and on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}
