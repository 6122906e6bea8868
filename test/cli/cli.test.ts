import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { noOpenSsl } from '../support/certificates.js'
import { Child, type Ended, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'
import { inTerminal, noTerminal } from '../support/terminal.js'
import { certificates } from '../support/tls.js'

const limits = { timeout: 180_000 }

function berkeley(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', args)
}

/** Asserts a failure: exit status 1 and one line on standard error. */
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
  readonly totalMs: number
  readonly pendingMs?: number
}
interface Exchange {
  readonly mode: string
  readonly ok: boolean
  readonly error?: string
  readonly status: string
  readonly bytesReceived: number
  readonly elapsedMs: number
  readonly inCallsMs: number
  readonly longestCallMs: number
  readonly callsInProgress: number
  readonly otherWork: { readonly units: number }
  readonly calls: readonly Call[]
}
interface ModesOutput {
  readonly target: { readonly host: string; readonly port: number }
  readonly serverDelayMs: number | null
  readonly exchanges: readonly [
    blocking: Exchange,
    timed: Exchange,
    nonBlocking: Exchange,
    tried: Exchange,
    readiness: Exchange,
    awaited: Exchange,
    handlers: Exchange,
  ]
}

const MODES = ['blocking', 'timed', 'non-blocking', 'try', 'readiness', 'await', 'handlers']

async function modes(context: TestContext, ...args: string[]): Promise<ModesOutput & { readonly ended: Ended }> {
  const ended = await berkeley(context, 'modes', '--json', ...args)
  return { ...(JSON.parse(ended.stdout.toString()) as ModesOutput), ended }
}

test('modes: every mode receives the same response and waits as it is defined to', limits, async (context) => {
  const { ended, exchanges, serverDelayMs } = await modes(context, '--delay', '150ms', '--timeout', '10')
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(serverDelayMs, 150)
  assert.deepEqual(
    exchanges.map(({ mode }) => mode),
    MODES,
  )
  const [blocking, timed, nonBlocking, tried, readiness, awaited, handlers] = exchanges
  for (const exchange of exchanges) {
    assert.equal(exchange.ok, true)
    assert.equal(exchange.status, 'HTTP/1.0 200 OK')
    assert.ok(exchange.bytesReceived > 1024)
    assert.equal(exchange.bytesReceived, blocking.bytesReceived)
    assert.ok(exchange.elapsedMs >= 150)
  }
  assert.equal(blocking.callsInProgress, 0)
  assert.equal(blocking.otherWork.units, 0)
  // The server's delay passes during the send, during the longest call, and between calls: another program may use the
  // processor there.
  const sent = blocking.calls.find(({ call }) => call.startsWith('send'))!
  assert.ok(blocking.longestCallMs > blocking.elapsedMs / 4)
  assert.ok(sent.totalMs + (blocking.elapsedMs - blocking.inCallsMs) + blocking.longestCallMs >= 150)

  const timedOut = timed.calls.find(
    ({ call, value }) => call.startsWith('recv') && value === 'throws SocketTimeoutError',
  )!
  assert.ok(timedOut.count >= 3)
  assert.ok(timedOut.totalMs >= 10 * timedOut.count)

  const wouldBlock = nonBlocking.calls.find(({ value }) => value === 'throws WouldBlockError')!
  assert.equal(wouldBlock.call, 'recv(1024)')
  assert.equal(wouldBlock.outcome, 'in progress')
  assert.ok(nonBlocking.otherWork.units >= wouldBlock.count)

  const inProgress = tried.calls.find(({ value }) => value === 'returns undefined')!
  assert.equal(inProgress.call, 'tryRecv(1024)')
  assert.ok(tried.otherWork.units >= inProgress.count)

  assert.ok(readiness.calls.some(({ call, value }) => call === 'select(read)' && value === '1 ready'))
  assert.equal(readiness.otherWork.units, 0)

  const received = awaited.calls.find(({ call }) => call === 'await recv(1024)')!
  assert.equal(received.outcome, 'done')
  assert.ok(received.pendingMs! >= received.totalMs)
  assert.ok(awaited.otherWork.units > 0)

  const names = handlers.calls.map(({ call }) => call).filter((call) => call !== 'data')
  assert.deepEqual(names, ['await connect', 'attach', 'write', 'end', 'close'])
  assert.ok(handlers.otherWork.units > 0)
})

