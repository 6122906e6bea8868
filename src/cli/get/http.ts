// As much of HTTP/1.1 as one GET needs: the head of an answer, and its body in the three ways a server may frame it.

import type { Socket, SocketReader, WaitOptions } from '../../index.js'

/** The head of an answer. */
export interface Head {
  readonly status: number
  readonly reason: string
  /** By name in lower case; where a field comes several times, the last one. */
  readonly fields: ReadonlyMap<string, string>
  /** As it came, line by line. */
  readonly lines: readonly string[]
}

const INCOMPLETE = 'the server closed the connection in the middle of its answer'
const MOST_LINES = 1000
const PIECE = 65536

/** The request for a page: the server is to close the connection after its answer. */
export function requestFor(url: URL): string {
  const lines = [`GET ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`]
  if (url.username !== '') {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    lines.push(`Authorization: Basic ${Buffer.from(user).toString('base64')}`)
  }
  lines.push('User-Agent: berkeley', 'Accept: */*', 'Connection: close')
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Reads the head of the answer; provisional answers (1xx) before it are passed over. */
export function readHead(reader: SocketReader, limit: WaitOptions): Head {
  for (;;) {
    const head = parseHead(readHeadLines(reader, limit))
    if (head.status >= 200) return head
  }
}

function readHeadLines(reader: SocketReader, limit: WaitOptions): string[] {
  const lines: string[] = []
  for (;;) {
    const line = reader.readLine(limit)
    if (line === null) throw new Error(lines.length === 0 ? 'the server closed without an answer' : INCOMPLETE)
    if (line === '') return lines
    if (lines.push(line) > MOST_LINES) throw new Error(`the answer has more than ${MOST_LINES} header lines`)
  }
}

function parseHead(lines: readonly string[]): Head {
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(lines[0] ?? '')
  if (match === null) throw new Error(`the answer is no HTTP/1: ${JSON.stringify((lines[0] ?? '').slice(0, 60))}`)
  const fields = lines.slice(1).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { status: Number(match[1]), reason: match[2] ?? '', fields: new Map(fields), lines }
}

/** The body of the answer, piece by piece as it comes; RFC 9112, section 6.3. */
export function* readBody(head: Head, socket: Socket, limit: WaitOptions): Generator<Buffer, void, undefined> {
  if (head.status === 204 || head.status === 304) return
  const length = head.fields.get('content-length')
  if (/(^|,)\s*chunked$/i.test(head.fields.get('transfer-encoding') ?? '')) yield* readChunks(socket, limit)
  else if (length !== undefined) yield* readLength(contentLength(length), socket, limit)
  else yield* readRest(socket, limit)
}

function contentLength(text: string): number {
  const length = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw new Error(`the answer's Content-Length is no number: ${text}`)
  return length
}

function* readRest(socket: Socket, limit: WaitOptions): Generator<Buffer, void, undefined> {
  for (let piece = readSome(socket, PIECE, limit); piece !== null; piece = readSome(socket, PIECE, limit)) yield piece
}

function* readLength(length: number, socket: Socket, limit: WaitOptions): Generator<Buffer, void, undefined> {
  for (let left = length; left > 0; ) {
    const piece = readSome(socket, left, limit)
    if (piece === null) throw new Error(`${INCOMPLETE}: ${left} of ${length} bytes are missing`)
    left -= piece.length
    yield piece
  }
}

function* readChunks(socket: Socket, limit: WaitOptions): Generator<Buffer, void, undefined> {
  const reader = socket.reader()
  for (let size = readChunkSize(reader, limit); size > 0; size = readChunkSize(reader, limit)) {
    yield* readLength(size, socket, limit)
    if (reader.readLine(limit) !== '') throw new Error('a chunk of the answer is longer than it says')
  }
  readHeadLines(reader, limit)
}

function readChunkSize(reader: SocketReader, limit: WaitOptions): number {
  const line = reader.readLine(limit)
  if (line === null) throw new Error(INCOMPLETE)
  const match = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)
  if (match === null) throw new Error(`not the size of a chunk: ${JSON.stringify(line.slice(0, 60))}`)
  return Number.parseInt(match[1]!, 16)
}

/** At most `most` bytes: of those that the reader holds, or else of what comes; `null` at the end. */
function readSome(socket: Socket, most: number, limit: WaitOptions): Buffer | null {
  const reader = socket.reader()
  const held = reader.bufferedBytes
  return held > 0 ? reader.readExactly(Math.min(held, most)) : socket.recv(Math.min(most, PIECE), limit)
}
