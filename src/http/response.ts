// The response, in the shape of the platform's Response, with methods that return the body instead of a promise of it.

import { type InspectOptions, inspect } from 'node:util'
import { copyOf } from '../core/bytes.js'
import { withFields, withMessage } from '../core/errors.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { bodyTooLarge, codingsOf, decoded } from './content-coding.js'
import { HttpError } from './errors.js'
import { atUrl, type Exchange } from './exchange.js'
import type { FetchPlan } from './options.js'
import { shownUrl } from './request.js'

/** So much of a body is held in memory, unless the caller names another limit. */
const MAX_HELD_BYTES = 256 * 2 ** 20

/**
 * The response to a request, made by `fetchSync`. It has the members of the platform's Response, except that `text`,
 * `json`, `bytes`, `arrayBuffer` and `blob` return at once what they promise there, that `body` is an iterable of chunks,
 * and that there is no `clone` and no `formData`.
 *
 * Until the body has been read to its end the response owns a connection: read it, or `close` the response.
 * @example
 * import { fetchSync } from 'berkeley/http'
 * using response = fetchSync('http://localhost:8080/')
 * if (response.ok) for (const chunk of response.body) process.stdout.write(chunk)
 */
export class SyncResponse {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  /** The status, such as 404. */
  readonly status: number
  /** The server's words for the status. */
  readonly statusText: string
  /** Whether the request was redirected. */
  readonly redirected: boolean
  /** The URL of the last request, without its fragment. */
  readonly url: string
  readonly #exchange: Exchange
  readonly #plan: FetchPlan
  readonly #codings: readonly string[] | null
  #headers: Headers | null = null
  #bodyUsed = false
  #receivedBytes = 0

  /** @internal */
  constructor(exchange: Exchange, plan: FetchPlan, redirected: boolean) {
    const { status, statusText, headers } = exchange.head
    this.status = status
    this.statusText = statusText
    this.redirected = redirected
    this.url = exchange.url.href.replace(/#.*$/, '')
    this.#exchange = exchange
    this.#plan = plan
    this.#codings = plan.decompress ? codingsOf(headers) : null
  }

  /** Whether the status is one of success, 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299
  }

  /** The fields, as the platform's Headers. */
  get headers(): Headers {
    this.#headers ??= new Headers([...this.#exchange.head.headers].map(([name, value]) => [name, value]))
    return this.#headers
  }

  /** A single field, by its name in lower case, without making a Headers. */
  header(name: string): string | null {
    return this.#exchange.head.headers.get(name.toLowerCase())
  }

  /** Whether the body has been read, or is being iterated. */
  get bodyUsed(): boolean {
    return this.#bodyUsed
  }

  /**
   * The chunks of the body, in the order and size in which they are received; one that is compressed comes in one piece.
   * Leaving the loop early closes the connection.
   * @throws HttpError `ERR_HTTP_TRUNCATED`, `ERR_HTTP_BODY_TOO_LARGE`, `ERR_HTTP_CONTENT_CODING`, `ERR_HTTP_INVALID_RESPONSE`
   * @throws HttpError `ERR_HTTP_BODY_USED` when the body was read before
   * @throws SocketTimeoutError, InterruptedError, SocketError, TlsError as `recv`
   */
  get body(): Iterable<Buffer> {
    return { [Symbol.iterator]: () => this.#chunks() }
  }

  /**
   * The body.
   * @throws as `body`
   */
  bytes(): Buffer {
    this.#use()
    if (this.#codings !== null) return this.#decoded(this.#codings)
    return Buffer.concat([...this.#pieces(this.#plan.maxBodyBytes ?? MAX_HELD_BYTES)])
  }

  /**
   * The body as text in UTF-8, without a byte order mark.
   * @throws as `body`
   */
  text(): string {
    return new TextDecoder().decode(this.bytes())
  }

  /**
   * The body as JSON.
   * @throws SyntaxError where it is none; and as `body`
   */
  json(): unknown {
    const text = this.text()
    try {
      return JSON.parse(text)
    } catch (error) {
      const url = shownUrl(this.#exchange.url)
      const message = `the response ${this.status} of ${url} is not JSON: ${(error as SyntaxError).message}`
      throw withFields(withMessage(error as SyntaxError, message), { url })
    }
  }

  /**
   * The body as an ArrayBuffer of its own.
   * @throws as `body`
   */
  arrayBuffer(): ArrayBuffer {
    return new Uint8Array(this.bytes()).buffer
  }

  /**
   * The body as a Blob, with the type that the server states.
   * @throws as `body`
   */
  blob(): Blob {
    return new Blob([new Uint8Array(this.bytes())], { type: this.header('content-type') ?? '' })
  }

  /** Closes the connection, unless the body has been read to its end, after which another request may have it. */
  close(): void {
    this.#bodyUsed = true
    this.#exchange.abandon()
  }

  /** `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close()
  }

  #use(): void {
    if (!this.#bodyUsed) {
      this.#bodyUsed = true
      return
    }
    const error = new HttpError('ERR_HTTP_BODY_USED', 'the body was read before, or the response closed')
    throw atUrl(error, this.#exchange.url)
  }

  *#chunks(): Generator<Buffer, void, undefined> {
    this.#use()
    if (this.#codings === null) return yield* this.#pieces(this.#plan.maxBodyBytes ?? Number.POSITIVE_INFINITY)
    const whole = this.#decoded(this.#codings)
    if (whole.length > 0) yield whole
  }

  #decoded(codings: readonly string[]): Buffer {
    const most = this.#plan.maxBodyBytes ?? MAX_HELD_BYTES
    const bytes = Buffer.concat([...this.#pieces(most)])
    try {
      return decoded(bytes, codings, most)
    } catch (error) {
      throw atUrl(error, this.#exchange.url)
    }
  }

  /** The pieces as they are transferred. Whatever ends this before the body's end closes the connection. */
  *#pieces(maxBytes: number): Generator<Buffer, void, undefined> {
    const { totalBytes } = this.#exchange
    try {
      if (totalBytes !== null && totalBytes > maxBytes) throw this.#tooLarge(maxBytes)
      for (let piece = this.#exchange.read(); piece !== null; piece = this.#exchange.read()) {
        this.#receivedBytes += piece.length
        if (this.#receivedBytes > maxBytes) throw this.#tooLarge(maxBytes)
        this.#plan.onDownloadProgress?.({ transferredBytes: this.#receivedBytes, totalBytes })
        // A small piece of a large receive would keep all of it in memory.
        yield piece.length * 2 < piece.buffer.byteLength ? copyOf(piece) : piece
      }
    } finally {
      this.#exchange.abandon()
    }
  }

  #tooLarge(maxBytes: number): unknown {
    return atUrl(bodyTooLarge(maxBytes), this.#exchange.url)
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { status, statusText, url, redirected, bodyUsed } = this
    return `SyncResponse ${inspect({ status, statusText, url, redirected, bodyUsed }, options)}`
  }
}
