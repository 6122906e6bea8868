import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Child, type Ended, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'

const limits = { timeout: 180_000 }

function berkeley(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', args)
}

/** Asserts a failure: one line on standard error, status 1. */
function assertFailed({ code, stderr }: Ended, message: RegExp): void {
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: [^\n]+\n$/)
  assert.match(stderr, message)
}

interface Call {
  readonly call: string
  readonly outcome: string
  readonly value: string
  readonly count: number
  readonly bytes: number
  readonly stoodStillMs: number
}
interface Exchange {
  readonly style: string
  readonly ok: boolean
  readonly error?: string
  readonly status: string
  readonly bytesReceived: number
  readonly elapsedMs: number
  readonly stoodStillMs: number
  readonly longestMs: number
  readonly callsInProgress: number
  readonly otherWork: { readonly units: number }
  readonly calls: readonly Call[]
}
interface Modes {
  readonly target: { readonly host: string; readonly port: number }
  readonly serverDelayMs: number | null
  readonly exchanges: readonly [blocking: Exchange, timed: Exchange, nonBlocking: Exchange, tried: Exchange]
}

async function modes(context: TestContext, ...args: string[]): Promise<Modes & { readonly ended: Ended }> {
  const ended = await berkeley(context, 'modes', '--json', ...args)
  return { ...(JSON.parse(ended.stdout.toString()) as Modes), ended }
}

test('modes: every style gets the same answer, and stands still as its name says', limits, async (context) => {
  const { ended, exchanges, serverDelayMs } = await modes(context, '--delay', '150ms', '--timeout', '10')
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(serverDelayMs, 150)
  assert.deepEqual(
    exchanges.map(({ style }) => style),
    ['blocking', 'timed', 'non-blocking', 'try'],
  )
  const [blocking, timed, nonBlocking, tried] = exchanges
  for (const exchange of exchanges) {
    assert.equal(exchange.ok, true)
    assert.equal(exchange.status, 'HTTP/1.0 200 OK')
    assert.ok(exchange.bytesReceived > 1024)
    assert.equal(exchange.bytesReceived, blocking.bytesReceived)
    assert.ok(exchange.elapsedMs >= 150)
  }
  assert.equal(blocking.callsInProgress, 0)
  assert.equal(blocking.otherWork.units, 0)
  // The server thinks while we send, wait for its answer, and in between, where another program may have the processor.
  const sent = blocking.calls.find(({ call }) => call.startsWith('send'))!
  assert.ok(blocking.longestMs > blocking.elapsedMs / 4)
  assert.ok(sent.stoodStillMs + (blocking.elapsedMs - blocking.stoodStillMs) + blocking.longestMs >= 150)

  const timedOut = timed.calls.find(
    ({ call, value }) => call.startsWith('recv') && value === 'throws SocketTimeoutError',
  )!
  assert.ok(timedOut.count >= 3)
  assert.ok(timedOut.stoodStillMs >= 10 * timedOut.count)

  const refused = nonBlocking.calls.find(({ value }) => value === 'throws WouldBlockError')!
  assert.equal(refused.call, 'recv(1024)')
  assert.equal(refused.outcome, 'in progress')
  assert.ok(nonBlocking.otherWork.units >= refused.count)

  const undone = tried.calls.find(({ value }) => value === 'returns undefined')!
  assert.equal(undone.call, 'tryRecv(1024)')
  assert.ok(tried.otherWork.units >= undone.count)
})

test('modes: a host and a port of somebody else', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('x'.repeat(5000)))
  const { ended, exchanges, target, serverDelayMs } = await modes(context, '127.0.0.1', String(port))
  assert.equal(ended.code, 0, ended.stderr)
  assert.deepEqual(target, { host: '127.0.0.1', port })
  assert.equal(serverDelayMs, null)
  for (const { bytesReceived, calls } of exchanges) {
    assert.equal(
      calls.filter(({ call }) => call.endsWith('ecv(1024)')).reduce((sum, { bytes }) => sum + bytes, 0),
      bytesReceived,
    )
    assert.ok(bytesReceived > 5000)
  }
})

test('modes: nobody listens: every style says so, and the command fails', limits, async (context) => {
  const port = deadPort()
  const { ended, exchanges } = await modes(context, '127.0.0.1', String(port))
  assertFailed(ended, /ECONNREFUSED/)
  for (const { ok, error, calls } of exchanges) {
    assert.equal(ok, false)
    assert.match(error!, /ECONNREFUSED/)
    assert.equal(calls.at(-1)!.outcome, 'failed')
  }
})