test('modes: connects to a given host and port', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('x'.repeat(5000)))
  const { ended, exchanges, target, serverDelayMs } = await modes(context, '127.0.0.1', String(port))
  assert.equal(ended.code, 0, ended.stderr)
  assert.deepEqual(target, { host: '127.0.0.1', port })
  assert.equal(serverDelayMs, null)
  for (const { bytesReceived, calls } of exchanges) {
    assert.equal(
      calls.filter(({ call }) => /ecv\(1024\)|data/.test(call)).reduce((sum, { bytes }) => sum + bytes, 0),
      bytesReceived,
    )
    assert.ok(bytesReceived > 5000)
  }
})

test('modes: every mode makes the exchange over TLS', { ...limits, skip: noOpenSsl }, async (context) => {
  const { cert, key } = certificates.good
  const server = createHttpsServer({ cert, key }, (request, response) => response.end(request.url)).listen(
    0,
    '127.0.0.1',
  )
  context.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `https://localhost:${port}/path?query`
  const { ended, exchanges, target } = await modes(context, '--cacert', certificates.root.certFile, url)
  assert.equal(ended.code, 0, ended.stderr)
  assert.deepEqual(target, { host: 'localhost', port, tls: true })
  for (const { mode, calls, status, bytesReceived } of exchanges) {
    assert.equal(status, 'HTTP/1.1 200 OK')
    assert.ok(bytesReceived > '/path?query'.length)
    assert.ok(
      calls.some(({ call, outcome }) => /andshake|await wrapTlsAsync/.test(call) && outcome === 'done'),
      mode,
    )
  }
  const refused = await modes(context, url)
  assertFailed(refused.ended, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
  assert.deepEqual(
    refused.exchanges.map(({ ok }) => ok),
    MODES.map(() => false),
  )
})

test('modes: a refused connection is reported in every mode and fails the command', limits, async (context) => {
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
  'modes: prints at most 80 columns, no colours to a pipe, a table, and what to do next',
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
        lines.slice(-13, -5).map((line) => line.split(' ')[0]),
        ['mode', ...MODES],
      )
      assert.match(lines.slice(-12, -5).join('\n'), / \*\d/, 'the best cells have a star')
      assert.deepEqual(
        lines.slice(-3).map((line) => /(compare|trace program\.js|docs\/guide\/\S+)/.exec(line)?.[0]),
        ['compare', 'trace program.js', 'docs/guide/getting-started.md'],
      )
    }
  },
)

test('tour: is another name of modes, which help and README name', limits, async (context) => {
  const { code, stdout } = await berkeley(context, 'tour', '--delay', '5')
  assert.equal(code, 0)
  assert.match(stdout.toString(), /^blocking +\*?\d/m)
  assert.match((await berkeley(context, '--help')).stdout.toString(), /First steps: `berkeley tour`/)
})

test('modes: a terminal shows the best cells in green, and failures in red', {
  ...limits,
  skip: noTerminal,
}, async (context) => {
  const shown = ({ stdout }: Ended): string => stdout.toString().split('\x1b[').join('<')
  const succeeded = await inTerminal(context, ['modes', '--delay', '20'])
  assert.match(shown(succeeded), /<32m +\*\d[^\n]*<39m/)
  const failed = await inTerminal(context, ['modes', '127.0.0.1', String(deadPort())])
  assert.match(shown(failed), /<31m +failed<39m/)
})

test('modes: prints one line for the middle of a long exchange', limits, async (context) => {
  const port = await httpServer(context, (_, response) => response.end('x'.repeat(100_000)))
  const { stdout } = await berkeley(context, 'modes', '127.0.0.1', String(port))
  const [blocking] = stdout.toString().split('\ntimed')
  assert.match(blocking!, /\.\.\. \d+ more calls, [\d,]+ bytes \.\.\.\n/)
  assert.ok(blocking!.split('\n').length < 30)
})

