// The ways to wait, as clients that exchange a request for a reply over TLS: blocking, timed, by tries, awaited.

import {
  type AsyncTlsSocket,
  connectTls,
  createConnection,
  EVENT_READ,
  EVENT_WRITE,
  openConnection,
  openTls,
  Selector,
  type TlsSocket,
  type WrapTlsWaitOptions,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'

/** No wait of a test lasts longer. */
const LIMIT_MS = 60_000
const CHUNK_BYTES = 262_144

/** Takes the next bytes of a reply, and returns whether that was all of it. */
export type Parser = (bytes: Buffer) => boolean

/** A connection that sends a request and receives the whole reply. */
interface Exchanger {
  exchange(request: Uint8Array | string, parser: Parser): Buffer | Promise<Buffer>
  close(): void
}

/** How to connect. `greeting` is sent before TLS, and the peer replies with a byte, which has to be this. */
export interface Route {
  readonly target: { readonly host: string; readonly port: number }
  readonly options: WrapTlsWaitOptions
  readonly greeting?: { readonly request: Uint8Array; readonly reply: string }
}

/** A way to wait. */
export interface Way {
  readonly name: string
  open(route: Route): Promise<Exchanger>
}

function checkReply(reply: unknown, expected: string): void {
  if (String(reply) !== expected) throw new Error(`the reply before TLS is ${reply} and not ${expected}`)
}

function connected({ target, options, greeting }: Route): TlsSocket {
  if (greeting === undefined) return connectTls(target, { ...options, timeout: LIMIT_MS })
  const plain = createConnection(target)
  plain.sendAll(greeting.request)
  checkReply(plain.recv(1), greeting.reply)
  return wrapTls(plain, { servername: target.host, ...options })
}

/** Receives a reply by `receive`. */
function replyBy(receive: () => Buffer | null, parser: Parser): Buffer {
  const chunks: Buffer[] = []
  for (;;) {
    const bytes = receive()
    if (bytes === null) throw new Error('the peer ended the stream in the middle of a reply')
    chunks.push(bytes)
    if (parser(bytes)) return Buffer.concat(chunks)
  }
}

function blockingExchanger(socket: TlsSocket): Exchanger {
  return {
    exchange(request, parser) {
      socket.sendAll(request)
      return replyBy(() => socket.recv(CHUNK_BYTES), parser)
    },
    close: () => socket.close(),
  }
}

/** Nothing but the selector waits. */
function tryingExchanger(socket: TlsSocket): Exchanger {
  const selector = new Selector()
  selector.register(socket, EVENT_READ)
  const awaitEvent = (events: number): void => {
    selector.modify(socket, events)
    if (selector.select(LIMIT_MS).length !== 1) throw new Error('the socket did not become ready')
  }
  const receive = (): Buffer | null => {
    for (;;) {
      const bytes = socket.tryRecv(CHUNK_BYTES)
      if (bytes !== undefined) return bytes
      awaitEvent(EVENT_READ)
    }
  }
  return {
    exchange(request, parser) {
      const bytes = Buffer.from(request)
      for (let sent = 0; sent < bytes.length; ) {
        const count = socket.trySend(bytes.subarray(sent))
        if (count === undefined) awaitEvent(EVENT_WRITE)
        else sent += count
      }
      return replyBy(receive, parser)
    },
    close() {
      selector.close()
      socket.close()
    },
  }
}

async function openAwaited({ target, options, greeting }: Route): Promise<AsyncTlsSocket> {
  if (greeting === undefined) return openTls(target, { ...options, timeout: LIMIT_MS })
  const plain = await openConnection(target)
  await plain.sendAll(greeting.request)
  checkReply(await plain.recv(1), greeting.reply)
  return wrapTlsAsync(plain, { servername: target.host, ...options })
}

function awaitedExchanger(socket: AsyncTlsSocket): Exchanger {
  return {
    async exchange(request, parser) {
      await socket.sendAll(request)
      const chunks: Buffer[] = []
      for await (const bytes of socket.chunks()) {
        chunks.push(bytes)
        if (parser(bytes)) return Buffer.concat(chunks)
      }
      throw new Error('the peer ended the stream in the middle of a reply')
    },
    close: () => socket.close(),
  }
}

export const WAYS: readonly Way[] = [
  { name: 'blocking', open: async (route) => blockingExchanger(connected(route)) },
  {
    name: 'timed',
    async open(route) {
      const socket = connected(route)
      socket.setTimeout(LIMIT_MS)
      return blockingExchanger(socket)
    },
  },
  { name: 'by tries', open: async (route) => tryingExchanger(connected(route)) },
  { name: 'awaited', open: async (route) => awaitedExchanger(await openAwaited(route)) },
]

/** A reply that begins with a head, which says how many bytes follow it. */
export function sizedBy(separator: string, restOf: (head: string) => number): Parser {
  let head = Buffer.alloc(0)
  let total: number | undefined
  let count = 0
  return (bytes) => {
    count += bytes.length
    if (total === undefined) {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(separator)
      if (end < 0) return false
      total = end + separator.length + restOf(head.toString('latin1', 0, end))
    }
    return count >= total
  }
}

/** A reply whose last bytes are these, which are nowhere else in it. */
export function endedBy(ending: Uint8Array): Parser {
  let tail = Buffer.alloc(0)
  return (bytes) => {
    tail = Buffer.concat([tail, bytes]).subarray(-ending.length)
    return tail.equals(ending)
  }
}