test(
  'modes: what people see fits into 80 columns, has no colours in a pipe, and ends in a table',
  limits,
  async (context) => {
    const port = await httpServer(context, (_, response) => response.end('x'.repeat(100_000)))
    for (const args of [
      ['--delay', '20'],
      ['127.0.0.1', String(port)],
    ]) {
      const { code, stdout, stderr } = await berkeley(context, 'modes', ...args)
      assert.equal(code, 0, stderr)
      const lines = stdout.toString().trimEnd().split('\n')
      assert.equal(
        lines.find((line) => line.length > 80),
        undefined,
      )
      assert.ok(!stdout.includes('\x1b'))
      assert.deepEqual(
        lines.slice(-5).map((line) => line.split(' ')[0]),
        ['style', 'blocking', 'timed', 'non-blocking', 'try'],
      )
    }
  },
)

test('modes: the middle of a long exchange is told in one line', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('x'.repeat(100_000)))
  const { stdout } = await berkeley(context, 'modes', '127.0.0.1', String(port))
  const [blocking] = stdout.toString().split('\ntimed')
  assert.match(blocking!, /\.\.\. \d+ more calls, which moved [\d,]+ bytes \.\.\.\n/)
  assert.ok(blocking!.split('\n').length < 30)
})

test('Ctrl-C kills it while it waits', limits, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['modes', '--delay', '1000s'])
  await child.prints(/send +done/)
  child.signal('SIGINT')
  assert.equal((await child.ended()).signal, 'SIGINT')
})

test('an output that nobody reads any more is no failure', limits, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['modes', '--delay', '50'])
  await child.prints(/GET/)
  child.stopReading()
  const { code, stderr } = await child.ended()
  assert.equal(code, 0)
  assert.equal(stderr, '')
})

const noFull = existsSync('/dev/full') ? false : 'this system has no /dev/full'

test('an output that cannot be written is', { ...limits, skip: noFull }, async (context) => {
  const prefix = ['sh', '-c', 'exec "$0" "$@" > /dev/full']
  const { code, stderr } = await run(context, 'src/cli/main.js', ['options'], { prefix })
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: standard output: ENOSPC[^\n]*\n$/)
})

test('get: a page, to standard output and to a file', limits, async (context) => {
  const page = randomBytes(300_000)
  const port = await httpServer(context, (request, response) => {
    assert.equal(request.headers.host, `localhost:${port}`)
    assert.equal(request.url, '/a/page?x=1')
    response.writeHead(200, { 'Content-Length': page.length }).end(page)
  })
  const folder = temporaryFolder()
  const url = `localhost:${port}/a/page?x=1#part`
  const printed = await berkeley(context, 'get', `http://${url}`)
  assert.equal(printed.code, 0, printed.stderr)
  assert.ok(printed.stdout.equals(page))
  const saved = await berkeley(context, 'get', url, '--output', join(folder, 'page'))
  assert.equal(saved.code, 0, saved.stderr)
  assert.equal(saved.stdout.length, 0)
  assert.ok(readFileSync(join(folder, 'page')).equals(page))
  assertFailed(await berkeley(context, 'get', url, '-o', join(folder, 'no', 'page')), /ENOENT/)
})

/** Every way in which a server may say where its answer ends. */
const framings: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'Content-Length': (response) => response.writeHead(200, { 'Content-Length': 9 }).end('one two 3'),
  chunks: (response) => {
    response.writeHead(200).write('one ')
    response.end('two 3')
  },
  'the end of the connection': (response) => {
    response.useChunkedEncodingByDefault = false
    response.writeHead(200).end('one two 3')
  },
  'Content-Length after 103 Early Hints': (response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeHead(200, { 'Content-Length': 9 }).end('one two 3')
  },
}

for (const [framing, answer] of Object.entries(framings)) {
  test(`get: a body that is framed by ${framing}`, limits, async (context) => {
    const port = await httpServer(context, (_, response) => answer(response))
    const { code, stdout, stderr } = await berkeley(context, 'get', '-i', `http://127.0.0.1:${port}`)
    assert.equal(code, 0, stderr)
    const [head, body] = stdout.toString().split('\r\n\r\n')
    assert.match(head!, /^HTTP\/1\.1 200 OK\r\n/)
    assert.equal(body, 'one two 3')
  })
}

test('get: answers without a body, and such as are not the page', limits, async (context) => {
  const port = await httpServer(context, (request, response) => {
    if (request.url === '/none') response.writeHead(204).end()
    else if (request.url === '/moved') response.writeHead(301, { Location: '/there' }).end('it has moved')
    else response.writeHead(404).end('no such page')
  })
  const url = `http://127.0.0.1:${port}`
  const none = await berkeley(context, 'get', `${url}/none`)
  assert.deepEqual([none.code, none.stdout.length], [0, 0])
  const moved = await berkeley(context, 'get', `${url}/moved`)
  assertFailed(moved, new RegExp(`301 Moved Permanently, it is at ${url}/there\n`))
  const missing = await berkeley(context, 'get', `${url}/missing`)
  assertFailed(missing, /404 Not Found/)
  assert.equal(missing.stdout.toString(), 'no such page')
})

