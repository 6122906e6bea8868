// The protocols, as rows of a table: what is asked, what an own server answers, and how to know that it is complete.

import { HttpReply } from './http-reply.js'
import { ExactReply, LineReply, type ReplyParser } from './reply-parser.js'

/** What a request is made of. */
export interface RequestShape {
  /** Bytes that it carries. */
  readonly payload: number
  readonly hostName: string
  readonly path: string
}

/** A protocol in which every request has one reply. */
export interface Protocol {
  readonly name: string
  /** The port where such servers are found. */
  readonly port: number
  /** How many bytes a request carries, unless told otherwise, and at least. */
  readonly payload: number
  readonly leastPayload: number
  request(shape: RequestShape): Buffer
  /** What our own server answers to `request`. */
  reply(shape: RequestShape): Buffer
  /** Answers a maker of parsers, one for each connection. */
  parsers(shape: RequestShape): () => ReplyParser
}

/** Parsers of a reply that is known beforehand; they share the memory of it. */
function exactly(expected: Buffer, name: string): () => ReplyParser {
  return () => new ExactReply(expected, name)
}

const FILLING = 'x'

function echoed({ payload }: RequestShape): Buffer {
  return Buffer.alloc(payload, FILLING)
}

function line({ payload }: RequestShape): Buffer {
  return Buffer.from(`${FILLING.repeat(payload - 1)}\n`)
}

/** A bulk string of RESP. */
function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}

function ping({ payload }: RequestShape): Buffer {
  return Buffer.from(payload === 0 ? `*1\r\n${bulk('PING')}` : `*2\r\n${bulk('PING')}${bulk(FILLING.repeat(payload))}`)
}

function pong({ payload }: RequestShape): Buffer {
  return Buffer.from(payload === 0 ? '+PONG\r\n' : bulk(FILLING.repeat(payload)))
}

/** GET; with a payload POST, which is the method that has one. */
function ask({ payload, hostName, path }: RequestShape): Buffer {
  const carried = payload === 0 ? [] : ['Content-Type: text/plain', `Content-Length: ${payload}`]
  const head = [`${payload === 0 ? 'GET' : 'POST'} ${path} HTTP/1.1`, `Host: ${hostName}`, 'User-Agent: berkeley']
  return Buffer.from([...head, ...carried, '', FILLING.repeat(payload)].join('\r\n'))
}

const PAGE = 'A page of our own.\n'

function page(): Buffer {
  const head = ['HTTP/1.1 200 OK', 'Content-Type: text/plain', `Content-Length: ${PAGE.length}`]
  return Buffer.from([...head, '', PAGE].join('\r\n'))
}

export const protocols: readonly Protocol[] = [
  {
    name: 'echo',
    port: 7,
    payload: 64,
    leastPayload: 1,
    request: echoed,
    reply: echoed,
    parsers: (shape) => exactly(echoed(shape), 'echo'),
  },
  {
    name: 'http',
    port: 80,
    payload: 0,
    leastPayload: 0,
    request: ask,
    reply: page,
    parsers: () => () => new HttpReply(),
  },
  {
    name: 'redis-ping',
    port: 6379,
    payload: 0,
    leastPayload: 0,
    request: ping,
    reply: pong,
    parsers: (shape) => exactly(pong(shape), 'PONG of redis'),
  },
  {
    name: 'lines',
    port: 7,
    payload: 64,
    leastPayload: 1,
    request: line,
    reply: line,
    parsers: () => () => new LineReply(),
  },
]

/** The protocol of that name, which is one of the table. */
export function protocolNamed(name: string): Protocol {
  return protocols.find((protocol) => protocol.name === name)!
}
