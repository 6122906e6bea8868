// How the end of a reply is found, by the name of its protocol in protocols.ts.

import { HttpReply } from './http-reply.js'
import { echoPayload, pong, type RequestShape } from './protocols.js'
import { ExactReply, LineReply, type ReplyParser } from './reply-parser.js'

type Parsers = (shape: RequestShape) => () => ReplyParser

/** Parsers of a reply that is known in advance; they share its memory. */
function exactly(expected: Buffer, name: string): () => ReplyParser {
  return () => new ExactReply(expected, name)
}

const PARSERS: Readonly<Record<string, Parsers>> = {
  echo: (shape) => exactly(echoPayload(shape), 'echo'),
  http: () => () => new HttpReply(),
  'redis-ping': (shape) => exactly(pong(shape), 'PONG of redis'),
  lines: () => () => new LineReply(),
}

/** Returns a factory of parsers; each connection has its own parser. */
export function parsersOf(protocol: string, shape: RequestShape): () => ReplyParser {
  return PARSERS[protocol]!(shape)
}
