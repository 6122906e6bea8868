// The protocols, as rows of a table: the request and the built-in server's reply. reply-parsers.ts finds the end of a reply;
// it needs the library, which the command line loads only when a command runs.

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
}

const FILL_CHARACTER = 'x'

export function echoPayload({ payload }: RequestShape): Buffer {
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

export function pong({ payload }: RequestShape): Buffer {
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
  },
  {
    name: 'http',
    port: 80,
    defaultPayload: 0,
    minPayload: 0,
    request: httpRequest,
    reply: httpResponse,
  },
  {
    name: 'redis-ping',
    port: 6379,
    defaultPayload: 0,
    minPayload: 0,
    request: ping,
    reply: pong,
  },
  {
    name: 'lines',
    port: 7,
    defaultPayload: 64,
    minPayload: 1,
    request: line,
    reply: line,
  },
]

/** Finds a protocol of the table by its name. */
export function protocolNamed(name: string): WireProtocol {
  return protocols.find((protocol) => protocol.name === name)!
}
