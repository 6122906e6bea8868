// One connection: making it, sending requests over it, and reading what comes before a body.

import { createConnection } from '../connect/create-connection.js'
import { bytesOf } from '../core/bytes.js'
import { Deadline, FOREVER } from '../core/deadline.js'
import { SocketError, SocketTimeoutError } from '../core/errors.js'
import { own } from '../core/own-options.js'
import { TCP_NODELAY } from '../options/generated/options.js'
import type { Socket } from '../socket/socket.js'
import { connectTls } from '../tls/connect-tls.js'
import { TlsError } from '../tls/errors.js'
import type { TlsOptions } from '../tls/options.js'
import { TlsSocket, wrapTls } from '../tls/tls-socket.js'
import { HttpError, invalidResponse } from './errors.js'
import { checkTime, Input } from './input.js'
import type { FetchPlan } from './options.js'
import { type FetchRequest, headOf, isChunked } from './request.js'
import { bodyLength } from './request-body.js'
import { FinalHeadParser, HeadParser, type ResponseHead } from './response-head.js'
import { proxyAuthorization, type Route } from './route.js'
import { withSharedContext } from './tls-contexts.js'
import { keepSession, takeSession } from './tls-sessions.js'

/** So long a body waits for `100 Continue`, which an old server never sends; as in curl. */
const CONTINUE_WAIT_MS = 1000

/** A request with so small a body is sent in one call: the kernel has room for it whatever the server does meanwhile. */
const MAX_JOINED_BYTES = 16384

const ALPN = ['http/1.1']

/** What is known when the head of the final response is there. */
export interface Replied {
  readonly head: ResponseHead
  /** Whether all of the request was sent: else nothing else can be sent over the connection. */
  readonly isSent: boolean
}

export class HttpConnection {
  readonly socket: Socket
  readonly input: Input
  readonly #sessionKey: string | null
  #hasKeptSession = false

  /** @param sessionKey under which the session of TLS is kept; null to keep none */
  constructor(socket: Socket, sessionKey: string | null) {
    this.socket = socket
    this.input = new Input(socket)
    this.#sessionKey = sessionKey
  }

  /** Keeps the session of TLS for later connections, once a response was received: TLS 1.3 sends it after the handshake. */
  keepSession(): void {
    if (this.#sessionKey === null || this.#hasKeptSession || !(this.socket instanceof TlsSocket)) return
    this.#hasKeptSession = true
    const { session } = this.socket.tls
    if (session !== null) keepSession(this.#sessionKey, session)
  }

  close(): void {
    this.socket.close()
  }

  /** Sends a request and reads the head of the final response. */
  exchange(request: FetchRequest, plan: FetchPlan, proxyFields: string | null, deadline: Deadline): Replied {
    const head = Buffer.from(headOf(request, plan, proxyFields), 'latin1')
    const sender = new RequestSender(this, plan, request, deadline)
    if (request.headers.has('expect') && request.body !== null) {
      sender.sendHead(head)
      const early = this.#awaitContinue(deadline)
      if (early !== null) return { head: early, isSent: false }
      return this.#replied(sender.sendBody(), sender, deadline)
    }
    return this.#replied(sender.send(head), sender, deadline)
  }

  /** A response counts although the request could not be sent; without one, the reason is why sending failed. */
  #replied(isSent: boolean, sender: RequestSender, deadline: Deadline): Replied {
    try {
      return { head: this.input.read(new FinalHeadParser(), deadline), isSent }
    } catch (error) {
      throw sender.failure ?? error
    }
  }

  /** Waits for permission to send the body. Returns the final response if that comes instead. */
  #awaitContinue(deadline: Deadline): ResponseHead | null {
    const { remaining } = deadline
    const until = new Deadline(remaining === FOREVER ? CONTINUE_WAIT_MS : Math.min(remaining, CONTINUE_WAIT_MS))
    try {
      // Under TLS a readable socket may have a session ticket alone.
      while (this.input.heldBytes === 0 && this.input.wantsMore) {
        this.socket.wait('read', { timeout: until.timeout })
        this.input.receiveEarly()
      }
    } catch (error) {
      if (!(error instanceof SocketTimeoutError)) throw error
      checkTime(deadline)
      return null
    }
    const head = this.input.read(new HeadParser(), deadline)
    return head.status >= 200 ? head : null
  }
}

