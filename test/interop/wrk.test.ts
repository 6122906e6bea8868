// http.createServer() over SocketDuplex, under the load of wrk.

import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { run } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { nextEvent } from '../support/promises.js'
import { transport } from '../support/transport.js'

const SECONDS = 2
const CONNECTIONS = 64

/** Runs wrk against a server; returns its report, which mentions errors only if there were some. */
async function load(context: TestContext, handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  const { host, port } = await transport.listen(context, (stream) => server.emit('connection', stream))
  const args = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${SECONDS}s`, `http://${host}:${port}/`]
  const { code, stdout, stderr } = await run(context, find('wrk')!, args)
  assert.equal(code, 0, stderr)
  return stdout.toString()
}

function requestsIn(report: string): number {
  return Number(/(\d+) requests in/.exec(report)?.[1])
}

const wrk = needs('wrk')

test('wrk: every request over persistent connections gets a reply', wrk, async (context) => {
  let replies = 0
  const report = await load(context, (_request, response) => {
    replies++
    response.end('ok')
  })
  assert.doesNotMatch(report, /Non-2xx|Socket errors/)
  assert.ok(requestsIn(report) >= 500, report)
  // The report leaves out the requests that were in progress when the time was over.
  assert.ok(replies - requestsIn(report) <= CONNECTIONS, `${replies} replies. ${report}`)
})

test('wrk: every reply that closes its connection is complete', wrk, async (context) => {
  const body = Buffer.alloc(100_000, 'x')
  const ended: Promise<unknown>[] = []
  const report = await load(context, (request, response) => {
    ended.push(nextEvent(request.socket, 'close'))
    response.writeHead(200, { connection: 'close', 'content-length': body.length }).end(body)
  })
  assert.doesNotMatch(report, /Non-2xx|Socket errors/)
  assert.ok(requestsIn(report) >= 50, report)
  await Promise.all(ended)
})
