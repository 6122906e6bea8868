// One request and the body of its response, over a connection that goes back to the pool after the last byte.

import type { Deadline } from '../core/deadline.js'
import { ResolveError, SocketError, withFields, withMessage, withTimeout } from '../core/errors.js'
import { BodyParser, type Framing, framingOf } from './body-parser.js'
import { keepIdle, takeIdle } from './connection-pool.js'
import { HttpError } from './errors.js'
import { connectTo, type HttpConnection } from './http-connection.js'
import type { FetchPlan } from './options.js'
import { canRepeat, type FetchRequest, shownUrl } from './request.js'
import { type ResponseHead, staysOpen } from './response-head.js'
import { proxyAuthorization, type Route, routeOf } from './route.js'

/** A body so short is read before a redirection is followed, so that its connection can be used again. */
const MAX_DRAINED_BYTES = 65536

/** What a lost connection fails with that the server closed while the request was on its way. */
const LOST = ['ECONNRESET', 'EPIPE', 'ERR_HTTP_TRUNCATED', 'ERR_TLS_TRUNCATED']

export class Exchange {
  readonly url: URL
  readonly head: ResponseHead
  /** The length of the body as it is transferred; null where it is not known. */
  readonly totalBytes: number | null
  readonly #connection: HttpConnection
  readonly #body: BodyParser
  readonly #deadline: Deadline
  readonly #isReusable: boolean
  readonly #key: string
  #isOver = false

  constructor(
    connection: HttpConnection,
    request: FetchRequest,
    { head, framing, deadline }: { head: ResponseHead; framing: Framing; deadline: Deadline },
    { key, isReusable }: { key: string; isReusable: boolean },
  ) {
    this.url = request.url
    this.head = head
    this.totalBytes = framing.kind === 'length' ? framing.length : framing.kind === 'none' ? 0 : null
    this.#connection = connection
    this.#body = new BodyParser(framing)
    this.#deadline = deadline
    this.#key = key
    this.#isReusable = isReusable && framing.kind !== 'connection'
    if (this.#body.isDone) this.#finish()
  }

  /** The next piece of the body, as it was transferred; null at its end. A failure closes the connection. */
  read(): Buffer | null {
    try {
      const piece = this.#connection.input.read(this.#body, this.#deadline)
      if (this.#body.isDone) this.#finish()
      return piece
    } catch (error) {
      this.abandon()
      throw described(error, this.url, this.#deadline)
    }
  }

  /** Closes the connection, unless the body has been read. */
  abandon(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#connection.close()
  }

  /** Reads and discards a short body, and gives a long one up. */
  discard(): void {
    if (this.#isOver) return
    const isShort = this.totalBytes !== null && this.totalBytes <= MAX_DRAINED_BYTES
    while (isShort && !this.#isOver) this.read()
    this.abandon()
  }

  /** Bytes after the end of a body are no response to anything: the connection is not used again. */
  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#connection.keepSession()
    const isClean = this.#connection.input.heldBytes === 0
    if (this.#isReusable && isClean) keepIdle(this.#key, this.#connection, this.head.headers)
    else this.#connection.close()
  }
}

/** Sends a request and reads the head of its response. */
export function begin(request: FetchRequest, plan: FetchPlan, deadline: Deadline): Exchange {
  try {
    const route = routeOf(request, plan)
    const kept = plan.keepAlive ? takeIdle(route.key) : null
    if (kept === null) return beginOn(connectBy(route, deadline), { request, plan, route, deadline })
    const receivedBefore = kept.input.receivedBytes
    try {
      return beginOn(kept, { request, plan, route, deadline })
    } catch (error) {
      const isUntouched = kept.input.receivedBytes === receivedBefore
      if (!isUntouched || !canRepeat(request) || !isLost(error)) throw error
      return beginOn(connectBy(route, deadline), { request, plan, route, deadline })
    }
  } catch (error) {
    throw described(error, request.url, deadline)
  }
}

/** Connects. The program may not know of a proxy, which the environment can name: where it fails, the message has it. */
function connectBy(route: Route, deadline: Deadline): HttpConnection {
  try {
    return connectTo(route, deadline)
  } catch (error) {
    if (route.proxy === null || error instanceof HttpError || !(error instanceof Error)) throw error
    throw withMessage(error, `${error.message}, by the proxy ${route.proxy.host}`)
  }
}

function isLost(error: unknown): boolean {
  return error instanceof SocketError && LOST.includes(error.code)
}

interface Beginning {
  readonly request: FetchRequest
  readonly plan: FetchPlan
  readonly route: Route
  readonly deadline: Deadline
}

function beginOn(connection: HttpConnection, { request, plan, route, deadline }: Beginning): Exchange {
  try {
    const readsRequest = route.proxy !== null && !route.isTunnel
    const proxyFields = readsRequest ? proxyAuthorization(route.proxy!) : null
    const { head, isSent } = connection.exchange(request, plan, proxyFields, deadline)
    const framing = framingOf(request.method, head)
    const isReusable = plan.keepAlive && isSent && staysOpen(head)
    return new Exchange(connection, request, { head, framing, deadline }, { key: route.key, isReusable })
  } catch (error) {
    connection.close()
    throw connection.input.receivedBytes === 0 && route.tls === null ? maybeOfTls(error) : error
  }
}

/** Many servers of TLS, Node's for one, close the connection where a request is not encrypted. */
function maybeOfTls(error: unknown): unknown {
  if (!(error instanceof HttpError) || error.code !== 'ERR_HTTP_TRUNCATED') return error
  return withMessage(error, `${error.message}: if it speaks TLS, use https:`)
}

/** The error, with the URL of the request, and with its limit in place of what was left of it for one call. */
function described(error: unknown, url: URL, { whole }: Deadline): unknown {
  return atUrl(withTimeout(error, whole), url)
}

/** The error, with the URL of the request as a field and in the message: `recv timed out` alone does not say of what. */
export function atUrl(error: unknown, url: URL): unknown {
  if (!(error instanceof SocketError || error instanceof ResolveError) || 'url' in error) return error
  const shown = shownUrl(url)
  return withFields(withMessage(error, `${error.message} (${shown})`), { url: shown })
}
