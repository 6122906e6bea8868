// TLS servers in each way to wait, with curl and Python's ssl as clients: many requests on one connection, and a large body
// each way. servers.test.ts says how to run it for longer.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  type AsyncSocket,
  type AsyncTlsSocket,
  createServer,
  EVENT_READ,
  EVENT_WRITE,
  type InetAddress,
  Selector,
  type Socket,
  type TlsSocket,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { Child, type Ended } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'
import { sha256 } from '../support/large-body.js'
import { certificates, EXCHANGES, MEGABYTES } from '../support/tls.js'

const LIMIT_MS = 60_000
const CHUNK_BYTES = 262_144

const identity = { isServer: true, cert: certificates.good.cert, key: certificates.good.key } as const

/** Finds the requests of HTTP in a stream, and makes the replies: each has the body of its request. */
class Replies {
  #chunks: Buffer[] = []
  #length = 0
  /** How many bytes are needed before the next look: those of the request, as far as that is known. */
  #needed = 0
  count = 0

  /** Takes bytes of the stream. Returns the replies to the requests that are complete. */
  take(bytes: Buffer): Buffer[] {
    this.#chunks.push(bytes)
    this.#length += bytes.length
    const replies: Buffer[] = []
    while (this.#length > 0 && this.#length >= this.#needed) {
      const all = Buffer.concat(this.#chunks)
      const end = all.indexOf('\r\n\r\n')
      const size = Number(/content-length: (\d+)/i.exec(all.toString('latin1', 0, end))?.[1] ?? 0)
      this.#needed = end + 4 + size
      if (end < 0 || all.length < this.#needed) break
      const body = all.subarray(end + 4, this.#needed)
      replies.push(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`), body]))
      this.#keep(all.subarray(this.#needed))
      this.count++
    }
    return replies
  }

  #keep(rest: Buffer): void {
    this.#chunks = [rest]
    this.#length = rest.length
    this.#needed = 0
  }
}

function serveBlockingly(socket: TlsSocket): number {
  const replies = new Replies()
  for (const bytes of socket.chunks(CHUNK_BYTES)) for (const reply of replies.take(bytes)) socket.sendAll(reply)
  socket.close()
  return replies.count
}

/** Nothing but the selector waits. */
function serveByTries(socket: TlsSocket): number {
  using selector = new Selector()
  selector.register(socket, EVENT_READ)
  const ready = (events: number): void => {
    selector.modify(socket, events)
    assert.equal(selector.select(LIMIT_MS).length, 1)
  }
  while (!socket.tryHandshake()) ready(EVENT_READ)
  const replies = new Replies()
  for (;;) {
    const bytes = socket.tryRecv(CHUNK_BYTES)
    if (bytes === null) break
    if (bytes === undefined) ready(EVENT_READ)
    for (const reply of bytes === undefined ? [] : replies.take(bytes)) {
      for (let sent = 0; sent < reply.length; ) {
        const count = socket.trySend(reply.subarray(sent))
        if (count === undefined) ready(EVENT_WRITE)
        else sent += count
      }
    }
  }
  socket.close()
  return replies.count
}

async function serveAwaited(socket: AsyncTlsSocket): Promise<number> {
  const replies = new Replies()
  for await (const bytes of socket.chunks(CHUNK_BYTES)) {
    for (const reply of replies.take(bytes)) await socket.sendAll(reply)
  }
  socket.close()
  return replies.count
}

interface Way {
  readonly name: string
  /** Serves one connection to its end. Returns how many requests there were. */
  serve(socket: Socket): number | Promise<number>
}

const WAYS: readonly Way[] = [
  { name: 'blocking', serve: (socket) => serveBlockingly(wrapTls(socket, identity)) },
  {
    name: 'timed',
    serve(socket) {
      socket.setTimeout(LIMIT_MS)
      return serveBlockingly(wrapTls(socket, identity))
    },
  },
  {
    name: 'by tries',
    serve(socket) {
      socket.setBlocking(false)
      return serveByTries(wrapTls(socket, identity))
    },
  },
  {
    name: 'awaited',
    serve: async (socket) => serveAwaited(await wrapTlsAsync(socket.toAsync() as AsyncSocket, identity)),
  },
]

/** Starts a client, which connects once, and serves it. Its end, and how many requests it made. */
async function served(way: Way, start: (port: number) => Child): Promise<Ended & { count: number }> {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = start((listener.getSockName() as InetAddress).port)
  const count = await way.serve(listener.accept({ timeout: LIMIT_MS }))
  return { ...(await client.ended()), count }
}

/** Curl sends the body that it is given with each request, and appends the bodies of the replies to a file. */
async function exchangeWithCurl(context: TestContext, way: Way, body: Buffer, requests: number): Promise<Buffer> {
  const folder = temporaryFolder()
  const [sent, received] = [join(folder, 'sent'), join(folder, 'received')]
  writeFileSync(sent, body)
  const args = ['--silent', '--show-error', '--http1.1', '--cacert', certificates.root.certFile, '-H', 'expect:']
  const { code, stderr, count } = await served(way, (port) => {
    const url = `https://127.0.0.1:${port}/[1-${requests}]`
    return new Child(context, find('curl')!, [...args, '--data-binary', `@${sent}`, url, '--output', `${received}-#1`])
  })
  assert.equal(code, 0, stderr)
  assert.equal(count, requests)
  return readFileSync(`${received}-${requests}`)
}

const PROGRAM = `
import http.client, ssl, sys, hashlib
port, requests, file, trusted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=trusted)
connection = http.client.HTTPSConnection('127.0.0.1', port, context=context)
body = open(file, 'rb').read()
for number in range(requests):
    connection.request('POST', '/%d' % number, body)
    received = connection.getresponse().read()
    assert received == body
print(hashlib.sha256(received).hexdigest())
connection.sock.unwrap().close()
`

for (const way of WAYS) {
  test(`tls clients: curl, ${EXCHANGES} requests and ${MEGABYTES} MB each way, served ${way.name}`, {
    skip: noOpenSsl || needs('curl').skip,
    timeout: 600_000,
  }, async (context) => {
    assert.equal(String(await exchangeWithCurl(context, way, Buffer.from('hello'), EXCHANGES)), 'hello')
    const large = randomBytes(MEGABYTES * 2 ** 20)
    assert.equal(sha256(await exchangeWithCurl(context, way, large, 1)), sha256(large))
  })

  test(`tls clients: Python's ssl, ${EXCHANGES} requests and ${MEGABYTES} MB each way, served ${way.name}`, {
    skip: noOpenSsl || needs('python3').skip,
    timeout: 600_000,
  }, async (context) => {
    const file = join(temporaryFolder(), 'body')
    for (const [body, requests] of [
      [Buffer.from('hello'), EXCHANGES],
      [randomBytes(MEGABYTES * 2 ** 20), 1],
    ] as const) {
      writeFileSync(file, body)
      const { code, stdout, stderr, count } = await served(way, (port) => {
        const args = ['-c', PROGRAM, String(port), String(requests), file, certificates.root.certFile]
        return new Child(context, find('python3')!, args)
      })
      assert.equal(code, 0, stderr)
      assert.equal(count, requests)
      assert.equal(String(stdout).trim(), sha256(body))
    }
  })
}
