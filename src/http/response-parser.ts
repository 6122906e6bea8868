// The parser of responses for programs that receive by themselves, in any mode: it is given bytes, and never waits.

import { bytesOf, type Data } from '../core/bytes.js'
import { bufferPart, lengthOf } from '../core/intrinsics.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkObject, checkString } from '../core/validate.js'
import { BodyParser, framingOf } from './body-parser.js'
import { ReceivedBytes } from './received-bytes.js'
import { FinalHeadParser, type ResponseHead, staysOpen } from './response-head.js'

/** What the end of a response depends on. */
export interface ResponseParserOptions {
  /** The method of the request, because a response to `HEAD` has no body; `GET` unless given. */
  readonly method?: string
}

const PARSER_OPTIONS: Names<ResponseParserOptions> = { method: true }

/** The head of a response that was received. */
export interface ReceivedHead {
  readonly version: '1.0' | '1.1'
  /** The status, such as 404. */
  readonly status: number
  /** The server's words for the status. */
  readonly statusText: string
  /** The fields in order, with names in lower case; a name may be there more than once. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** The lines as the server sent them, as latin1, with the empty line at the end. */
  readonly text: string
}

/**
 * Parses one response of HTTP/1.1 from bytes that the program receives itself: over an AsyncSocket, in a handler, through a
 * Selector, over a socket that fetchSync cannot make. It is the parser of `fetchSync`, and as strict: RFC 9112. It follows
 * the conventions of sockets: `undefined` is not yet, `null` is the end.
 *
 * Interim responses (1xx) are skipped. The body is returned as it was transferred, without chunks but not decoded.
 * @example
 * import { createConnection } from 'berkeley'
 * import { ResponseParser } from 'berkeley/http'
 * using socket = createConnection({ host: 'localhost', port: 8080 })
 * socket.sendAll('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
 * const parser = new ResponseParser()
 * while (parser.readHead() === undefined) parser.push(socket.recv(65536))
 * console.log(parser.readHead()?.status, parser.header('content-type'))
 * for (let piece = parser.read(); piece !== null; piece = parser.read()) {
 *   if (piece === undefined) parser.push(socket.recv(65536))
 *   else process.stdout.write(piece)
 * }
 */
export class ResponseParser {
  readonly #method: string
  readonly #received = new ReceivedBytes()
  readonly #headParser = new FinalHeadParser()
  #head: ResponseHead | null = null
  #shown: ReceivedHead | null = null
  #body: BodyParser | null = null
  #endsWithConnection = false
  #error: unknown = null

  /**
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: ResponseParserOptions = {}) {
    checkObject(options, 'options')
    checkNames(options, 'options', PARSER_OPTIONS, (value) => value !== undefined)
    const { method = 'GET' } = own(options)
    checkString(method, 'options.method')
    this.#method = method
  }

  /**
   * Takes what was received; `null` is the end of the stream. The memory is not copied: it must not change until the body has
   * been read, and pieces of the body are parts of it.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   */
  push(bytes: Data | null): void {
    const view = bytes === null ? null : bytesOf(bytes, 'bytes')
    this.#received.add(view === null ? null : bufferPart(view, 0, lengthOf(view)))
  }

  /**
   * The head of the final response; `undefined` until it has been received completely.
   * @throws HttpError `ERR_HTTP_INVALID_RESPONSE`, `ERR_HTTP_HEAD_TOO_LARGE`, `ERR_HTTP_TRUNCATED`; later calls throw it again
   */
  readHead(): ReceivedHead | undefined {
    if (this.#parsedHead() === null) return undefined
    this.#shown ??= shown(this.#head!)
    return this.#shown
  }

  /** A single field of the head; the values of a repeated one are joined. `null` without it, and before the head is there. */
  header(name: string): string | null {
    checkString(name, 'name')
    return this.#head?.headers.get(name.toLowerCase()) ?? null
  }

  /**
   * The next piece of the body; `null` at its end, `undefined` until more has been pushed.
   * @throws HttpError as `readHead`
   */
  read(): Buffer | null | undefined {
    if (this.#parsedHead() === null) return undefined
    return this.#failing(() => this.#body!.read(this.#received))
  }

  /** How many bytes were pushed that are not parsed yet. After the end of the body, they belong to no response. */
  get heldBytes(): number {
    return this.#received.heldBytes
  }

  /** Whether the connection can carry another request once the body has been read; RFC 9112, section 9.3. */
  get keepsConnection(): boolean {
    return this.#head !== null && staysOpen(this.#head) && !this.#endsWithConnection
  }

  #parsedHead(): ResponseHead | null {
    if (this.#head === null) this.#failing(() => this.#parseHead())
    return this.#head
  }

  #parseHead(): void {
    const head = this.#headParser.read(this.#received)
    if (head === undefined) return
    const framing = framingOf(this.#method, head)
    this.#endsWithConnection = framing.kind === 'connection'
    this.#body = new BodyParser(framing)
    this.#head = head
  }

  #failing<Result>(parse: () => Result): Result {
    if (this.#error !== null) throw this.#error
    try {
      return parse()
    } catch (error) {
      this.#error = error
      throw error
    }
  }
}

function shown({ line, minorVersion, status, statusText, headers, fieldLines }: ResponseHead): ReceivedHead {
  const text = [line, ...fieldLines, '', ''].join('\r\n')
  return { version: minorVersion === 0 ? '1.0' : '1.1', status, statusText, fields: [...headers], text }
}