/** Sends one request. */
class RequestSender {
  readonly #connection: HttpConnection
  readonly #plan: FetchPlan
  readonly #request: FetchRequest
  readonly #deadline: Deadline
  #sentBodyBytes = 0
  /** Why sending failed. */
  failure: SocketError | null = null

  constructor(connection: HttpConnection, plan: FetchPlan, request: FetchRequest, deadline: Deadline) {
    this.#connection = connection
    this.#plan = plan
    this.#request = request
    this.#deadline = deadline
  }

  /** Sends all. Returns false where the server replied with an error, or stopped receiving, before that. */
  send(head: Buffer): boolean {
    const { body } = this.#request
    const bytes = body?.bytes ?? null
    const isJoined = body === null || (bytes !== null && bytes.length <= MAX_JOINED_BYTES)
    if (!isJoined) return this.#sendPart(head) && this.sendBody()
    return this.#tolerating(() => {
      this.#sendAll(bytes === null ? head : Buffer.concat([head, bytes]))
      if (bytes !== null) this.#count(bytes.length)
      return true
    })
  }

  /** Sends the head alone. */
  sendHead(head: Buffer): void {
    this.#sendAll(head)
  }

  /** Sends the body. Returns as `send`. */
  sendBody(): boolean {
    const { body, headers } = this.#request
    const chunked = isChunked(this.#request)
    const announced = headers.get('content-length')
    for (const piece of body!.pieces) {
      const bytes = bytesOf(piece, 'a piece of options.body')
      // A chunk of no bytes would end the body.
      if (bytes.length === 0) continue
      if (announced !== null && this.#sentBodyBytes + bytes.length > Number(announced))
        throw this.#wrongLength(announced)
      if (!this.#sendPart(bytes, chunked)) return false
      this.#count(bytes.length)
    }
    if (announced !== null && this.#sentBodyBytes < Number(announced)) throw this.#wrongLength(announced)
    return chunked ? this.#sendPart(Buffer.from('0\r\n\r\n')) : true
  }

  #wrongLength(announced: string): HttpError {
    const explanation = `the body is not as long as its content-length says, ${announced} bytes`
    return new HttpError('ERR_HTTP_REQUEST_LENGTH', explanation)
  }

  #count(bytes: number): void {
    this.#sentBodyBytes += bytes
    const { body, headers } = this.#request
    const announced = headers.get('content-length')
    const totalBytes = body === null ? null : (bodyLength(body) ?? (announced === null ? null : Number(announced)))
    this.#plan.onUploadProgress?.({ transferredBytes: this.#sentBodyBytes, totalBytes })
  }

  #sendAll(bytes: Uint8Array): void {
    this.#connection.socket.sendAll(bytes, { timeout: this.#deadline.timeout })
  }

  #sendPart(bytes: Uint8Array, isChunk = false): boolean {
    if (!isChunk) return this.#tolerating(() => this.#sendWatching(bytes))
    const line = Buffer.from(`${bytes.length.toString(16)}\r\n`)
    return this.#tolerating(() => this.#sendWatching(Buffer.concat([line, bytes, Buffer.from('\r\n')])))
  }

  /**
   * Sends bytes while it watches for a response. A server may reply before it has the whole body: with an error, after
   * which it reads no more, or with as much as the connection holds, after which neither side would go on.
   * @returns false once the response is an error: the rest need not be sent
   */
  #sendWatching(bytes: Uint8Array): boolean {
    const { socket, input } = this.#connection
    for (let sent = 0; sent < bytes.length; ) {
      checkTime(this.#deadline)
      const count = socket.trySend(bytes, { offset: sent })
      sent += count ?? 0
      if (count !== undefined) continue
      const { read } = socket.wait(input.wantsMore ? 'both' : 'write', { timeout: this.#deadline.timeout })
      if (read && input.wantsMore) input.receiveEarly()
      const status = input.earlyStatus
      if (status !== null && status >= 400) return false
    }
    return true
  }

  /** A server that has replied may close the connection although more is sent. */
  #tolerating(send: () => boolean): boolean {
    try {
      return send()
    } catch (error) {
      if (!(error instanceof SocketError) || !['EPIPE', 'ECONNRESET'].includes(error.code)) throw error
      this.failure = error
      return false
    }
  }
}

