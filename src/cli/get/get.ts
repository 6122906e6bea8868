// `berkeley get`: fetches one page with a blocking socket.

import { createWriteStream, readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { connectTls, createConnection, type Socket, type TlsOptions, type WaitOptions } from '../../index.js'
import { printablePage } from '../terminal/escaping.js'
import { withProgress } from './progress.js'
import { bodyOf, type RequestField, requestFor } from './request.js'
import { type ResponseHead, readBody, readHead } from './response.js'

export interface GetOptions {
  /** Values of the body of a POST. */
  readonly data?: readonly string[]
  /** Fields of the request. */
  readonly header?: readonly RequestField[]
  /** Prints the head of the response too. */
  readonly include?: boolean
  /** The file of the authorities to trust. */
  readonly cacert?: string
  /** Accepts any certificate. */
  readonly insecure?: boolean
  /** The output file; standard output unless given. */
  readonly output?: string
  /** The timeout of the whole exchange, in milliseconds. */
  readonly timeout?: number
}

/**
 * Fetches `url`.
 * @throws Error if the response is not the page but an error or a redirection
 */
export async function runGet(url: URL, options: GetOptions): Promise<void> {
  const wait: WaitOptions = options.timeout === undefined ? {} : { deadline: performance.now() + options.timeout }
  const request = requestFor(url, options.header, bodyOf(options.data))
  using socket = connectFor(url, options, wait)
  socket.sendAll(request, wait)
  const head = readHead(socket.reader({ requireEnd: true }), wait)
  await write(head, readBody(head, socket, wait), options)
  checkStatus(head, url)
}

/** Writes the response to a file or to standard output. */
async function write(head: ResponseHead, body: Iterable<Buffer>, { include, output }: GetOptions): Promise<void> {
  const isShown = output === undefined && process.stdout.isTTY === true
  const hasProgress = !isShown && process.stderr.isTTY === true
  const pieces = hasProgress ? withProgress(body, totalOf(head), output ?? 'standard output') : body
  const content = async function* (): AsyncGenerator<Buffer, void, undefined> {
    if (include) yield headBytes(head)
    yield* pieces
  }
  if (output !== undefined) await pipeline(content, createWriteStream(output))
  else if (isShown)
    await pipeline(() => printablePage(include ? withHead(head, body) : body), process.stdout, { end: false })
  else await pipeline(content, process.stdout, { end: false })
}

function headBytes({ lines }: ResponseHead): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function* withHead(head: ResponseHead, body: Iterable<Buffer>): Generator<Buffer, void, undefined> {
  yield headBytes(head)
  yield* body
}

/** The size of the body, as far as the head says it. */
function totalOf({ fields }: ResponseHead): number | null {
  const length = Number(fields.get('content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) && !fields.has('transfer-encoding') ? length : null
}

/** A connection to the host of `url`, over TLS for https. */
function connectFor(url: URL, { cacert, insecure = false }: GetOptions, wait: WaitOptions): Socket {
  // URL puts an IPv6 address in brackets, which the resolver does not accept.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (url.protocol === 'http:') return createConnection({ host, port: Number(url.port || 80) }, wait)
  const tls: TlsOptions = { rejectUnauthorized: !insecure, ALPNProtocols: ['http/1.1'] }
  const trust = cacert === undefined ? {} : { ca: readFileSync(cacert) }
  return connectTls({ host, port: Number(url.port || 443) }, { ...wait, ...tls, ...trust })
}

function checkStatus({ status, reason, fields }: ResponseHead, url: URL): void {
  if (status < 300) return
  const location = fields.get('location')
  const redirects = status < 400 && location !== undefined && URL.canParse(location, url.href)
  const target = redirects ? `, redirecting to ${new URL(location, url)}` : ''
  throw new Error(`the server replied ${status} ${reason}`.trimEnd() + target)
}