test('modes: Ctrl-C ends it while it waits', limits, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['modes', '--delay', '1000s'])
  await child.prints(/send +done/)
  child.signal('SIGINT')
  assert.equal((await child.ended()).signal, 'SIGINT')
})

test('modes: a closed output pipe is not a failure', limits, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['modes', '--delay', '50'])
  await child.prints(/GET/)
  child.stopReading()
  const { code, stderr } = await child.ended()
  assert.equal(code, 0)
  assert.equal(stderr, '')
})

const noDevFull = existsSync('/dev/full') ? false : 'this system has no /dev/full'

test('options: an output that cannot be written is a failure', { ...limits, skip: noDevFull }, async (context) => {
  const prefix = ['sh', '-c', 'exec "$0" "$@" > /dev/full']
  const { code, stderr } = await run(context, 'src/cli/main.js', ['options'], { prefix })
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: standard output: ENOSPC[^\n]*\n$/)
})

test('get: writes a page to standard output or to a file', limits, async (context) => {
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

test('get: fetches over TLS, and refuses a certificate unless --insecure', {
  ...limits,
  skip: noOpenSsl,
}, async (context) => {
  const { cert, key } = certificates.good
  const server = createHttpsServer({ cert, key }, (_, response) => response.end('page')).listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`
  const { certFile } = certificates.root
  assert.equal(String((await berkeley(context, 'get', url, '--cacert', certFile)).stdout), 'page')
  assert.equal(String((await berkeley(context, 'get', url, '--insecure')).stdout), 'page')
  assertFailed(await berkeley(context, 'get', url), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
})

/** The framings of a response: how a server marks the end of the body. */
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

for (const [framing, respond] of Object.entries(framings)) {
  test(`get: reads a body framed by ${framing}`, limits, async (context) => {
    const port = await httpServer(context, (_, response) => respond(response))
    const { code, stdout, stderr } = await berkeley(context, 'get', '-i', `http://127.0.0.1:${port}`)
    assert.equal(code, 0, stderr)
    const [head, body] = stdout.toString().split('\r\n\r\n')
    assert.match(head!, /^HTTP\/1\.1 200 OK\r\n/)
    assert.equal(body, 'one two 3')
  })
}

test('get: handles a response without a body, a redirection and an error', limits, async (context) => {
  const port = await httpServer(context, (request, response) => {
    if (request.url === '/none') response.writeHead(204).end()
    else if (request.url === '/moved') response.writeHead(301, { Location: '/there' }).end('it has moved')
    else response.writeHead(404).end('no such page')
  })
  const url = `http://127.0.0.1:${port}`
  const none = await berkeley(context, 'get', `${url}/none`)
  assert.deepEqual([none.code, none.stdout.length], [0, 0])
  const moved = await berkeley(context, 'get', `${url}/moved`)
  assertFailed(moved, new RegExp(`301 Moved Permanently, redirecting to ${url}/there\n`))
  const missing = await berkeley(context, 'get', `${url}/missing`)
  assertFailed(missing, /404 Not Found/)
  assert.equal(missing.stdout.toString(), 'no such page')
})

/** Invalid responses, and their messages. */
const invalidResponses: readonly (readonly [response: string, message: RegExp])[] = [
  ['', /closed the connection without a response/],
  ['SSH-2.0-OpenSSH_9\r\n\r\n', /not valid HTTP/],
  ['HTTP/1.1 200 OK\r\nServer: x\r\n', /closed the connection within the head/],
  ['HTTP/1.1 200 OK\r\nServ', /ERR_HTTP_TRUNCATED/],
  ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', /closed the connection 95 bytes before the end/],
  ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', /Content-Length/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /the line before a chunk is "zz"/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n', /within a chunked body/],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nlonger\r\n', /longer than its size/],
  [`HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`, /ERR_HTTP_HEAD_TOO_LARGE/],
  [`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(15_000)}\r\n`, /ERR_HTTP_HEAD_TOO_LARGE/],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', /Content-Length more than once/],
  ['HTTP/1.1 200 OK\r\nA : b\r\n\r\n', /no valid name: "A : b"/],
  ['HTTP/1.1 200 OK\nA: b\n\n', /a line ends in LF/],
]

