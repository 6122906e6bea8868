// The protocols, as rows of a table: the request, the built-in server's reply, and how its end is found.

import { HttpReply } from './http-reply.js'
import { ExactReply, LineReply, type ReplyParser } from './reply-parser.js'

/** The parameters of a request. */
export interface RequestShape {
  /** Bytes of payload. */
  readonly payload: number
  readonly hostName: string
  readonly path: string
}

/** A protocol in which each request has one reply. */
export interface WireProtocol {
  readonly name: string
  /** The well-known port of its servers. */
  readonly port: number
  /** The default payload of a request in bytes, and the minimum. */
  readonly defaultPayload: number
  readonly minPayload: number
  request(shape: RequestShape): Buffer
  /** The built-in server's reply to `request`. */
  reply(shape: RequestShape): Buffer
  /** Returns a factory of parsers; each connection has its own parser. */
  parsers(shape: RequestShape): () => ReplyParser
}

/** Parsers of a reply that is known in advance; they share its memory. */
function exactly(expected: Buffer, name: string): () => ReplyParser {
  return () => new ExactReply(expected, name)
}

const FILL_CHARACTER = 'x'

function echoPayload({ payload }: RequestShape): Buffer {
  return Buffer.alloc(payload, FILL_CHARACTER)
}

function line({ payload }: RequestShape): Buffer {
  return Buffer.from(`${FILL_CHARACTER.repeat(payload - 1)}\n`)
}

/** A bulk string of RESP. */
function bulkString(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}

function ping({ payload }: RequestShape): Buffer {
  if (payload === 0) return Buffer.from(`*1\r\n${bulkString('PING')}`)
  return Buffer.from(`*2\r\n${bulkString('PING')}${bulkString(FILL_CHARACTER.repeat(payload))}`)
}

function pong({ payload }: RequestShape): Buffer {
  return Buffer.from(payload === 0 ? '+PONG\r\n' : bulkString(FILL_CHARACTER.repeat(payload)))
}

/** A GET; with a payload a POST, because a GET has no body. */
function httpRequest({ payload, hostName, path }: RequestShape): Buffer {
  const bodyFields = payload === 0 ? [] : ['Content-Type: text/plain', `Content-Length: ${payload}`]
  const head = [`${payload === 0 ? 'GET' : 'POST'} ${path} HTTP/1.1`, `Host: ${hostName}`, 'User-Agent: berkeley']
  return Buffer.from([...head, ...bodyFields, '', FILL_CHARACTER.repeat(payload)].join('\r\n'))
}

const PAGE = 'A built-in page.\n'

function httpResponse(): Buffer {
  const head = ['HTTP/1.1 200 OK', 'Content-Type: text/plain', `Content-Length: ${PAGE.length}`]
  return Buffer.from([...head, '', PAGE].join('\r\n'))
}

export const protocols: readonly WireProtocol[] = [
  {
    name: 'echo',
    port: 7,
    defaultPayload: 64,
    minPayload: 1,
    request: echoPayload,
    reply: echoPayload,
    parsers: (shape) => exactly(echoPayload(shape), 'echo'),
  },
  {
    name: 'http',
    port: 80,
    defaultPayload: 0,
    minPayload: 0,
    request: httpRequest,
    reply: httpResponse,
    parsers: () => () => new HttpReply(),
  },
  {
    name: 'redis-ping',
    port: 6379,
    defaultPayload: 0,
    minPayload: 0,
    request: ping,
    reply: pong,
    parsers: (shape) => exactly(pong(shape), 'PONG of redis'),
  },
  {
    name: 'lines',
    port: 7,
    defaultPayload: 64,
    minPayload: 1,
    request: line,
    reply: line,
    parsers: () => () => new LineReply(),
  },
]

/** Finds a protocol of the table by its name. */
export function protocolNamed(name: string): WireProtocol {
  return protocols.find((protocol) => protocol.name === name)!
}
