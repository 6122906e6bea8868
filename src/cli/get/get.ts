// `berkeley get`: fetches one page with a blocking socket.

import { createWriteStream, readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { connectTls, createConnection, type Socket, type TlsOptions, type WaitOptions } from '../../index.js'
import { printablePage } from '../terminal/escaping.js'
import { type ResponseHead, readBody, readHead, requestFor } from './response.js'

export interface GetOptions {
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
  using socket = connectFor(url, options, wait)
  socket.sendAll(requestFor(url), wait)
  const head = readHead(socket.reader({ requireEnd: true }), wait)
  const content = function* (): Generator<Buffer, void, undefined> {
    if (options.include) yield Buffer.from(`${head.lines.join('\r\n')}\r\n\r\n`)
    yield* readBody(head, socket, wait)
  }
  if (options.output !== undefined) await pipeline(content, createWriteStream(options.output))
  else if (process.stdout.isTTY) await pipeline(() => printablePage(content()), process.stdout, { end: false })
  else await pipeline(content, process.stdout, { end: false })
  checkStatus(head, url)
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