test('get: an invalid response is reported in one line', limits, async (context) => {
  let response = ''
  const port = await tcpServer(context, (connection) => connection.once('data', () => connection.end(response)))
  for (const [text, message] of invalidResponses) {
    response = text
    assertFailed(await berkeley(context, 'get', `http://127.0.0.1:${port}/`), message)
  }
})

test('get: --timeout limits the whole exchange', limits, async (context) => {
  const port = await tcpServer(context, () => {})
  const begin = performance.now()
  assertFailed(await berkeley(context, 'get', '--timeout', '0.1s', `http://127.0.0.1:${port}/`), /timed out/)
  assert.ok(performance.now() - begin >= 100)
})

test('get: sends the user and password of the URL', limits, async (context) => {
  const port = await httpServer(context, (request, response) => response.end(request.headers.authorization))
  const { stdout } = await berkeley(context, 'get', `http://me:pass%20word@127.0.0.1:${port}/`)
  assert.equal(stdout.toString(), `Basic ${Buffer.from('me:pass word').toString('base64')}`)
})

test('options: lists all options, or those that contain a word', limits, async (context) => {
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

/** Wrong usage, and its messages. */
const misuses: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /Usage: berkeley/],
  [['unknown'], /unknown command 'unknown'/],
  [['modes', '--delay', 'soon'], /Expected a duration/],
  [['modes', '--delay', '-1'], /Expected a duration/],
  [['modes', 'localhost', '0'], /Expected a port/],
  [['modes', 'localhost', '65536'], /Expected a port/],
  [['modes', 'localhost', '80', 'more'], /too many arguments/],
  [['modes', 'https://localhost/', '443'], /the port belongs in the URL/],
  [['ping', '-s', '65508', 'localhost'], /Expected a number of bytes/],
  [['get'], /missing required argument/],
  [['get', '-H', 'Content-Length: 1', 'localhost'], /cannot be set/],
  [['nc', 'localhost'], /a destination and a port/],
  [['nc', '-w', 'soon', 'localhost', '1'], /Expected a number of seconds/],
  [['get', 'ftp://localhost/'], /Only http:\/\/ and https:\/\//],
  [['tls', 'localhost:443'], /Expected a host alone: its port is the next argument/],
  [['compare', 'http://localhost'], /Expected a host alone/],
  [['options', '127.0.0.1:80'], /Expected a host alone/],
  [['get', 'http://['], /Expected a URL/],
]

test('berkeley: wrong usage has exit status 2', limits, async (context) => {
  for (const [args, message] of misuses) {
    const { code, stderr, stdout } = await berkeley(context, ...args)
    assert.equal(code, 2, args.join(' '))
    if (args.length > 0) assert.match(stderr, /^berkeley: /)
    assert.match(stderr, message)
    assert.equal(stdout.length, 0)
  }
})

test('berkeley: prints help and version', limits, async (context) => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  const printed = await berkeley(context, '--version')
  assert.deepEqual([printed.code, printed.stdout.toString()], [0, `${version}\n`])
  const help = await berkeley(context, 'modes', '--help')
  assert.equal(help.code, 0)
  assert.match(help.stdout.toString(), /--delay/)
})

test('berkeley: a missing addon is reported in one line, and --help works without it', limits, async (context) => {
  const start = { env: { BERKELEY_ADDON: '/nonexistent/berkeley.node' } }
  assertFailed(await run(context, 'src/cli/main.js', ['modes'], start), /nonexistent/)
  assert.equal((await run(context, 'src/cli/main.js', ['--help'], start)).code, 0)
})
