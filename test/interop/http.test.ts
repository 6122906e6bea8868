// http.Agent and undici over SocketDuplex, against http.createServer() over SocketDuplex.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  createServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Agent as UndiciAgent, request as undiciRequest } from 'undici'
import { LARGE, largeBody, OPERATIONS, sha256, sha256Of } from '../support/large-body.js'
import { type Place, transport } from '../support/transport.js'

const CONNECTIONS = 4
const LARGE_BODY = largeBody()
const HASH = sha256(LARGE_BODY)

interface HttpRequest {
  readonly path: string
  readonly body?: Buffer
  readonly signal?: AbortSignal
}

interface Reply {
  readonly status: number
  readonly body: AsyncIterable<Buffer>
}

/** The interface of the tests to each of the client libraries. */
interface HttpClient {
  send(request: HttpRequest): Promise<Reply>
  close(): unknown
}

function agentClient(place: Place): HttpClient {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS })
  agent.createConnection = (_options, done) => {
    transport.open(place).then(
      (stream) => done?.(null, stream),
      (error) => done?.(error, undefined as never),
    )
    return undefined
  }
  return {
    async send({ path, body, signal }) {
      const method = body === undefined ? 'GET' : 'POST'
      const request = httpRequest({ ...place, path, agent, method, ...(signal === undefined ? {} : { signal }) })
      // An error before the reply rejects once(); a later one fails the body.
      request.on('error', () => {})
      request.end(body)
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      return { status: response.statusCode!, body: response }
    },
    close: () => agent.destroy(),
  }
}

function undiciClient(place: Place): HttpClient {
  const dispatcher = new UndiciAgent({
    connections: CONNECTIONS,
    connect: (_options, done) => {
      transport.open(place).then(
        (stream) => done(null, stream),
        (error) => done(error, null),
      )
    },
  })
  return {
    async send({ path, body, signal }) {
      const method = body === undefined ? 'GET' : 'POST'
      const url = `http://${place.host}:${place.port}${path}`
      const reply = await undiciRequest(url, { dispatcher, method, body: body ?? null, signal: signal ?? null })
      return { status: reply.statusCode, body: reply.body }
    },
    close: () => dispatcher.destroy(),
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** The handler of each path. */
const pages: Readonly<Record<string, Handler>> = {
  '/small': (_request, response) => response.end('small'),
  '/large': (_request, response) => response.end(LARGE_BODY),
  '/hash': async (request, response) => response.end(await sha256Of(request)),
  '/unread': (request) => request.resume(),
  '/endless': (_request, response) => {
    const block = Buffer.alloc(65536, 'x')
    const more = (): void => {
      while (response.write(block)) {}
    }
    response.on('drain', more)
    more()
  },
}

interface Site {
  readonly server: Server
  readonly place: Place
  /** Resets all connections, as the kernel does after a crash. */
  kill(): void
}

/** Starts an HTTP server that gets its connections from the transport. */
async function startSite(context: TestContext): Promise<Site> {
  const server = createServer((request, response) => pages[request.url!]!(request, response))
  const streams = new Set<Socket>()
  const place = await transport.listen(context, (stream) => {
    streams.add(stream)
    server.emit('connection', stream)
  })
  const kill = (): void => {
    for (const stream of streams) stream.resetAndDestroy()
  }
  return { server, place, kill }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Reads a body until it fails, and calls `received` for each chunk. */
async function readUntilError(body: AsyncIterable<Buffer>, received: () => void): Promise<void> {
  for await (const _ of body) received()
}

const clients = [
  { name: 'http.Agent', start: agentClient },
  { name: 'undici', start: undiciClient },
]
const options = { timeout: 60_000 }

for (const { name, start } of clients) {
  /** Starts a server and a client of it. */
  const begin = async (context: TestContext) => {
    const site = await startSite(context)
    const client = start(site.place)
    context.after(() => client.close())
    return { ...site, client }
  }

  test(`${name}: 1,000 requests over ${CONNECTIONS} connections`, options, async (context) => {
    const { client } = await begin(context)
    const get = async (): Promise<string> => {
      const { status, body } = await client.send({ path: '/small' })
      return `${status} ${await textOf(body)}`
    }
    const replies = await Promise.all(Array.from({ length: OPERATIONS }, get))
    assert.deepEqual(new Set(replies), new Set(['200 small']))
  })

  test(`${name}: 50 MB each way`, options, async (context) => {
    const { client } = await begin(context)
    const download = await client.send({ path: '/large' })
    assert.equal(await sha256Of(download.body), HASH)
    const upload = await client.send({ path: '/hash', body: LARGE_BODY })
    assert.equal(await textOf(upload.body), HASH)
  })

  test(`${name}: an abort within the body ends that request alone, on both sides`, options, async (context) => {
    const { server, client } = await begin(context)
    const ended = once(server, 'request').then(([, response]) => once(response, 'close'))
    const aborter = new AbortController()
    const { body } = await client.send({ path: '/endless', signal: aborter.signal })
    await assert.rejects(
      readUntilError(body, () => aborter.abort()),
      /abort/,
    )
    await ended
    const { body: next } = await client.send({ path: '/small' })
    assert.equal(await textOf(next), 'small')
  })

  test(`${name}: a server that resets within the body fails the request`, options, async (context) => {
    const { client, kill } = await begin(context)
    const { body } = await client.send({ path: '/endless' })
    await assert.rejects(readUntilError(body, kill), { code: 'ECONNRESET' })
  })
}

test('http.createServer: an incomplete upload is an error of the request', options, async (context) => {
  const { server, place } = await startSite(context)
  const failed = once(server, 'request').then(([request]) => once(request, 'error'))
  const stream = await transport.open(place)
  stream.write(`POST /unread HTTP/1.1\r\nHost: here\r\nContent-Length: ${LARGE}\r\n\r\n`)
  stream.end(LARGE_BODY.subarray(0, LARGE / 2))
  stream.resume()
  const [error] = await failed
  assert.equal(error.code, 'ECONNRESET')
})
