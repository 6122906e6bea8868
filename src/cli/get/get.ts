// `berkeley get`: fetches one page with a blocking socket.

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createConnection, type WaitOptions } from '../../index.js'
import { type Head, readBody, readHead, requestFor } from './http.js'

export interface GetOptions {
  /** Prints the head of the answer too. */
  readonly include?: boolean
  /** The file to write to; standard output unless given. */
  readonly output?: string
  /** Milliseconds for the whole. */
  readonly timeout?: number
}

/** Fetches `url`; throws where the answer is not the page: an error of the server's, or that it has moved. */
export async function get(url: URL, options: GetOptions): Promise<void> {
  const limit: WaitOptions = options.timeout === undefined ? {} : { deadline: performance.now() + options.timeout }
  // URL writes an IPv6 address in brackets, the resolver knows it without.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  using socket = createConnection({ host, port: Number(url.port || 80) }, limit)
  socket.sendAll(requestFor(url), limit)
  const head = readHead(socket.reader(), limit)
  const content = function* (): Generator<Buffer, void, undefined> {
    if (options.include) yield Buffer.from(`${head.lines.join('\r\n')}\r\n\r\n`)
    yield* readBody(head, socket, limit)
  }
  if (options.output === undefined) await pipeline(content, process.stdout, { end: false })
  else await pipeline(content, createWriteStream(options.output))
  checkStatus(head, url)
}

function checkStatus({ status, reason, fields }: Head, url: URL): void {
  if (status < 300) return
  const location = fields.get('location')
  const moved = status < 400 && location !== undefined && URL.canParse(location, url.href)
  const where = moved ? `, it is at ${new URL(location, url)}` : ''
  throw new Error(`the server answered ${status} ${reason}`.trimEnd() + where)
}
