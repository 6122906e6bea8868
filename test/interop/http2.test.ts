// node:http2 over SocketDuplex, on both sides.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { blocksOf, largeBody, OPERATIONS, sha256, sha256Of } from '../support/large-body.js'
import { nextEvent } from '../support/promises.js'
import { transport } from '../support/transport.js'

const LARGE_BODY = largeBody()
const HASH = sha256(LARGE_BODY)
// The number of concurrent streams that servers commonly allow.
const AT_ONCE = 100

/** The handler of each path. */
const pages: Readonly<Record<string, (stream: ServerHttp2Stream) => unknown>> = {
  '/small': (stream) => stream.end('small'),
  '/large': (stream) => Readable.from(blocksOf(LARGE_BODY)).pipe(stream),
  '/hash': async (stream) => stream.end(await sha256Of(stream)),
  '/endless': (stream) => {
    const block = Buffer.alloc(65536, 'x')
    const more = (): void => {
      while (stream.write(block)) {}
    }
    stream.on('drain', more)
    more()
  },
}

interface Site {
  readonly session: ClientHttp2Session
  /** The server's streams, in the order of their requests. */
  readonly opened: ServerHttp2Stream[]
  /** Resets the server's connection, as the kernel does after a crash. */
  kill(): void
}

/** Starts a server and a session with it. */
async function begin(context: TestContext): Promise<Site> {
  const server = createServer()
  const opened: ServerHttp2Stream[] = []
  server.on('stream', (stream, headers) => {
    opened.push(stream.on('error', () => {}))
    stream.respond({ ':status': 200 })
    pages[headers[':path']!]!(stream)
  })
  server.on('sessionError', () => {})
  let accepted: Socket | undefined
  const place = await transport.listen(context, (stream) => {
    accepted = stream
    server.emit('connection', stream)
  })
  const stream = await transport.open(place)
  const session = connect(`http://${place.host}:${place.port}`, { createConnection: () => stream })
  session.on('error', () => {})
  context.after(() => session.destroy())
  return { session, opened, kill: () => accepted?.resetAndDestroy() }
}

/** Sends a request. A body is sent in blocks, because a session refuses to queue 50 MB. */
function send(session: ClientHttp2Session, path: string, body?: Buffer): ClientHttp2Stream {
  const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' })
  return body === undefined ? stream.end() : Readable.from(blocksOf(body)).pipe(stream)
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const options = { timeout: 60_000 }

test(`http2: 1,000 requests, ${AT_ONCE} at once`, options, async (context) => {
  const { session } = await begin(context)
  for (let done = 0; done < OPERATIONS; done += AT_ONCE) {
    const replies = await Promise.all(Array.from({ length: AT_ONCE }, () => textOf(send(session, '/small'))))
    assert.deepEqual(new Set(replies), new Set(['small']))
  }
  const closed = once(session, 'close')
  session.close()
  await closed
})

test('http2: 50 MB each way at the same time', options, async (context) => {
  const { session } = await begin(context)
  const [download, upload] = [send(session, '/large'), send(session, '/hash', LARGE_BODY)]
  assert.deepEqual(await Promise.all([sha256Of(download), textOf(upload)]), [HASH, HASH])
})

test('http2: a cancelled stream ends alone, on both sides', options, async (context) => {
  const { session, opened } = await begin(context)
  const stream = send(session, '/endless')
  await once(stream, 'data')
  const ended = once(opened[0]!, 'close')
  stream.close(constants.NGHTTP2_CANCEL)
  await ended
  assert.equal(opened[0]!.rstCode, constants.NGHTTP2_CANCEL)
  assert.equal(await textOf(send(session, '/small')), 'small')
})

test('http2: a reset of the connection ends every stream', options, async (context) => {
  const { session, kill } = await begin(context)
  const streams = [send(session, '/endless'), send(session, '/endless')]
  await Promise.all(streams.map((stream) => once(stream, 'data')))
  for (const stream of streams) stream.on('error', () => {})
  const closed = [session, ...streams].map((one) => nextEvent(one, 'close'))
  kill()
  await Promise.all(closed)
  for (const { rstCode } of streams) assert.notEqual(rstCode, constants.NGHTTP2_NO_ERROR)
})
