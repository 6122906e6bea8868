// `berkeley get`: fetches one page with a blocking socket.

import { createWriteStream, readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { connectTls, createConnection, type Socket, type TlsOptions, type WaitOptions } from '../../index.js'
import { printablePage } from '../terminal/escaping.js'
import { withProgress } from './progress.js'
import { bodyOf, type RequestField, requestFor } from './request.js'
import { type PageResponse, readResponse } from './response.js'

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
  const response = readResponse(socket, wait)
  await write(response, options)
  checkStatus(response, url)
}

/** Writes the response to a file or to standard output. */
async function write(response: PageResponse, { include, output }: GetOptions): Promise<void> {
  const { body, totalBytes } = response
  const isShown = output === undefined && process.stdout.isTTY === true
  const hasProgress = !isShown && process.stderr.isTTY === true
  const pieces = hasProgress ? withProgress(body, totalBytes, output ?? 'standard output') : body
  const content = async function* (): AsyncGenerator<Buffer, void, undefined> {
    if (include) yield headBytes(response)
    yield* pieces
  }
  if (output !== undefined) await pipeline(content, createWriteStream(output))
  else if (isShown)
    await pipeline(() => printablePage(include ? withHead(response) : body), process.stdout, { end: false })
  else await pipeline(content, process.stdout, { end: false })
}

function headBytes({ head }: PageResponse): Buffer {
  return Buffer.from(head.text, 'latin1')
}

function* withHead(response: PageResponse): Generator<Buffer, void, undefined> {
  yield headBytes(response)
  yield* response.body
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

function checkStatus({ head, location }: PageResponse, url: URL): void {
  const { status, statusText } = head
  if (status < 300) return
  const redirects = status < 400 && location !== null && URL.canParse(location, url.href)
  const target = redirects ? `, redirecting to ${new URL(location, url)}` : ''
  throw new Error(`the server replied ${status} ${statusText}`.trimEnd() + target)
}