/**
 * Connects to the server of a route: lookup, proxy and TLS included. TLS resumes the session of an earlier connection.
 * @throws SocketError, TlsError, ResolveError, SocketTimeoutError; HttpError `ERR_HTTP_PROXY`
 */
export function connectTo(route: Route, deadline: Deadline): HttpConnection {
  const givesSession = route.tls !== null && own(route.tls).session !== undefined
  const sessionKey = givesSession ? null : route.key
  const socket = resumed(route, deadline, sessionKey === null ? null : takeSession(sessionKey))
  // Else the last part of a request may wait for the acknowledgement of the one before.
  if ('host' in route.target) socket.setOption(TCP_NODELAY, true)
  return new HttpConnection(socket, sessionKey)
}

/** A server may fail over a session, instead of ignoring it: the connection is made anew without it. */
function resumed(route: Route, deadline: Deadline, session: Buffer | null): Socket {
  try {
    return connected(route, deadline, session)
  } catch (error) {
    if (session === null || !(error instanceof SocketError) || !failsHandshake(error)) throw error
    return connected(route, deadline, null)
  }
}

/** Whether a handshake failed for another reason than the server's certificate. */
function failsHandshake(error: SocketError): boolean {
  return error.code === 'ECONNRESET' || (error instanceof TlsError && /^ERR_SSL_/.test(error.code))
}

function connected(route: Route, deadline: Deadline, session: Buffer | null): Socket {
  const { target, tls, proxy, isTunnel, serverName: servername } = route
  const { timeout } = deadline
  if (proxy !== null) checkProxy(proxy, isTunnel)
  const resuming = session === null ? {} : { session }
  if (proxy?.protocol === 'https:') return connectTls(target, { ALPNProtocols: ALPN, ...resuming, timeout })
  if (tls === null) return createConnection(target, { timeout })
  const options = { servername, ALPNProtocols: ALPN, ...withSharedContext(tls), ...resuming }
  return isTunnel ? tunnelled(route, deadline, options) : connectTls(target, { ...options, timeout })
}

/** TLS runs over a kernel's socket, and not over another TLS connection. */
function checkProxy(proxy: URL, isTunnel: boolean): void {
  if (!isTunnel || proxy.protocol === 'http:') return
  throw new HttpError('ERR_HTTP_PROXY', 'a proxy of https cannot carry a request of https: use one of http')
}

function tunnelled(route: Route, deadline: Deadline, tls: TlsOptions): Socket {
  const socket = createConnection(route.target, { timeout: deadline.timeout })
  try {
    openTunnel(socket, route, deadline)
    const { timeout } = deadline
    return wrapTls(socket, { ...tls, timeout })
  } catch (error) {
    socket.close()
    throw error
  }
}

/** RFC 9110, section 9.3.6. */
function openTunnel(socket: Socket, { authority, proxy }: Route, deadline: Deadline): void {
  const input = new Input(socket)
  const head = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${proxyAuthorization(proxy!)}\r\n`
  socket.sendAll(head, { timeout: deadline.timeout })
  const { status, statusText } = input.read(new HeadParser(), deadline)
  if (status < 200 || status > 299) {
    throw new HttpError('ERR_HTTP_PROXY', `the proxy refused the tunnel: ${status} ${statusText}`.trimEnd(), { status })
  }
  // The server speaks only after the client's first message of TLS.
  if (input.heldBytes > 0) throw invalidResponse('bytes follow the reply of the proxy')
}