/** What a broken server answers, and what is said of it. */
const broken: readonly (readonly [answer: string, message: RegExp])[] = [
  ['', /closed without an answer/],
  ['SSH-2.0-OpenSSH_9\r\n\r\n', /no HTTP/],
  ['HTTP/1.1 200 OK\r\nServer: x\r\n', /in the middle/],
  ['HTTP/1.1 200 OK\r\nServ', /ERR_UNEXPECTED_END/],
  ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', /95 of 100 bytes are missing/],
  ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', /Content-Length/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /size of a chunk/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n', /in the middle/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nlonger\r\n', /longer than it says/],
  [`HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`, /ERR_LINE_TOO_LONG/],
  [`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(1500)}\r\n`, /header lines/],
]

test('get: a broken answer is told in one line', limits, async (context) => {
  let answer = ''
  const port = await tcpServer(context, (connection) => connection.once('data', () => connection.end(answer)))
  for (const [text, message] of broken) {
    answer = text
    assertFailed(await berkeley(context, 'get', `http://127.0.0.1:${port}/`), message)
  }
})

test('get: --timeout limits the whole', limits, async (context) => {
  const port = await tcpServer(context, () => {})
  const begin = performance.now()
  assertFailed(await berkeley(context, 'get', '--timeout', '0.1s', `http://127.0.0.1:${port}/`), /timed out/)
  assert.ok(performance.now() - begin >= 100)
})

test('get: the user and password of the address', limits, async (context) => {
  const port = await httpServer(context, (request, response) => response.end(request.headers.authorization))
  const { stdout } = await berkeley(context, 'get', `http://me:pass%20word@127.0.0.1:${port}/`)
  assert.equal(stdout.toString(), `Basic ${Buffer.from('me:pass word').toString('base64')}`)
})

test('options: lists them all, or those that have to do with a word', limits, async (context) => {
  const all = await berkeley(context, 'options')
  for (const name of ['SOL_SOCKET', 'SO_REUSEADDR', 'IP_TTL', 'IPV6_V6ONLY', 'TCP_NODELAY', 'UDP_SEGMENT']) {
    assert.ok(all.stdout.includes(name), name)
  }
  assert.equal(
    all.stdout
      .toString()
      .split('\n')
      .find((line) => line.length > 80),
    undefined,
  )
  const some = await berkeley(context, 'options', '--json', 'linger')
  const rows = JSON.parse(some.stdout.toString()) as { name: string; level: number }[]
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['SO_LINGER', 'TCP_LINGER2'],
  )
  assertFailed(await berkeley(context, 'options', 'nothing like it'), /nothing like it/)
})

/** Uses that are wrong, and what is said of them. */
const misuses: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /Usage: berkeley/],
  [['unknown'], /unknown command 'unknown'/],
  [['modes', '--delay', 'soon'], /Not a duration/],
  [['modes', '--delay', '-1'], /Not a duration/],
  [['modes', 'localhost', '0'], /Not a port/],
  [['modes', 'localhost', '65536'], /Not a port/],
  [['modes', 'localhost', '80', 'more'], /too many arguments/],
  [['get'], /missing required argument/],
  [['get', 'https://localhost/'], /no TLS here yet/],
  [['get', 'ftp://localhost/'], /Only http/],
  [['get', 'http://['], /Not an address/],
]

test('a wrong use has status 2', limits, async (context) => {
  for (const [args, message] of misuses) {
    const { code, stderr, stdout } = await berkeley(context, ...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, message)
    assert.equal(stdout.length, 0)
  }
})

test('help and version', limits, async (context) => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  const asked = await berkeley(context, '--version')
  assert.deepEqual([asked.code, asked.stdout.toString()], [0, `${version}\n`])
  const help = await berkeley(context, 'modes', '--help')
  assert.equal(help.code, 0)
  assert.match(help.stdout.toString(), /--delay/)
})

test('an addon that is not built is told in one line', limits, async (context) => {
  const start = { env: { BERKELEY_ADDON: '/nonexistent/berkeley.node' } }
  assertFailed(await run(context, 'src/cli/main.js', ['modes'], start), /nonexistent/)
  assert.equal((await run(context, 'src/cli/main.js', ['--help'], start)).code, 0)
})
