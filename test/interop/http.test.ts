// http.Agent and undici over our streams, against http.createServer() over our streams.
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

/** What a client asks for. */
interface Question {
  readonly path: string
  readonly body?: Buffer
  readonly signal?: AbortSignal
}

/** What it gets. */
interface Answer {
  readonly status: number
  readonly body: AsyncIterable<Buffer>
}

/** One of the libraries. */
interface HttpClient {
  ask(question: Question): Promise<Answer>
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
    async ask({ path, body, signal }) {
      const method = body === undefined ? 'GET' : 'POST'
      const request = httpRequest({ ...place, path, agent, method, ...(signal === undefined ? {} : { signal }) })
      // Before the answer begins once() tells it, afterwards the body does.
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
    async ask({ path, body, signal }) {
      const method = body === undefined ? 'GET' : 'POST'
      const url = `http://${place.host}:${place.port}${path}`
      const answer = await undiciRequest(url, { dispatcher, method, body: body ?? null, signal: signal ?? null })
      return { status: answer.statusCode, body: answer.body }
    },
    close: () => dispatcher.destroy(),
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** What the server has under each path. */
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

/** A running HTTP server. */
interface Site {
  readonly server: Server
  readonly place: Place
  /** Ends it as a crash would. */
  kill(): void
}

/** An HTTP server that gets its connections from the transport. */
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

/** Reads until something has come, and goes on until it fails. */
async function readOn(body: AsyncIterable<Buffer>, begun: () => void): Promise<void> {
  for await (const _ of body) begun()
}

const clients = [
  { name: 'http.Agent', start: agentClient },
  { name: 'undici', start: undiciClient },
]
const options = { timeout: 60_000 }

for (const { name, start } of clients) {
  /** A client of a server of its own. */
  const begin = async (context: TestContext) => {
    const site = await startSite(context)
    const client = start(site.place)
    context.after(() => client.close())
    return { ...site, client }
  }

  test(`${name}: 1,000 requests over ${CONNECTIONS} connections`, options, async (context) => {
    const { client } = await begin(context)
    const ask = async (): Promise<string> => {
      const { status, body } = await client.ask({ path: '/small' })
      return `${status} ${await textOf(body)}`
    }
    const answers = await Promise.all(Array.from({ length: OPERATIONS }, ask))
    assert.deepEqual(new Set(answers), new Set(['200 small']))
  })

  test(`${name}: 50 MB each way`, options, async (context) => {
    const { client } = await begin(context)
    const download = await client.ask({ path: '/large' })
    assert.equal(await sha256Of(download.body), HASH)
    const upload = await client.ask({ path: '/hash', body: LARGE_BODY })
    assert.equal(await textOf(upload.body), HASH)
  })

  test(`${name}: an abort in the middle ends that request on both sides, and no other`, options, async (context) => {
    const { server, client } = await begin(context)
    const ended = once(server, 'request').then(([, response]) => once(response, 'close'))
    const aborter = new AbortController()
    const { body } = await client.ask({ path: '/endless', signal: aborter.signal })
    await assert.rejects(
      readOn(body, () => aborter.abort()),
      /abort/,
    )
    await ended
    const { body: next } = await client.ask({ path: '/small' })
    assert.equal(await textOf(next), 'small')
  })

  test(`${name}: a server that is killed in the middle fails the request`, options, async (context) => {
    const { client, kill } = await begin(context)
    const { body } = await client.ask({ path: '/endless' })
    await assert.rejects(readOn(body, kill), { code: 'ECONNRESET' })
  })
}

test('an upload of which half is missing is an error for who serves it', options, async (context) => {
  const { server, place } = await startSite(context)
  const failed = once(server, 'request').then(([request]) => once(request, 'error'))
  const stream = await transport.open(place)
  stream.write(`POST /unread HTTP/1.1\r\nHost: here\r\nContent-Length: ${LARGE}\r\n\r\n`)
  stream.end(LARGE_BODY.subarray(0, LARGE / 2))
  stream.resume()
  const [error] = await failed
  assert.equal(error.code, 'ECONNRESET')
})
