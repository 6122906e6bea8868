// As much of HTTP/1.1 as one request needs: the head of the response, and its body in each of the three framings.

import type { Socket, SocketReader, WaitOptions } from '../../index.js'

/** The status line and header fields of a response. */
export interface ResponseHead {
  readonly status: number
  readonly reason: string
  /** Values by name in lower case; of a repeated field, the last value. */
  readonly fields: ReadonlyMap<string, string>
  /** The lines as they were received. */
  readonly lines: readonly string[]
}

const INCOMPLETE = 'the server closed the connection in the middle of the response'
const MAX_HEADER_LINES = 1000
const MAX_RECEIVE_BYTES = 65536

/** Reads the head of the final response; interim responses (1xx) before it are skipped. */
export function readHead(reader: SocketReader, wait: WaitOptions): ResponseHead {
  for (;;) {
    const head = parseHead(readHeadLines(reader, wait))
    if (head.status >= 200) return head
  }
}

function readHeadLines(reader: SocketReader, wait: WaitOptions): string[] {
  const lines: string[] = []
  for (;;) {
    const line = reader.readLine(wait)
    if (line === null) {
      throw new Error(lines.length === 0 ? 'the server closed the connection without a response' : INCOMPLETE)
    }
    if (line === '') return lines
    if (lines.push(line) > MAX_HEADER_LINES) {
      throw new Error(`the response has more than ${MAX_HEADER_LINES} header lines`)
    }
  }
}

function parseHead(lines: readonly string[]): ResponseHead {
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(lines[0] ?? '')
  if (match === null) throw new Error(`the response is not HTTP/1: ${JSON.stringify((lines[0] ?? '').slice(0, 60))}`)
  const fields = lines.slice(1).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { status: Number(match[1]), reason: match[2] ?? '', fields: new Map(fields), lines }
}

/** Yields the body of the response in pieces as they are received; RFC 9112, section 6.3. */
export function* readBody(head: ResponseHead, socket: Socket, wait: WaitOptions): Generator<Buffer, void, undefined> {
  if (head.status === 204 || head.status === 304) return
  const length = head.fields.get('content-length')
  if (/(^|,)\s*chunked$/i.test(head.fields.get('transfer-encoding') ?? '')) yield* readChunks(socket, wait)
  else if (length !== undefined) yield* readLength(contentLength(length), socket, wait)
  else yield* readUntilEnd(socket, wait)
}

function contentLength(text: string): number {
  const length = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw new Error(`the response has an invalid Content-Length: ${text}`)
  return length
}

function* readUntilEnd(socket: Socket, wait: WaitOptions): Generator<Buffer, void, undefined> {
  for (;;) {
    const piece = readSome(socket, MAX_RECEIVE_BYTES, wait)
    if (piece === null) return
    yield piece
  }
}

function* readLength(length: number, socket: Socket, wait: WaitOptions): Generator<Buffer, void, undefined> {
  for (let left = length; left > 0; ) {
    const piece = readSome(socket, left, wait)
    if (piece === null) throw new Error(`${INCOMPLETE}: ${left} of ${length} bytes are missing`)
    left -= piece.length
    yield piece
  }
}

function* readChunks(socket: Socket, wait: WaitOptions): Generator<Buffer, void, undefined> {
  const reader = socket.reader()
  for (let size = readChunkSize(reader, wait); size > 0; size = readChunkSize(reader, wait)) {
    yield* readLength(size, socket, wait)
    if (reader.readLine(wait) !== '') throw new Error('a chunk of the response is longer than its size')
  }
  readHeadLines(reader, wait)
}

function readChunkSize(reader: SocketReader, wait: WaitOptions): number {
  const line = reader.readLine(wait)
  if (line === null) throw new Error(INCOMPLETE)
  const match = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)
  if (match === null) throw new Error(`the response has an invalid chunk size: ${JSON.stringify(line.slice(0, 60))}`)
  return Number.parseInt(match[1]!, 16)
}

/** Returns at most `maxBytes`: bytes that the reader holds if there are any, else received ones; `null` at the end. */
function readSome(socket: Socket, maxBytes: number, wait: WaitOptions): Buffer | null {
  const reader = socket.reader()
  const held = reader.bufferedBytes
  if (held > 0) return reader.readExactly(Math.min(held, maxBytes))
  return socket.recv(Math.min(maxBytes, MAX_RECEIVE_BYTES), wait)
}
